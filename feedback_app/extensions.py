"""Bare extension objects, bound to an application in app.py.

The database has two kinds of session. A reading one (GET, HEAD, OPTIONS) is refused writes by the database itself,
so that no preview or scanner can use a link up (promise 4). A writing one takes SQLite's write lock at once
(BEGIN IMMEDIATE), so that two writers queue instead of failing half-way (promise 52). Neither waits for longer than
the request may (`patience`).
"""

from __future__ import annotations

import select
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, PoolProxiedConnection, QueuePool, create_engine, event, text
from sqlalchemy.exc import DisconnectionError, InvalidRequestError, OperationalError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from feedback_app import patience

BUSY_MS = 5000
WRITE_PATIENCE_SECONDS = 2.5
CONNECT_SECONDS = 2
"""The least that libpq knows."""
DEAD_AFTER_MS = 10_000
WIPE_PATIENCE_MS = 300
WIPE_MOST_BYTES = 64 * 1024 * 1024
"""A table of PostgreSQL that is larger with its indexes is not written anew: it would be locked for too long."""
AWAY_SECONDS = 1.0


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
    the threads of a process queue for one try a millisecond. After 2.5 s they give up, or as soon as the request's own
    patience is over, so that a child reads of it within three (promise 52).
    """

    def __init__(self) -> None:
        self._mine = threading.Lock()

    def begin(self, driver: sqlite3.Connection, info: dict[str, Any]) -> None:
        """Begin a write. Raises OperationalError after 2.5 s."""
        with patience.waiting() as most:
            seconds = WRITE_PATIENCE_SECONDS if most is None else min(WRITE_PATIENCE_SECONDS, most)
            until = time.monotonic() + seconds
            # A connection that is not given back between two transactions (migrations) keeps its turn.
            if not info.get("turn") and not self._mine.acquire(timeout=seconds):
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


class _Patient(psycopg.Connection[Any]):
    """A connection that waits for no longer than the request may: a server can be silent without being gone."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's; a connection whose answer did not come is closed, for the answer could come later."""
        try:
            with patience.waiting() as most:
                return super().wait(gen, interval, most if timeout is None else timeout)
        except psycopg.OperationalError:
            if patience.left() == 0:
                self.pgconn.finish()
            raise


def _postgresql(url: str) -> Engine:
    """A pooled connection is looked at before it is used, which costs no journey to the server as a ping would.

    A server that does not answer is waited for two seconds, the least that libpq takes, and not by every look-up of a
    request in turn: for a second after that, whoever would connect fails at once (promise 52).
    """
    sizes: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "pool_timeout": CONNECT_SECONDS}
    patient = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": DEAD_AFTER_MS}
    engine = create_engine(url, poolclass=_Pool, pool_use_lifo=True, connect_args=patient, **sizes)
    away = _Away()

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        with patience.waiting() as most:
            if most is not None and most < CONNECT_SECONDS:
                raise psycopg.OperationalError("no time is left to connect")
            return away.connect(lambda: _Patient.connect(*arguments, **named))

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

    def wipe(self, tables: Collection[str] = ()) -> list[str]:
        """Let destroyed bytes go from the files too (promise 36); the tables for which it could not be done now.

        SQLite wipes freed pages itself (`secure_delete`); here its write-ahead log is emptied. On PostgreSQL a small
        table is written anew, which nobody may use meanwhile; a larger one is vacuumed, and counts as not done.
        """
        if self.engine.dialect.name == "sqlite":
            return [] if _empty_log(self.engine) else sorted(tables)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            since = connection.scalar(text("SELECT clock_timestamp()"))
            connection.execute(text(f"SET lock_timeout = '{WIPE_PATIENCE_MS}ms'"))
            try:
                return [name for name in sorted(tables) if not _written_anew(connection, name, since)]
            finally:
                connection.execute(text("RESET lock_timeout"))

    @contextmanager
    def aside(self) -> Iterator[Session]:
        """A short write of its own, committed at the end: misses, refusals, the last time a session was seen."""
        with self.session(reading=False) as session, session.begin():
            yield session


def _empty_log(engine: Engine) -> bool:
    """Write SQLite's log into the database and cut it; False when a reader kept a part of it."""
    raw: Any = engine.raw_connection()
    try:
        raw.driver_connection.execute(f"PRAGMA busy_timeout={WIPE_PATIENCE_MS}")
        busy = raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.driver_connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        raw.close()
    return not busy


_OLDER = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)"
    " AND xact_start < :since)"
)


def _written_anew(connection: Connection, table: str, since: datetime) -> bool:
    """Write one table of PostgreSQL anew, without its dead rows; False when that cannot be done now.

    Rows that a transaction from before `since` may still see would be copied with the rest: then it is left for later.
    A lock is waited for a moment only, because children's sends queue behind whoever waits for it.
    """
    if connection.scalar(text(f"SELECT pg_total_relation_size('{table}')")) > WIPE_MOST_BYTES:
        connection.execute(text(f"VACUUM {table}"))
        return False
    file = text(f"SELECT pg_relation_filenode('{table}')")
    before = connection.scalar(file)
    if connection.scalar(_OLDER, {"since": since}):
        return False
    try:
        connection.execute(text(f"VACUUM (FULL) {table}"))
    except OperationalError:
        return False
    # A role that does not own the table is only warned; the file tells.
    return bool(connection.scalar(file) != before)


babel = Babel()
csrf = CSRFProtect()
