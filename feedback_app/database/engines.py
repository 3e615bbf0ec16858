"""An engine for either database, fully durable, which waits for no longer than the request may (`patience`).

Writers of SQLite take its write lock at once (BEGIN IMMEDIATE), so that two queue instead of failing half-way; a
PostgreSQL that is away or silent is noticed within the time in which a child must read of it (promise 52).
"""

from __future__ import annotations

import select
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, PoolProxiedConnection, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError, InvalidRequestError, OperationalError

from feedback_app.database import time_budget as patience

BUSY_TIMEOUT_MS = 5000
WRITE_WAIT_SECONDS = 2.5
CONNECT_SECONDS = 2
"""The least that libpq knows."""
TCP_USER_TIMEOUT_MS = 10_000
RECONNECT_PAUSE_SECONDS = 1.0


def make_engine(url: str) -> Engine:
    """An engine for either database, full durability on both."""
    return _sqlite(url) if url.startswith("sqlite") else _postgresql(url)


def _sqlite(url: str) -> Engine:
    """Foreign keys, wiped free pages, 5 s of patience. A reading transaction is refused writes (`query_only`)."""
    engine = create_engine(url, pool_size=8, max_overflow=8, pool_use_lifo=True)
    turns = _WriterQueue()

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        driver: Any = connection.connection.driver_connection
        if connection.info.get("reading") is not reading:
            driver.execute(f"PRAGMA query_only={int(reading)}")
            connection.info["reading"] = reading
        if reading:
            driver.execute("BEGIN")
        else:
            turns.begin_write(driver, connection.info)

    @event.listens_for(engine, "checkin")
    def _done(_connection: Any, record: Any) -> None:
        turns.end_write(record.info)

    return engine


class _WriterQueue:
    """SQLite has one writer at a time. Whoever comes meanwhile waits here, and writes as soon as that one is done.

    SQLite alone sleeps longer after each vain try, up to a tenth of a second, while the lock may long be free. Here
    the threads of a process queue for one try a millisecond. After 2.5 s they give up, or as soon as the request's own
    patience is over, so that a child reads of it within three (promise 52).
    """

    def __init__(self) -> None:
        self._mine = threading.Lock()

    def begin_write(self, driver: sqlite3.Connection, info: dict[str, Any]) -> None:
        """Begin a write. Raises OperationalError after 2.5 s."""
        with patience.spend_waiting() as most:
            seconds = WRITE_WAIT_SECONDS if most is None else min(WRITE_WAIT_SECONDS, most)
            until = time.monotonic() + seconds
            # A connection that is not given back between two transactions (migrations) keeps its turn.
            if not info.get("turn") and not self._mine.acquire(timeout=seconds):
                raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
            info["turn"] = True
            driver.execute("PRAGMA busy_timeout=1")
            try:
                _retry_begin(driver, until)
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    def end_write(self, info: dict[str, Any]) -> None:
        """The connection is given back: the next may write, if this one did."""
        if info.pop("turn", False):
            self._mine.release()


def _retry_begin(driver: sqlite3.Connection, until: float) -> None:
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        else:
            return


class _TimedConnection(psycopg.Connection[Any]):
    """A connection that waits for no longer than the request may: a server can be silent without being gone."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's; a connection whose answer did not come is closed, for the answer could come later."""
        try:
            with patience.spend_waiting() as most:
                return super().wait(gen, interval, most if timeout is None else timeout)
        except psycopg.OperationalError:
            if patience.seconds_left() == 0:
                self.pgconn.finish()
            raise


def _postgresql(url: str) -> Engine:
    """A pooled connection is looked at before it is used, which costs no journey to the server as a ping would.

    A server that does not answer is waited for two seconds, the least that libpq takes, and not by every look-up of a
    request in turn: for a second after that, whoever would connect fails at once (promise 52).
    """
    sizes: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "pool_timeout": CONNECT_SECONDS}
    patient = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": TCP_USER_TIMEOUT_MS}
    engine = create_engine(url, poolclass=_ReportingPool, pool_use_lifo=True, connect_args=patient, **sizes)
    away = _ConnectBreaker()

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        with patience.spend_waiting() as most:
            if most is not None and most < CONNECT_SECONDS:
                raise psycopg.OperationalError("no time is left to connect")
            return away.connect(lambda: _TimedConnection.connect(*arguments, **named))

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, _record: Any, _borrowed: Any) -> None:
        # A server says nothing to an idle connection but that it ends it.
        if connection.closed or select.select([connection.fileno()], [], [], 0)[0]:
            raise DisconnectionError("the server ended the connection")

    return engine


class _ReportingPool(QueuePool):
    """Where the server ends each connection that is looked at, the pool gives up: the server is away then, too."""

    def connect(self) -> PoolProxiedConnection:
        """A connection. Raises OperationalError after three that had ended."""
        try:
            return super().connect()
        except InvalidRequestError as error:
            raise OperationalError("connect", None, error) from error


class _ConnectBreaker:
    """Remembers for a second that the server could not be connected to."""

    def __init__(self) -> None:
        self._until = 0.0

    def connect(self, try_it: Callable[[], Any]) -> Any:
        """Try, unless that was in vain within the last second. Raises psycopg's OperationalError."""
        if time.monotonic() < self._until:
            raise psycopg.OperationalError("the server did not answer a moment ago")
        try:
            return try_it()
        except psycopg.OperationalError:
            self._until = time.monotonic() + RECONNECT_PAUSE_SECONDS
            raise
