"""Limits on wrong links, words, passwords and codes, counted in the database for all workers (promises 7, 42).

An attempt is counted before what it tries is checked, and refunded when it was valid. Counting takes a lock on whoever
is counted, so that of attempts at the very same moment exactly as many come through as the limit allows. When counting
itself fails, the attempt is let through: a failing count never blocks a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

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
ALARMS = {
    "link": "many links were missed within the hour",
    "sign_in": "many sign-ins failed within the hour",
    "complaint": "many complaints were sent within the hour",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that counts as a miss until it is refunded.

    `over`: there were too many misses already, so this one is not to be made. `misses`: ids of the rows written.
    """

    over: bool
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissLimit:
    """How often `who`, a keyed digest, may miss within the window (`miss_minutes`), and within a day where that counts.

    `kind` is what its misses are counted as: at most 10 characters.
    """

    kind: str
    who: str
    most: int
    most_a_day: int | None = None


A_DAY = timedelta(days=1)
OVER_LIMIT = Attempt(over=True)
UNCOUNTED = Attempt(over=False)
"""The attempt that a failing count lets through."""


def caller_digest() -> str:
    """A keyed digest of the caller's address: enough to count by, nothing to find anyone with (promise 39)."""
    return digest_to_count("address", _caller(request.remote_addr or ""))


def digest_to_count(what: str, value: str) -> str:
    """A keyed digest to count misses by; `what` keeps digests of addresses, accounts and devices apart."""
    return keyed_digest(keys().digest.newest_key, what, value)


def _caller(address: str) -> str:
    """Who an address stands for: of IPv6 the whole /64, which one household has; IPv4 within IPv6 as what it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((found, 64), strict=False))
    return str(found)


def account_digest(email: str) -> str:
    """A keyed digest of the account that a sign-in named, existing or not."""
    return digest_to_count("account", email)


def count_attempt(kind: str, most: int, *who: str) -> Attempt:
    """Count the attempt before checking it, for each digest in `who`; refund it if it was valid.

    The attempt is over the limit when one of `who` missed `most` times or more within the window (`miss_minutes`).
    """
    return count_against(*(MissLimit(kind, digest, most) for digest in who))


def count_against(*limits: MissLimit) -> Attempt:
    """Count the attempt before checking it, against each of these limits; it is over when one of them is reached.

    The request's own session is closed first: on SQLite it would hold the lock that the count needs.
    """
    close_session()
    try:
        # First without any lock, so that whoever floods the limit makes nobody wait for a write.
        with instance().database.new_session(reading=True) as session:
            _limit_lock_wait(session)
            if _reached_limit(session, limits):
                return OVER_LIMIT
        # Then for certain: nobody else counts for the same callers until this transaction ends.
        with instance().database.short_write() as session:
            _lock_counters(session, limits)
            if _reached_limit(session, limits):
                return OVER_LIMIT
            now = clock.now()
            misses = [
                Miss(id=new_id(), kind=limit.kind, who=limit.who, at=now)
                for limit in limits
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
                ALARMS.get(kind, ALARMS["link"]), extra={"number": number}
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


def _reached_limit(session: Session, limits: tuple[MissLimit, ...]) -> bool:
    """Whether one of the limits is reached, within the window or within the day."""
    window = timedelta(minutes=settings().miss_minutes)
    return any(
        _count_misses(session, limit, window) >= limit.most
        or (
            limit.most_a_day is not None
            and _count_misses(session, limit, A_DAY) >= limit.most_a_day
        )
        for limit in limits
    )


def _count_misses(session: Session, limit: MissLimit, within: timedelta) -> int:
    """How often the limit's `who` missed within that time.

    What was noted for later than a window from now was noted by a clock that ran ahead, and counts for nobody; what
    another worker notes while this one waits for its turn does count.
    """
    now = clock.now()
    missed = select(func.count()).where(
        Miss.kind == limit.kind,
        Miss.who == limit.who,
        Miss.at > now - within,
        Miss.at < now + timedelta(minutes=settings().miss_minutes),
    )
    return session.scalar(missed) or 0


def _lock_counters(session: Session, limits: tuple[MissLimit, ...]) -> None:
    """Wait until no other transaction counts for one of the same; they wait for this one from here on.

    PostgreSQL: an advisory lock for each, in sorted order, so that two attempts never wait for each other in a circle.
    SQLite: its one write lock, held since BEGIN IMMEDIATE, does it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{TURN_WAIT_MS}ms'"))
        for key in sorted(f"{limit.kind} {limit.who}" for limit in limits):
            session.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
                {"key": key},
            )
    _limit_lock_wait(session)


def _limit_lock_wait(session: Session) -> None:
    """Let a count that is locked for long fail instead of waiting (PostgreSQL; SQLite has no such lock)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT_MS}ms'"))
