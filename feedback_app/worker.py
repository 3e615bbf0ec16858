"""The background worker: ranks texts, ends expired links, escalates, sends messages, and deletes what is due at night.

Safe to run twice at once: one round at a time holds the lock, and each step and delivery is written once (promise 57).
"""

from __future__ import annotations

import signal
import threading
from datetime import datetime
from functools import partial
from types import FrameType

from flask import Flask
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.clock import LONDON
from feedback_app.concerns import escalation
from feedback_app.database import locks
from feedback_app.messages import deliveries, outbox
from feedback_app.messages.recipients import recipients_of
from feedback_app.messages.steps import DUTY
from feedback_app.messages.wording import Letter
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import Heartbeat, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.people import staff_messages
from feedback_app.ranking.rank import rank_text
from feedback_app.reading import ranking_run
from feedback_app.records import nightly
from feedback_app.web import keyring, service_details
from feedback_app.web.context import Instance

EVERY_SECONDS = 30
DAILY = ("waiting", "audit_head")


def run_round(parts: Instance) -> None:
    """Do one round: rank texts, update the tables in one transaction, send messages, delete what is due at night."""
    ranking_run.rank_waiting(parts.database, parts.keys)
    with parts.database.short_write() as session:
        night = run_database_steps(session, parts)
    deliveries.deliver_due(
        parts.database, parts.settings, partial(personal_message, parts)
    )
    if night:
        nightly.run_retention(parts.database, parts.keys, parts.settings)


def run_database_steps(session: Session, parts: Instance) -> bool:
    """Do all steps that only change the database; return True if this worker is to run tonight's deletion."""
    if session.get_bind().dialect.name == "postgresql" and not session.scalar(
        text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": locks.WORKER_ROUND}
    ):
        return False
    end_expired_links(session)
    escalation.take_steps(session, parts.settings)
    write_daily_messages(session, clock.now(), parts)
    assign_owners(session)
    deliveries.address_messages(session, parts.settings)
    deliveries.second_ways(session, parts.settings)
    session.merge(Heartbeat(part="worker", at=clock.now()))
    return nightly.claim_night(session, clock.now())


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
    session.connection().execute(
        insert(OutboxMessage), [outbox.message_row(kind, day, now) for kind in DAILY]
    )


def assign_owners(session: Session) -> None:
    """Give each concern and request without an owner the first person who is notified of it."""
    concerns = session.scalars(
        select(Concern).where(Concern.owner_id.is_(None), Concern.state != "closed")
    )
    wishes = session.scalars(
        select(ContactRequest).where(
            ContactRequest.owner_id.is_(None), ContactRequest.state != "done"
        )
    )
    for kind, rows in (("concern", list(concerns)), ("contact_request", list(wishes))):
        for row in rows:
            recipients = recipients_of(
                session, OutboxMessage(kind=kind, about_id=row.id)
            )
            row.owner_id = next(
                (person_id for person_id in recipients if person_id != DUTY), None
            )
    session.flush()


def personal_message(
    parts: Instance, session: Session, message: OutboxMessage
) -> tuple[str, Letter] | None:
    """Return address and letter about a person's own account; None if its link is used or has ended."""
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
    rank_text(
        ""
    )  # loads the word lists now, so that the first text does not time out on it
    while not stop.is_set():
        with app.app_context():
            try:
                keyring.refresh_keys(app)
                run_round(service_details.refresh_details(app))
            except Exception as error:
                app.logger.error("a round of the worker failed", exc_info=error)
        stop.wait(EVERY_SECONDS)
