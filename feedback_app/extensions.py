"""Bare extension objects, bound to an application in app.py.

The database has two kinds of session. A reading one (GET, HEAD, OPTIONS) is refused writes by the database itself,
so that no preview or scanner can use a link up (promise 4). A writing one takes SQLite's write lock at once
(BEGIN IMMEDIATE), so that two writers queue instead of failing half-way (promise 52).
"""

from __future__ import annotations

import select
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, PoolProxiedConnection, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError, InvalidRequestError, OperationalError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

BUSY_MS = 5000
WRITE_PATIENCE_SECONDS = 2.5
AWAY_SECONDS = 1.0
PATIENT = {"connect_timeout": 2, "tcp_user_timeout": 2500}
"""PostgreSQL: seconds to be connected within, and milliseconds after which a line that stays silent is dead."""


def make_engine(url: str) -> Engine:
    """An engine for either database, full durability on both."""
    return _sqlite(url) if url.startswith("sqlite") else _postgresql(url)


def _sqlite(url: str) -> Engine:
    """Foreign keys, wiped free pages, 5 s of patience. A reading transaction is refused writes (`query_only`)."""
    engine = create_engine(url, pool_size=8, max_overflow=8, pool_use_lifo=True)
    turns = _Turns()

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", f"busy_timeout={BUSY_MS}", "synchronous=FULL", "secure_delete=ON"):
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
            turns.begin(driver, connection.info)

    @event.listens_for(engine, "checkin")
    def _done(_connection: Any, record: Any) -> None:
        turns.over(record.info)

    return engine


class _Turns:
    """SQLite has one writer at a time. Whoever comes meanwhile waits here, and writes as soon as that one is done.

    SQLite alone sleeps longer after each vain try, up to a tenth of a second, while the lock may long be free. Here
    the threads of a process queue for one try a millisecond. After 2.5 s they give up, so that a child reads of it
    within three (promise 52).
    """

    def __init__(self) -> None:
        self._mine = threading.Lock()

    def begin(self, driver: sqlite3.Connection, info: dict[str, Any]) -> None:
        """Begin a write. Raises OperationalError after 2.5 s."""
        until = time.monotonic() + WRITE_PATIENCE_SECONDS
        # A connection that is not given back between two transactions (migrations) keeps its turn.
        if not info.get("turn") and not self._mine.acquire(timeout=WRITE_PATIENCE_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        info["turn"] = True
        driver.execute("PRAGMA busy_timeout=1")
        try:
            _try_until(driver, until)
        finally:
            driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")

    def over(self, info: dict[str, Any]) -> None:
        """The connection is given back: the next may write, if this one did."""
        if info.pop("turn", False):
            self._mine.release()


def _try_until(driver: sqlite3.Connection, until: float) -> None:
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        else:
            return


def _postgresql(url: str) -> Engine:
    """A pooled connection is looked at before it is used, which costs no journey to the server as a ping would.

    A server that does not answer is waited for two seconds, the least that psycopg takes, and not by every look-up of a
    request in turn: for a second after that, whoever would connect fails at once (promise 52).
    """
    sizes: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "pool_timeout": WRITE_PATIENCE_SECONDS}
    engine = create_engine(url, poolclass=_Pool, pool_use_lifo=True, connect_args=PATIENT, **sizes)
    away = _Away()

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        return away.connect(lambda: dialect.connect(*arguments, **options))

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, _record: Any, _borrowed: Any) -> None:
        # A server says nothing to an idle connection but that it ends it.
        if connection.closed or select.select([connection.fileno()], [], [], 0)[0]:
            raise DisconnectionError("the server ended the connection")

    return engine


class _Pool(QueuePool):
    """Where the server ends each connection that is looked at, the pool gives up: the server is away then, too."""

    def connect(self) -> PoolProxiedConnection:
        """A connection. Raises OperationalError after three that had ended."""
        try:
            return super().connect()
        except InvalidRequestError as error:
            raise OperationalError("connect", None, error) from error


class _Away:
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
            self._until = time.monotonic() + AWAY_SECONDS
            raise


class Database:
    """One engine and the session of the present request."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._scoped: scoped_session[Session] | None = None
        self._write: sessionmaker[Session]
        self._read: sessionmaker[Session]

    def open(self, url: str) -> None:
        """Bind to a database; closes the one before (tests bind many)."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine = make_engine(url)
        self._write = sessionmaker(self._engine, expire_on_commit=False)
        options: dict[str, Any] = {"reading": True}
        if self._engine.dialect.name == "postgresql":
            # One state for the whole of a page, as SQLite has it: a share's count never outgrows its base.
            options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        self._read = sessionmaker(self._engine.execution_options(**options), expire_on_commit=False)

    @property
    def engine(self) -> Engine:
        """The bound engine."""
        if self._engine is None:
            raise RuntimeError("no database is open")
        return self._engine

    def session(self, *, reading: bool) -> Session:
        """A new session of either kind; the caller closes it."""
        return (self._read if reading else self._write)()

    def wipe(self) -> None:
        """Let destroyed bytes go from SQLite's write-ahead log too; its free pages are wiped as they fall free.

        PostgreSQL's own vacuum frees the place of dead rows, in its own time (promise 36).
        """
        if self.engine.dialect.name != "sqlite":
            return
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()

    @contextmanager
    def aside(self) -> Iterator[Session]:
        """A short write of its own, committed at the end: misses, refusals, the last time a session was seen."""
        with self.session(reading=False) as session, session.begin():
            yield session


babel = Babel()
csrf = CSRFProtect()
