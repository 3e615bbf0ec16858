"""Misses are counted in the database, shared by all workers; a failing count never blocks a child (promises 7, 42)."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, request
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.base import new_id
from feedback_app.models.person import Miss
from feedback_app.privacy.tokens import digest
from feedback_app.web.context import instance, keys, settings

PATIENCE_MS = 300


def address() -> str:
    """A keyed digest of the caller's address: enough to count by, nothing to find anyone with (promise 39)."""
    return digest(keys().digest.newest, "address", request.remote_addr or "")


def account(email: str) -> str:
    """A keyed digest of the account that a sign-in named, existing or not."""
    return digest(keys().digest.newest, "account", email)


def miss(kind: str, *who: str) -> None:
    """Count a miss, in a write of its own, so that it stands even where the request fails."""
    now = clock.now()
    rows = [Miss(id=new_id(), kind=kind, who=one, at=now) for one in who]
    try:
        with instance().database.aside() as session:
            _without_waiting(session)
            session.add_all(rows)
    except SQLAlchemyError:
        current_app.logger.warning("a miss could not be counted", exc_info=False)


def _without_waiting(session: Session) -> None:
    """A count that is locked for long is a failing count: nobody waits for it (PostgreSQL; SQLite has no such lock)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_MS}ms'"))


def missed_too_often(kind: str, who: str, most: int, *, minutes: int | None = None) -> bool:
    """Whether `who` missed `most` times or more within the window (10 minutes unless told)."""
    since = clock.now() - timedelta(minutes=minutes or settings().miss_minutes)
    query = select(func.count()).where(Miss.kind == kind, Miss.who == who, Miss.at > since)
    try:
        with instance().database.session(reading=True) as session:
            _without_waiting(session)
            return (session.scalar(query) or 0) >= most
    except SQLAlchemyError:
        current_app.logger.warning("misses could not be read", exc_info=False)
        return False


def watch_all_misses(kind: str) -> None:
    """Raise an alarm in the log when links are missed 200 times an hour by everyone together (promise 7)."""
    since = clock.now() - timedelta(hours=1)
    try:
        with instance().database.session(reading=True) as session:
            _without_waiting(session)
            number = session.scalar(select(func.count()).where(Miss.kind == kind, Miss.at > since)) or 0
    except SQLAlchemyError:
        return
    if number and number % settings().alarm_misses_an_hour == 0:
        current_app.logger.warning("many links were missed within the hour", extra={"number": number})
