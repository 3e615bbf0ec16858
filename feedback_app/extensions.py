"""Bare extension objects, bound to an application in app.py.

The database has two kinds of session. A reading one (GET, HEAD, OPTIONS) is refused writes by the database itself,
so that no preview or scanner can use a link up (promise 4). A writing one takes SQLite's write lock at once
(BEGIN IMMEDIATE), so that two writers queue instead of failing half-way (promise 52).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, scoped_session, sessionmaker


def make_engine(url: str) -> Engine:
    """An engine for either database. SQLite: foreign keys, full durability, wiped free pages, 5 s of patience."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, pool_timeout=3)
    engine = create_engine(url, pool_size=8, max_overflow=8)

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "busy_timeout=5000", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql(f"PRAGMA query_only={int(reading)}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


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
            options["postgresql_readonly"] = True
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

    @contextmanager
    def aside(self) -> Iterator[Session]:
        """A short write of its own, committed at the end: misses, refusals, the last time a session was seen."""
        with self.session(reading=False) as session, session.begin():
            yield session


babel = Babel()
csrf = CSRFProtect()
