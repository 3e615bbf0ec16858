"""What shows that the service runs: numbers rung, mail tried, backups made and restored, the worker, messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.messages.deliveries import stuck_messages
from feedback_app.messages.trial_mail import mail_mark
from feedback_app.models.running import Heartbeat
from feedback_app.operations import backup
from feedback_app.operations.readiness.check_row import (
    CheckRow,
    day_in_words,
    instant_in_words,
)
from feedback_app.operations.service_details import numbers_are_due
from feedback_app.records.stops import is_stopped

BEAT_AGE = timedelta(minutes=5)
"""How long the worker may be silent."""
BACKUP_AGE = timedelta(hours=36)
"""A nightly backup that was missed once, and half a day to mend it."""
DRILL_AGE = timedelta(days=365)
"""How long a restore that was tried speaks for the backups."""
RESTORE = "restore"


def note_restore(session: Session) -> None:
    """Remember that a backup was restored, and proved, now."""
    session.merge(Heartbeat(part=RESTORE, at=clock.now()))


def running_rows(session: Session, settings: Settings) -> list[CheckRow]:
    """Every row of this file, in four statements: pages ask for them at each look."""
    beats: dict[str, datetime] = {
        row.part: row.at for row in session.scalars(select(Heartbeat))
    }
    return [
        _numbers_row(settings),
        _mail_row(beats, settings),
        _backup_row(beats, settings),
        _restore_row(beats, settings),
        _worker_row(beats),
        _messages_row(session, settings),
        _deletion_row(session),
    ]


def _numbers_row(settings: Settings) -> CheckRow:
    name, called_on = _("Telephone numbers"), settings.numbers_checked_on
    step = _("Call each number, then tick the box: Service details.")
    if called_on is None:
        alarm = _("Nobody has called the telephone numbers that children are told.")
        return CheckRow(name, "missing", _("Never rung."), step, alarm)
    day = f"{called_on.day} {called_on:%B %Y}"
    words = _("Last rung and found right on %(day)s.", day=day)
    if not numbers_are_due(settings):
        return CheckRow(name, "ok", words)
    alarm = _(
        "The telephone numbers that children are told were last called on %(day)s, more than a year ago.",
        day=day,
    )
    return CheckRow(name, "wrong", words, step, alarm)


def _mail_row(beats: Mapping[str, datetime], settings: Settings) -> CheckRow:
    name = _("Mail")
    if settings.mode != "production":
        return CheckRow(name, "ok", _("No mail leaves a demo."))
    tried_at = beats.get(mail_mark(settings))
    if tried_at is None:
        return CheckRow(
            name,
            "missing",
            _("No mail was tried with these settings."),
            _("Run: flask --app wsgi service test-mail YOUR-E-MAIL"),
        )
    words = _(
        "The mail server took a test mail on %(day)s.", day=day_in_words(tried_at)
    )
    return CheckRow(name, "ok", words)


def _backup_row(beats: Mapping[str, datetime], settings: Settings) -> CheckRow:
    name, made_at = _("Backup"), beats.get(backup.HEARTBEAT)
    step = _(
        "Run: flask --app wsgi backup; and see that feedback-backup.timer is on. docs/backups.md"
    )
    if made_at is None:
        if settings.mode != "production":
            return CheckRow(name, "ok", _("A demo needs none."))
        alarm = _(
            "No backup was ever made: what children told us can be lost. Ring whoever runs the service."
        )
        return CheckRow(name, "missing", _("None was ever made."), step, alarm)
    when = instant_in_words(made_at)
    words = _("Last made on %(when)s.", when=when)
    if clock.now() - made_at <= BACKUP_AGE:
        return CheckRow(name, "ok", words)
    alarm = _(
        "No backup was made since %(when)s. Ring whoever runs the service.", when=when
    )
    return CheckRow(name, "wrong", words, step, alarm)


def _restore_row(beats: Mapping[str, datetime], settings: Settings) -> CheckRow:
    name, tried_at = _("Backup restored"), beats.get(RESTORE)
    step = _(
        "Restore the newest backup into an empty database: flask --app wsgi restore FILE --into URL. docs/backups.md"
    )
    if tried_at is None:
        if settings.mode != "production":
            return CheckRow(name, "ok", _("A demo needs none."))
        return CheckRow(
            name, "missing", _("No backup was ever restored to try it."), step
        )
    words = _("Last restored and proved on %(day)s.", day=day_in_words(tried_at))
    if clock.now() - tried_at <= DRILL_AGE:
        return CheckRow(name, "ok", words)
    return CheckRow(name, "wrong", words, step)


def _worker_row(beats: Mapping[str, datetime]) -> CheckRow:
    name, beat = _("Worker"), beats.get("worker")
    if beat is not None and clock.now() - beat <= BEAT_AGE:
        return CheckRow(name, "ok", _("Seen on %(when)s.", when=instant_in_words(beat)))
    step = _("Run: systemctl enable --now feedback-worker; and look at its journal.")
    alarm = _(
        "The background worker has stopped: no reminder and no mail goes out. Ring whoever runs the service."
    )
    if beat is None:
        return CheckRow(name, "missing", _("It never ran."), step, alarm)
    words = _("Last seen on %(when)s.", when=instant_in_words(beat))
    return CheckRow(name, "wrong", words, step, alarm)


def _messages_row(session: Session, settings: Settings) -> CheckRow:
    number = stuck_messages(session, settings)
    if not number:
        return CheckRow(_("Messages"), "ok", _("None waits for long."))
    alarm = _(
        "%(number)s messages could not be sent for a quarter of an hour. See Messages, and ring instead.",
        number=number,
    )
    return CheckRow(
        _("Messages"),
        "wrong",
        _("%(number)s could not be sent.", number=number),
        _("See to the mail server: flask --app wsgi service test-mail YOUR-E-MAIL"),
        alarm,
    )


def _deletion_row(session: Session) -> CheckRow:
    if not is_stopped(session):
        return CheckRow(_("Nightly deletion"), "ok", _("Nothing keeps it."))
    alarm = _(
        "Nothing is deleted any more: the clock has jumped, or too much would go. Ring whoever runs the service."
    )
    return CheckRow(
        _("Nightly deletion"),
        "wrong",
        _("It waits: the clock has jumped, or too much would go."),
        _("Look at the clock, then: flask --app wsgi retention --dry-run"),
        alarm,
    )
