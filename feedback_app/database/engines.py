"""Engines for SQLite and PostgreSQL: fully durable, and waiting no longer than the request's time budget allows.

SQLite writers take the write lock at the start (BEGIN IMMEDIATE), so that two queue instead of failing half-way. A
PostgreSQL server that is down or silent is noticed soon enough to tell a child within three seconds (promise 52).
"""

from __future__ import annotations

import select
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import (
    Connection,
    Engine,
    PoolProxiedConnection,
    QueuePool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DisconnectionError, InvalidRequestError, OperationalError

from feedback_app.database import time_budget

BUSY_TIMEOUT_MS = 5000
WRITE_WAIT_SECONDS = 2.5
CONNECT_SECONDS = 2
"""libpq's minimum for connect_timeout."""
TCP_USER_TIMEOUT_MS = 10_000
RECONNECT_PAUSE_SECONDS = 1.0
SHORT_STATEMENTS = "-c max_parallel_workers_per_gather=0 -c jit=off -c work_mem=16MB"
"""Statements here take milliseconds: to start helpers for one, to compile it, or to write what it joins to a file,
takes longer than to run it (docs/decisions/0041)."""


def make_engine(url: str) -> Engine:
    """Return an engine for the database at this URL, with full durability."""
    return _sqlite(url) if url.startswith("sqlite") else _postgresql(url)


def _sqlite(url: str) -> Engine:
    """Return an engine with foreign keys, fsync and overwriting of deleted data; reading sessions refuse writes."""
    engine = create_engine(url, pool_size=8, max_overflow=8, pool_use_lifo=True)
    writers = _WriterQueue()

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "synchronous=FULL",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin_transaction(connection: Connection) -> None:
        # The driver is in autocommit mode (isolation_level None), so that BEGIN is ours to choose.
        reading = connection.get_execution_options().get("reading", False)
        driver: Any = connection.connection.driver_connection
        if connection.info.get("reading") is not reading:
            # Pooled connections serve both kinds: set only where it changes.
            driver.execute(f"PRAGMA query_only={int(reading)}")
            connection.info["reading"] = reading
        if reading:
            driver.execute("BEGIN")
        else:
            writers.begin_write(driver, connection.info)

    @event.listens_for(engine, "checkin")
    def _release_writer(_connection: Any, record: Any) -> None:
        writers.end_write(record.info)

    return engine


class _WriterQueue:
    """Serialises the writers of one process and retries BEGIN IMMEDIATE every millisecond.

    SQLite's own busy handler sleeps longer after each failed try, up to 0.1 s, although the lock may be free again.
    A writer gives up after 2.5 s, or when the request's time budget is spent, so that a child reads of the failure
    within three seconds (promise 52).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def begin_write(self, driver: sqlite3.Connection, info: dict[str, Any]) -> None:
        """Begin a writing transaction. Raises OperationalError when the time is over.

        `info` belongs to the connection and remembers that it holds the lock of this process.
        """
        with time_budget.spend_waiting() as most:
            seconds = (
                WRITE_WAIT_SECONDS if most is None else min(WRITE_WAIT_SECONDS, most)
            )
            until = time.monotonic() + seconds
            # First wait for the other threads of this process ...
            # (A connection with several transactions before it is given back, as in migrations, keeps the lock.)
            if not info.get("turn") and not self._lock.acquire(timeout=seconds):
                raise OperationalError(
                    "BEGIN IMMEDIATE",
                    None,
                    sqlite3.OperationalError("database is locked"),
                )
            info["turn"] = True
            # ... then for other processes, in tries of one millisecond each.
            driver.execute("PRAGMA busy_timeout=1")
            try:
                _retry_begin(driver, until)
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    def end_write(self, info: dict[str, Any]) -> None:
        """Let the next writer in, if this connection was writing. Called when it goes back to the pool."""
        if info.pop("turn", False):
            self._lock.release()


def _retry_begin(driver: sqlite3.Connection, until: float) -> None:
    """Repeat BEGIN IMMEDIATE until it works or `until` (monotonic seconds) has passed; raise OperationalError then."""
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if (
                error.sqlite_errorcode != sqlite3.SQLITE_BUSY
                or time.monotonic() > until
            ):
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        else:
            return


class _TimedConnection(psycopg.Connection[Any]):
    """A connection that waits for a reply no longer than the time budget: a server can be silent without being down."""

    def wait(
        self, gen: Any, interval: float = 0.1, timeout: float | None = None
    ) -> Any:
        """As psycopg's, limited to the budget. A connection that timed out is closed: a late reply would confuse it."""
        try:
            with time_budget.spend_waiting() as most:
                return super().wait(gen, interval, most if timeout is None else timeout)
        except psycopg.OperationalError:
            if time_budget.seconds_left() == 0:
                self.pgconn.finish()
            raise


def _postgresql(url: str) -> Engine:
    """Check a pooled connection by its socket, which needs no round trip as a ping would.

    Connecting to a server that does not answer takes two seconds (libpq's minimum). For a second after such a failure
    every attempt to connect fails at once, so that the queries of one request do not each wait (promise 52).
    """
    sizes: dict[str, Any] = {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": CONNECT_SECONDS,
    }
    own_options = make_url(url).query.get("options", "")
    limits = {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": TCP_USER_TIMEOUT_MS,
        "options": f"{own_options} {SHORT_STATEMENTS}".strip(),
    }
    engine = create_engine(
        url, poolclass=_ReportingPool, pool_use_lifo=True, connect_args=limits, **sizes
    )
    breaker = _ConnectBreaker()

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        with time_budget.spend_waiting() as most:
            if most is not None and most < CONNECT_SECONDS:
                raise psycopg.OperationalError("no time is left to connect")
            return breaker.connect(
                lambda: _TimedConnection.connect(*arguments, **named)
            )

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, _record: Any, _borrowed: Any) -> None:
        # An idle connection has nothing to read, unless the server has closed it.
        if connection.closed or select.select([connection.fileno()], [], [], 0)[0]:
            raise DisconnectionError("the server ended the connection")

    return engine


class _ReportingPool(QueuePool):
    """A pool that reports a server which closes every connection as OperationalError, like one that is down."""

    def connect(self) -> PoolProxiedConnection:
        """Return a connection. Raises OperationalError after three that the server had closed."""
        try:
            return super().connect()
        except InvalidRequestError as error:
            raise OperationalError("connect", None, error) from error


class _ConnectBreaker:
    """A circuit breaker: for a second after a failed connection attempt, further ones fail at once."""

    def __init__(self) -> None:
        self._until = 0.0

    def connect(self, try_it: Callable[[], Any]) -> Any:
        """Call `try_it`, unless it failed within the last second. Raises psycopg's OperationalError."""
        if time.monotonic() < self._until:
            raise psycopg.OperationalError("the server did not answer a moment ago")
        try:
            return try_it()
        except psycopg.OperationalError:
            self._until = time.monotonic() + RECONNECT_PAUSE_SECONDS
            raise
