"""The engine and the sessions of the database in use.

There are two kinds of session. A reading one (GET, HEAD, OPTIONS) is refused writes by the database itself,
so that no preview or scanner can use a link up (promise 4). A writing one takes SQLite's write lock at once
(BEGIN IMMEDIATE), so that two writers queue instead of failing half-way (promise 52).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from feedback_app.database.engines import make_engine
from feedback_app.database.secure_delete import wipe_deleted


class Database:
    """One engine, and new sessions on it: a request, a command or the worker opens its own."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
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
            options |= {
                "postgresql_readonly": True,
                "isolation_level": "REPEATABLE READ",
            }
        self._read = sessionmaker(
            self._engine.execution_options(**options), expire_on_commit=False
        )

    @property
    def engine(self) -> Engine:
        """The bound engine."""
        if self._engine is None:
            raise RuntimeError("no database is open")
        return self._engine

    def new_session(self, *, reading: bool) -> Session:
        """A new session of either kind; the caller closes it."""
        return (self._read if reading else self._write)()

    def wipe_deleted(self, tables: Collection[str] = ()) -> list[str]:
        """Remove deleted data from the database files; return the tables for which that must be tried again later."""
        return wipe_deleted(self.engine, tables)

    @contextmanager
    def short_write(self) -> Iterator[Session]:
        """A writing session of its own, committed when the block ends and rolled back when it raises."""
        with self.new_session(reading=False) as session, session.begin():
            yield session
