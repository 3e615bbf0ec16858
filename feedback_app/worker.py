"""The background worker: ranks texts, ends expired links, escalates, sends messages, and deletes what is due at night.

Safe to run twice at once: one round at a time holds the lock, and each step and delivery is written once (promise 57).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import FrameType

from flask import Flask, current_app
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.clock import LONDON
from feedback_app.complaints.reminders import remind_of_complaints
from feedback_app.concerns import escalation
from feedback_app.database import locks
from feedback_app.invitations import references
from feedback_app.iro.month import month_reminders
from feedback_app.manager.campaigns import end_reminders
from feedback_app.manager.reports import due_reminders
from feedback_app.messages import deliveries, outbox
from feedback_app.messages.recipients import first_owner_of, recipients_of
from feedback_app.messages.steps import DUTY
from feedback_app.messages.wording import Letter
from feedback_app.models.complaint import Complaint
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import Heartbeat, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.people import staff_messages
from feedback_app.people.attacks import tell_attacked
from feedback_app.people.link_requests import judge_requests
from feedback_app.ranking.rank import prepare_ranker
from feedback_app.reading import ranking_run
from feedback_app.records import nightly
from feedback_app.records.stops import RetentionStopped, note_jump
from feedback_app.reports.publishing import stored
from feedback_app.sending import carry
from feedback_app.web import keyring, once, service_details
from feedback_app.web.context import Instance

EVERY_SECONDS = 30
OWNED_AT_ONCE = 50
DAILY = ("waiting", "audit_head")


def run_round(parts: Instance) -> None:
    """Do one round: rank texts, update tables, send messages, choose what reports print, delete at night."""
    references.renew_digests(parts.database, parts.keys)
    ranking_run.rank_waiting(parts.database, parts.keys)
    night = run_database_steps(parts)
    deliveries.deliver_due(
        parts.database, parts.settings, partial(personal_message, parts)
    )
    carry.carry_sendings(parts.database, parts.keys, parts.settings)
    stored.choose_wanted(parts.database, parts.catalogue.monthly_versions())
    if night:
        try:
            nightly.run_retention(parts.database, parts.keys, parts.settings)
        except RetentionStopped as stopped:
            current_app.logger.error("nothing was deleted", exc_info=stopped)


def run_database_steps(parts: Instance) -> bool:
    """Do all steps that only change the database; return True if this worker is to run tonight's deletion.

    Each is a transaction of its own: on SQLite, with its one writer, a child's send waits for one of them at most.
    Of two workers one does a step; the other leaves it.
    """
    steps: tuple[Callable[[Session], object], ...] = (
        lambda session: note_jump(session, clock.now()),
        end_expired_links,
        once.forget_presses,
        lambda session: escalation.take_steps(session, parts.settings),
        remind_of_complaints,
        lambda session: write_daily_messages(session, clock.now(), parts),
        lambda session: month_reminders.remind_of_month(
            session, parts.settings, parts.catalogue.monthly_survey().key
        ),
        lambda session: due_reminders.remind_of_report(session, parts.settings),
        lambda session: end_reminders.remind_of_campaigns(session, parts.settings),
        assign_owners,
        lambda session: tell_attacked(session, parts.keys, parts.settings),
        lambda session: judge_requests(session, parts.keys, parts.settings),
        lambda session: deliveries.address_messages(session, parts.settings),
        lambda session: deliveries.second_ways(session, parts.settings),
        lambda session: session.merge(Heartbeat(part="worker", at=clock.now())),
    )
    for step in steps:
        with parts.database.short_write() as session:
            if not _has_turn(session):
                return False
            step(session)
    with parts.database.short_write() as session:
        return _has_turn(session) and nightly.claim_night(session, clock.now())


def _has_turn(session: Session) -> bool:
    """Whether no other worker is at a step now (PostgreSQL; on SQLite the one writer has it)."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    lock = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(session.scalar(lock, {"lock": locks.WORKER_ROUND}))


def end_expired_links(session: Session) -> int:
    """Mark waiting invitations whose link has ended as ended; return how many. A late send may still be accepted."""
    now = clock.now()
    done = session.connection().execute(
        update(Invitation)
        .where(Invitation.outcome == "waiting", Invitation.ends_at <= now)
        .values(outcome="ended", outcome_at=Invitation.ends_at)
    )
    return done.rowcount


def write_daily_messages(session: Session, now: datetime, parts: Instance) -> None:
    """Once a day, from the opening of the duty team: queue the mails about what waits and about the audit trail."""
    local = now.astimezone(LONDON)
    if local.time() < parts.settings.duty_opens:
        return
    day = f"{local:%Y-%m-%d}"
    if session.scalar(
        select(OutboxMessage.id).where(
            OutboxMessage.kind == DAILY[0], OutboxMessage.about_id == day
        )
    ):
        return
    outbox.queue_messages(
        session, *(outbox.message_row(kind, day, now) for kind in DAILY)
    )


def assign_owners(session: Session) -> None:
    """Give concerns, requests and complaints without an owner the first person who is notified of them.

    So many a round, the newest first: one that nobody can own stands in the way of none that comes.
    """
    concerns = session.scalars(
        select(Concern)
        .where(Concern.owner_id.is_(None), Concern.state != "closed")
        .order_by(Concern.raised_at.desc())
        .limit(OWNED_AT_ONCE)
    )
    wishes = session.scalars(
        select(ContactRequest)
        .where(ContactRequest.owner_id.is_(None), ContactRequest.state != "done")
        .order_by(ContactRequest.asked_at.desc())
        .limit(OWNED_AT_ONCE)
    )
    for kind, rows in (("concern", list(concerns)), ("contact_request", list(wishes))):
        for row in rows:
            recipients = recipients_of(
                session, OutboxMessage(kind=kind, about_id=row.id)
            )
            row.owner_id = next(
                (person_id for person_id in recipients if person_id != DUTY), None
            )
    complaints = session.scalars(
        select(Complaint)
        .where(Complaint.owner_id.is_(None), Complaint.state != "closed")
        .order_by(Complaint.received_at.desc())
        .limit(OWNED_AT_ONCE)
    )
    for complaint in complaints:
        complaint.owner_id = first_owner_of(session, complaint.id)
    session.flush()


def personal_message(
    parts: Instance, session: Session, message: OutboxMessage
) -> tuple[str, Letter] | None:
    """Return address and letter about a person's own account or month; None if there is nothing to tell any more."""
    if message.kind == month_reminders.KIND:
        survey = parts.catalogue.monthly_survey().key
        return month_reminders.write_reminder_mail(
            session, parts.settings, survey, message
        )
    if message.kind == due_reminders.KIND:
        return due_reminders.write_due_mail(session, parts.settings, message)
    if message.kind == end_reminders.KIND:
        return end_reminders.write_campaign_mail(session, parts.settings, message)
    written = staff_messages.write_staff_message(
        session, parts.keys, parts.settings, message
    )
    return (written[2], Letter(written[0], written[1])) if written else None


def run_worker(app: Flask) -> None:
    """Do a round every 30 seconds until SIGTERM or SIGINT."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    if not prepare_ranker():
        app.logger.error(
            "the ranking is not complete: texts that need what is missing are urgent"
        )
    while not stop.is_set():
        with app.app_context():
            try:
                keyring.refresh_keys(app)
                run_round(service_details.refresh_details(app))
            except Exception as error:
                app.logger.error("a round of the worker failed", exc_info=error)
        stop.wait(EVERY_SECONDS)
