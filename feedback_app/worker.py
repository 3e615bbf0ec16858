"""The one background loop: links that have run out, messages that are due, its own beat. Safe to run twice."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import Beat, OutboxMessage
from feedback_app.web.context import instance

EVERY_SECONDS = 30


def step(session: Session) -> None:
    """One round, in the session's transaction."""
    end_run_out_links(session)
    session.merge(Beat(part="worker", at=clock.now()))


def end_run_out_links(session: Session) -> int:
    """Say of each waiting invitation whose link has ended that it has; how many. A late send may still claim it."""
    now = clock.now()
    done = session.connection().execute(
        update(Invitation)
        .where(Invitation.outcome == "waiting", Invitation.ends_at <= now)
        .values(outcome="ended", outcome_at=Invitation.ends_at)
    )
    return done.rowcount


def deliver(session: Session) -> int:
    """Hand over the messages that are due. In the demo they go to nobody: they are marked as shown; how many."""
    now = clock.now()
    done = session.connection().execute(
        update(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.due_at <= now)
        .values(sent_at=now, tries=OutboxMessage.tries + 1)
    )
    return done.rowcount


def run(app: Flask) -> None:
    """Go round every 30 seconds until told to stop (SIGTERM, SIGINT)."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    parts = instance(app)
    while not stop.is_set():
        with app.app_context():
            try:
                with parts.database.aside() as session:
                    step(session)
                    if parts.settings.mode == "demo":
                        deliver(session)
            except Exception as error:
                app.logger.error("a round of the worker failed", exc_info=error)
        stop.wait(EVERY_SECONDS)
