"""The one background loop: links that have run out, texts to rank, steps that are due, messages to carry, its own beat;
at night what is over is deleted.

Safe to run twice: one round at a time has the database to itself, each step and delivery is written once (promise 57).
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
from feedback_app.messages.recipients import DUTY, recipients_of
from feedback_app.messages.wording import Letter
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import Heartbeat, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.people import staff_messages
from feedback_app.ranking.rank import rank_text
from feedback_app.reading import ranking_run as ranks
from feedback_app.records import nightly as retention
from feedback_app.web import keyring
from feedback_app.web import service_details as numbers
from feedback_app.web.context import Instance

EVERY_SECONDS = 30
DAILY = ("waiting", "audit_head")


def run_round(parts: Instance) -> None:
    """One round: ranks; what the tables need in one transaction; the messages, each in its own; at night retention."""
    ranks.rank_waiting(parts.database, parts.keys)
    with parts.database.short_write() as session:
        night = run_database_steps(session, parts)
    deliveries.deliver_due(parts.database, parts.settings, partial(personal_message, parts))
    if night:
        retention.run_retention(parts.database, parts.keys, parts.settings)


def run_database_steps(session: Session, parts: Instance) -> bool:
    """Everything but the carrying; whether retention is to follow: once a night, by one worker."""
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
    return retention.claim_night(session, clock.now())


def end_expired_links(session: Session) -> int:
    """Say of each waiting invitation whose link has ended that it has; how many. A late send may still claim it."""
    now = clock.now()
    done = session.connection().execute(
        update(Invitation)
        .where(Invitation.outcome == "waiting", Invitation.ends_at <= now)
        .values(outcome="ended", outcome_at=Invitation.ends_at)
    )
    return done.rowcount


def write_daily_messages(session: Session, now: datetime, parts: Instance) -> None:
    """Once a day: what waits, even when nothing does; the audit trail's head."""
    there = now.astimezone(LONDON)
    if there.time() < parts.settings.duty_opens:
        return
    day = f"{there:%Y-%m-%d}"
    if session.scalar(select(OutboxMessage.id).where(OutboxMessage.kind == DAILY[0], OutboxMessage.about_id == day)):
        return
    session.connection().execute(insert(OutboxMessage), [outbox.message_row(kind, day, now) for kind in DAILY])


def assign_owners(session: Session) -> None:
    """Every concern and contact request has an owner: the first person who is told of it, until somebody takes it."""
    concerns = session.scalars(select(Concern).where(Concern.owner_id.is_(None), Concern.state != "closed"))
    wishes = session.scalars(
        select(ContactRequest).where(ContactRequest.owner_id.is_(None), ContactRequest.state != "done")
    )
    for kind, rows in (("concern", list(concerns)), ("contact_request", list(wishes))):
        for row in rows:
            told = recipients_of(session, OutboxMessage(kind=kind, about_id=row.id))
            row.owner_id = next((who for who in told if who != DUTY), None)
    session.flush()


def personal_message(parts: Instance, session: Session, message: OutboxMessage) -> tuple[str, Letter] | None:
    """The letter to one member of staff about their own account; None when its link is used up or over."""
    written = staff_messages.write_staff_message(session, parts.keys, parts.settings, message)
    return (written[2], Letter(written[0], written[1])) if written else None


def run_worker(app: Flask) -> None:
    """Go round every 30 seconds until told to stop (SIGTERM, SIGINT)."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    rank_text("")  # reads its lists now, so that the first text is not timed out for it
    while not stop.is_set():
        with app.app_context():
            try:
                keyring.refresh_keys(app)
                run_round(numbers.refresh_details(app))
            except Exception as error:
                app.logger.error("a round of the worker failed", exc_info=error)
        stop.wait(EVERY_SECONDS)
