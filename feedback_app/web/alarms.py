"""What is wrong with the service itself, shown in red to staff who can do something about it (promises 55, 57, 58)."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select

from feedback_app import clock
from feedback_app.messages.deliveries import stuck_messages
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.running import Heartbeat
from feedback_app.web.access import signed_in_person
from feedback_app.web.context import db_session, settings
from feedback_app.web.health import BEAT_AGE

BACKUP_AGE = timedelta(hours=36)
"""A nightly backup that was missed once, and half a day to mend it; where none was ever made, others make them."""
WATCHERS = frozenset(("lead", "deputy", "manager", "administrator"))
READERS = ("lead", "deputy")


def service_alarms() -> list[str]:
    """Return what is wrong, one sentence each, for a signed-in person who can ring somebody instead."""
    viewer = signed_in_person()
    if viewer is None or not viewer.complete or not viewer.roles & WATCHERS:
        return []
    found = [_backup_alarm(), _readers_alarm(), _worker_alarm(), _messages_alarm()]
    return [alarm for alarm in found if alarm]


def _backup_alarm() -> str:
    backup = db_session().get(Heartbeat, "backup")
    if backup is None or clock.now() - backup.at <= BACKUP_AGE:
        return ""
    return str(
        _(
            "No backup was made since %(when)s. Ring whoever runs the service.",
            when=format_datetime(backup.at),
        )
    )


def _readers_alarm() -> str:
    """Every text and concern needs a person who opens it (promise 55)."""
    readers = (
        select(Person.id)
        .join(PersonRole)
        .where(PersonRole.role.in_(READERS), Person.active.is_(True))
    )
    if db_session().scalar(readers.limit(1)) is not None:
        return ""
    return str(
        _(
            "Nobody reads what children write: no safeguarding lead and no deputy has an account that is on."
        )
    )


def _worker_alarm() -> str:
    worker = db_session().get(Heartbeat, "worker")
    if worker is not None and clock.now() - worker.at <= BEAT_AGE:
        return ""
    return str(
        _(
            "The background worker has stopped: no reminder and no mail goes out. Ring whoever runs the service."
        )
    )


def _messages_alarm() -> str:
    number = stuck_messages(db_session(), settings())
    if not number:
        return ""
    return str(
        _(
            "%(number)s messages could not be sent for a quarter of an hour. See Messages, and ring instead.",
            number=number,
        )
    )
