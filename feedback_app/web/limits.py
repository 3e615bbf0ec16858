"""Misses are counted in the database, shared by all workers; a failing count never blocks a child (promises 7, 42).

A try is taken before what it tries is looked at, in a transaction that whoever is counted alike waits for: of tries at
the very same moment exactly as many come through as the limit allows. A try that was good is given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.tokens import keyed_digest
from feedback_app.models.base import new_id
from feedback_app.models.person import Miss
from feedback_app.models.running import Beat
from feedback_app.web.context import close_session, instance, keys, settings

PATIENCE_MS = 300
TURN_MS = 2000
"""How long a try waits for others that are counted alike: they hold each other up for some milliseconds each."""
ALARM_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Try:
    """A try that counts as a miss until it is given back. `over`: there were too many already, this one is not made."""

    over: bool
    misses: tuple[str, ...] = ()


OVER = Try(over=True)
UNCOUNTED = Try(over=False)
"""What a failing count lets through."""


def caller_digest() -> str:
    """A keyed digest of the caller's address: enough to count by, nothing to find anyone with (promise 39)."""
    return keyed_digest(keys().digest.newest_key, "address", request.remote_addr or "")


def account_digest(email: str) -> str:
    """A keyed digest of the account that a sign-in named, existing or not."""
    return keyed_digest(keys().digest.newest_key, "account", email)


def count_attempt(kind: str, most: int, *who: str) -> Try:
    """Take a try of that kind, counted for each of `who`; over when one of them has missed `most` times or more.

    The request's own session is given back first: on SQLite it would hold the lock that the count needs.
    """
    close_session()
    try:
        if _too_many_already(kind, most, who):
            return OVER
        with instance().database.short_write() as session:
            _one_at_a_time(session, kind, who)
            if any(_number(session, kind, one) >= most for one in who):
                return OVER
            now = clock.now()
            rows = [Miss(id=new_id(), kind=kind, who=one, at=now) for one in who]
            session.add_all(rows)
            return Try(over=False, misses=tuple(row.id for row in rows))
    except SQLAlchemyError:
        current_app.logger.warning("a try could not be counted", exc_info=False)
        return UNCOUNTED


def refund_attempt(taken: Try) -> None:
    """The try was good: it is no miss. Called after the request's commit, or before it reads on in a new session."""
    if not taken.misses:
        return
    close_session()
    try:
        with instance().database.short_write() as session:
            _without_waiting(session)
            session.execute(delete(Miss).where(Miss.id.in_(taken.misses)))
    except SQLAlchemyError:
        current_app.logger.warning("a good try still counts as a miss", exc_info=False)


def watch_all_misses(kind: str) -> None:
    """Raise an alarm in the log when everyone together missed 200 times within the hour, once an hour (promise 7).

    Called after the miss is committed: of workers that miss at the same moment, the last sees them all.
    """
    try:
        with instance().database.new_session(reading=True) as session:
            _without_waiting(session)
            raised = session.get(Beat, _alarm(kind))
            if raised is not None and clock.now() - raised.at < ALARM_EVERY:
                return
            since = clock.now() - ALARM_EVERY
            number = session.scalar(select(func.count()).where(Miss.kind == kind, Miss.at > since)) or 0
        if number >= settings().alarm_misses_an_hour and _mine_to_raise(kind):
            current_app.logger.warning("many links were missed within the hour", extra={"number": number})
    except SQLAlchemyError:
        current_app.logger.warning("misses could not be watched", exc_info=False)


def _mine_to_raise(kind: str) -> bool:
    """Whether it falls to this worker to raise the alarm: one of all, once an hour."""
    now = clock.now()
    try:
        with instance().database.short_write() as session:
            _without_waiting(session)
            part = session.get(Beat, _alarm(kind))
            if part is None:
                session.add(Beat(part=_alarm(kind), at=now))
                return True
            due = update(Beat).where(Beat.part == part.part, Beat.at <= now - ALARM_EVERY).values(at=now)
            return bool(session.execute(due.returning(Beat.part)).all())
    except IntegrityError:
        return False


def _alarm(kind: str) -> str:
    return f"alarm {kind}"


def _too_many_already(kind: str, most: int, who: tuple[str, ...]) -> bool:
    """A look without any lock, so that whoever floods the limit makes nobody wait for a write."""
    with instance().database.new_session(reading=True) as session:
        _without_waiting(session)
        return any(_number(session, kind, one) >= most for one in who)


def _number(session: Session, kind: str, who: str) -> int:
    """How often `who` missed within the window."""
    since = clock.now() - timedelta(minutes=settings().miss_minutes)
    return session.scalar(select(func.count()).where(Miss.kind == kind, Miss.who == who, Miss.at > since)) or 0


def _one_at_a_time(session: Session, kind: str, who: tuple[str, ...]) -> None:
    """Wait until no other transaction counts for one of these. SQLite's write lock, held since BEGIN, does it there."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{TURN_MS}ms'"))
        for one in sorted(who):
            key = {"key": f"{kind} {one}"}
            session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
    _without_waiting(session)


def _without_waiting(session: Session) -> None:
    """A count that is locked for long is a failing count: nobody waits for it (PostgreSQL; SQLite has no such lock)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_MS}ms'"))
