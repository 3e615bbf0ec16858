"""Multi-row INSERTs of one response: SQL compiled once for each table, one round trip on PostgreSQL.

A response is written to six tables and more. SQLAlchemy's own execution of the same INSERTs costs PostgreSQL 1.4 ms of
processor more, of a send of 2.1 ms (docs/decisions/0006).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from feedback_app.models.base import Base

Convert = Callable[[Any], Any]
_NAMED = re.compile(r"%\(\w+\)s")


class NewRows:
    """The rows of one response by table, inserted in the order in which the tables were first named."""

    def __init__(self) -> None:
        self._by_table: dict[type[Base], list[Mapping[str, Any]]] = {}

    def add(self, table: type[Base], row: Mapping[str, Any]) -> None:
        """Keep a row for `insert_all`; all rows of a table name the same columns."""
        self._by_table.setdefault(table, []).append(row)

    def has_any(self, table: type[Base]) -> bool:
        """Return True where the table was given a row."""
        return table in self._by_table

    def insert_all(self, session: Session) -> None:
        """Insert all of them in the session's transaction.

        Raises SQLAlchemy's OperationalError or IntegrityError as its own statements would.
        """
        connection = session.connection()
        dbapi: Any = connection.dialect.loaded_dbapi
        try:
            with _pipelined(connection):
                self._insert(connection)
        except dbapi.OperationalError as error:
            raise OperationalError("INSERT", None, error) from error
        except dbapi.IntegrityError as error:
            raise IntegrityError("INSERT", None, error) from error

    def _insert(self, connection: Connection) -> None:
        cursor: Any = connection.connection.cursor()
        for model, rows in self._by_table.items():
            table: Any = model.__table__
            compiled = _compiled_insert(table, tuple(rows[0]), connection.dialect)
            cursor.execute(compiled.sql_for(len(rows)), compiled.values_of(rows))
        cursor.close()


@dataclass(frozen=True, slots=True)
class _CompiledInsert:
    """One INSERT of many rows: its SQL before VALUES, that of one row, and how values are converted for the driver."""

    start: str
    row: str
    columns: tuple[tuple[str, Convert | None], ...]

    def sql_for(self, rows: int) -> str:
        return self.start + ", ".join([self.row] * rows)

    def values_of(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        return [row[name] if convert is None else convert(row[name]) for row in rows for name, convert in self.columns]


@lru_cache(maxsize=64)
def _compiled_insert(table: Table, named: tuple[str, ...], dialect: Dialect) -> _CompiledInsert:
    """Compiled by SQLAlchemy for the columns that the rows name. Raises ValueError when they leave a default to it."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(named))
    if forgotten := compiled.params.keys() - set(named):
        raise ValueError(f"{table.name}: the rows must name {', '.join(sorted(forgotten))}")
    start, row = str(compiled).split("VALUES ")
    columns = [column for column in table.columns if column.name in named]
    converts = [(c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in columns]
    return _CompiledInsert(f"{start}VALUES ", _NAMED.sub("%s", row), tuple(converts))


@contextlib.contextmanager
def _pipelined(connection: Connection) -> Iterator[None]:
    """Send PostgreSQL all statements before it answers the first; SQLite has no round trips."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        yield
