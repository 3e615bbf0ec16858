"""Limits on wrong links, words, passwords and codes, counted in the database for all workers (promises 7, 42).

An attempt is counted before what it tries is checked, and refunded when it was valid. Counting takes a lock on whoever
is counted, so that of attempts at the very same moment exactly as many come through as the limit allows. When counting
itself fails, the attempt is let through: a failing count never blocks a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.base import new_id
from feedback_app.models.person import Miss
from feedback_app.models.running import ServiceFlag
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.web.context import close_session, instance, keys, settings

LOCK_WAIT_MS = 300
"""How long a statement of the count waits for any lock (PostgreSQL)."""
TURN_WAIT_MS = 2000
"""How long an attempt waits for others counted for the same caller: they hold each other up for milliseconds each."""
ALARM_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that counts as a miss until it is refunded.

    `over`: there were too many misses already, so this one is not to be made. `misses`: ids of the rows written.
    """

    over: bool
    misses: tuple[str, ...] = ()


OVER_LIMIT = Attempt(over=True)
UNCOUNTED = Attempt(over=False)
"""The attempt that a failing count lets through."""


def caller_digest() -> str:
    """A keyed digest of the caller's address: enough to count by, nothing to find anyone with (promise 39)."""
    return keyed_digest(keys().digest.newest_key, "address", request.remote_addr or "")


def account_digest(email: str) -> str:
    """A keyed digest of the account that a sign-in named, existing or not."""
    return keyed_digest(keys().digest.newest_key, "account", email)


def count_attempt(kind: str, most: int, *who: str) -> Attempt:
    """Count the attempt before checking it, for each digest in `who`; refund it if it was valid.

    The attempt is over the limit when one of `who` missed `most` times or more within the window (`miss_minutes`).
    The request's own session is closed first: on SQLite it would hold the lock that the count needs.
    """
    close_session()
    try:
        # First without any lock, so that whoever floods the limit makes nobody wait for a write.
        with instance().database.new_session(reading=True) as session:
            _limit_lock_wait(session)
            if _reached_limit(session, kind, most, who):
                return OVER_LIMIT
        # Then for certain: nobody else counts for the same callers until this transaction ends.
        with instance().database.short_write() as session:
            _lock_counters(session, kind, who)
            if _reached_limit(session, kind, most, who):
                return OVER_LIMIT
            now = clock.now()
            misses = [
                Miss(id=new_id(), kind=kind, who=digest, at=now) for digest in who
            ]
            session.add_all(misses)
            return Attempt(over=False, misses=tuple(miss.id for miss in misses))
    except SQLAlchemyError:
        current_app.logger.warning("a try could not be counted", exc_info=False)
        return UNCOUNTED


def refund_attempt(attempt: Attempt) -> None:
    """The attempt was valid: it is no miss. Called after the request's commit, or before it opens a new session."""
    if not attempt.misses:
        return
    close_session()
    try:
        with instance().database.short_write() as session:
            _limit_lock_wait(session)
            session.execute(delete(Miss).where(Miss.id.in_(attempt.misses)))
    except SQLAlchemyError:
        current_app.logger.warning("a good try still counts as a miss", exc_info=False)


def watch_all_misses(kind: str) -> None:
    """Log an alarm, once an hour, when everybody together missed too often within the hour (promise 7).

    "Too often" is the setting `alarm_misses_an_hour`. Called after the miss is committed: of workers that miss at the
    same moment, the last one sees them all.
    """
    try:
        with instance().database.new_session(reading=True) as session:
            _limit_lock_wait(session)
            raised = session.get(ServiceFlag, _alarm_name(kind))
            if raised is not None and clock.now() - raised.set_at < ALARM_EVERY:
                return
            since = clock.now() - ALARM_EVERY
            number = (
                session.scalar(
                    select(func.count()).where(Miss.kind == kind, Miss.at > since)
                )
                or 0
            )
        if number >= settings().alarm_misses_an_hour and _claim_alarm(kind):
            current_app.logger.warning(
                "many links were missed within the hour", extra={"number": number}
            )
    except SQLAlchemyError:
        current_app.logger.warning("misses could not be watched", exc_info=False)


def _claim_alarm(kind: str) -> bool:
    """Return True for the one worker that may raise this hour's alarm."""
    now = clock.now()
    name = _alarm_name(kind)
    try:
        with instance().database.short_write() as session:
            _limit_lock_wait(session)
            if session.get(ServiceFlag, name) is None:
                # The first alarm ever: of two workers that insert the row, the second gets an IntegrityError.
                session.add(ServiceFlag(name=name, set_at=now))
                return True
            # Later ones: of two workers, only the first finds the row an hour old, and makes it new.
            hour_old = (ServiceFlag.name == name) & (
                ServiceFlag.set_at <= now - ALARM_EVERY
            )
            claim = update(ServiceFlag).where(hour_old).values(set_at=now)
            return bool(session.execute(claim.returning(ServiceFlag.name)).all())
    except IntegrityError:
        return False


def _alarm_name(kind: str) -> str:
    return f"alarm {kind}"


def _reached_limit(
    session: Session, kind: str, most: int, who: tuple[str, ...]
) -> bool:
    """Whether one of `who` missed `most` times or more within the window."""
    since = clock.now() - timedelta(minutes=settings().miss_minutes)
    for digest in who:
        missed = select(func.count()).where(
            Miss.kind == kind, Miss.who == digest, Miss.at > since
        )
        if (session.scalar(missed) or 0) >= most:
            return True
    return False


def _lock_counters(session: Session, kind: str, who: tuple[str, ...]) -> None:
    """Wait until no other transaction counts for one of `who`; they wait for this one from here on.

    PostgreSQL: an advisory lock per digest, in sorted order, so that two attempts never wait for each other in a
    circle. SQLite: its one write lock, held since BEGIN IMMEDIATE, does it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{TURN_WAIT_MS}ms'"))
        for digest in sorted(who):
            key = {"key": f"{kind} {digest}"}
            session.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key
            )
    _limit_lock_wait(session)


def _limit_lock_wait(session: Session) -> None:
    """Let a count that is locked for long fail instead of waiting (PostgreSQL; SQLite has no such lock)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT_MS}ms'"))
