"""The rows of one send: many tables, one statement each, in words made once a table.

A child's send writes to six tables and more. SQLAlchemy's compiled words go to the driver as they are, on PostgreSQL
in one journey. On SQLite that saves a twentieth of a millisecond a table (docs/figures.md).
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


class Rows:
    """Rows by table, written in the order in which the tables were first named."""

    def __init__(self) -> None:
        self._by_table: dict[type[Base], list[Mapping[str, Any]]] = {}

    def add(self, table: type[Base], row: Mapping[str, Any]) -> None:
        """Keep a row for `write`; all rows of a table name the same columns."""
        self._by_table.setdefault(table, []).append(row)

    def has(self, table: type[Base]) -> bool:
        """Whether the table was given a row."""
        return table in self._by_table

    def write(self, session: Session) -> None:
        """Write all of them in the session's transaction.

        Raises SQLAlchemy's OperationalError or IntegrityError as its own statements would.
        """
        connection = session.connection()
        dbapi: Any = connection.dialect.loaded_dbapi
        try:
            with _one_journey(connection):
                self._insert(connection)
        except dbapi.OperationalError as error:
            raise OperationalError("INSERT", None, error) from error
        except dbapi.IntegrityError as error:
            raise IntegrityError("INSERT", None, error) from error

    def _insert(self, connection: Connection) -> None:
        cursor: Any = connection.connection.cursor()
        for model, rows in self._by_table.items():
            table: Any = model.__table__
            insertion = _insertion(table, tuple(rows[0]), connection.dialect)
            cursor.execute(insertion.words(len(rows)), insertion.values(rows))
        cursor.close()


@dataclass(frozen=True, slots=True)
class _Insertion:
    """One INSERT of many rows: its words before VALUES and those of one row, and how each value meets the driver."""

    start: str
    row: str
    columns: tuple[tuple[str, Convert | None], ...]

    def words(self, rows: int) -> str:
        return self.start + ", ".join([self.row] * rows)

    def values(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        return [row[name] if convert is None else convert(row[name]) for row in rows for name, convert in self.columns]


@lru_cache(maxsize=64)
def _insertion(table: Table, named: tuple[str, ...], dialect: Dialect) -> _Insertion:
    """Compiled by SQLAlchemy for the columns that the rows name. Raises ValueError when they leave a default to it."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(named))
    if forgotten := compiled.params.keys() - set(named):
        raise ValueError(f"{table.name}: the rows must name {', '.join(sorted(forgotten))}")
    start, row = str(compiled).split("VALUES ")
    columns = [column for column in table.columns if column.name in named]
    converts = [(c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in columns]
    return _Insertion(f"{start}VALUES ", _NAMED.sub("%s", row), tuple(converts))


@contextlib.contextmanager
def _one_journey(connection: Connection) -> Iterator[None]:
    """PostgreSQL takes all statements before it answers the first; SQLite makes no journeys."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        yield
