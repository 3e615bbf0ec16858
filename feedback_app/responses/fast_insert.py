"""Multi-row INSERTs of one response: SQL compiled once for each table, one round trip on PostgreSQL.

A response is written to six tables and more. SQLAlchemy's own execution of the same INSERTs costs PostgreSQL 1.4 ms of
processor more, of a send of 2.1 ms (docs/decisions/0006).
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from feedback_app.models.base import Base

Column = tuple[str, Callable[[Any], Any] | None]
"""A column's name, and what makes the driver's value of one."""
_NAMED = re.compile(r"%\(\w+\)s")


NewRows = defaultdict[type[Base], list[Mapping[str, Any]]]
"""The rows of one response by table, in the order in which they are inserted; all rows of a table name its columns."""


def insert_rows(session: Session, rows: NewRows) -> None:
    """Insert all of them in the session's transaction.

    Raises SQLAlchemy's OperationalError or IntegrityError as its own statements would.
    """
    connection = session.connection()
    dbapi: Any = connection.dialect.loaded_dbapi
    cursor: Any = connection.connection.cursor()
    try:
        with _pipelined(connection):
            for model, of_table in rows.items():
                table: Any = model.__table__
                start, row, columns = _compiled_insert(
                    table, tuple(of_table[0]), connection.dialect
                )
                values = [
                    given[name] if convert is None else convert(given[name])
                    for given in of_table
                    for name, convert in columns
                ]
                cursor.execute(start + ", ".join([row] * len(of_table)), values)
    except dbapi.OperationalError as error:
        raise OperationalError("INSERT", None, error) from error
    except dbapi.IntegrityError as error:
        raise IntegrityError("INSERT", None, error) from error
    cursor.close()


@lru_cache(maxsize=64)
def _compiled_insert(
    table: Table, named: tuple[str, ...], dialect: Dialect
) -> tuple[str, str, list[Column]]:
    """An INSERT of those columns: its SQL before the rows, the SQL of one row, and how the driver wants each value.

    Raises ValueError where the rows leave a default to SQLAlchemy.
    """
    compiled = insert(table).compile(dialect=dialect, column_keys=list(named))
    if forgotten := compiled.params.keys() - set(named):
        raise ValueError(
            f"{table.name}: the rows must name {', '.join(sorted(forgotten))}"
        )
    start, row = str(compiled).split("VALUES ")
    columns = [column for column in table.columns if column.name in named]
    converts: list[Column] = [
        (c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in columns
    ]
    return f"{start}VALUES ", _NAMED.sub("%s", row), converts


@contextlib.contextmanager
def _pipelined(connection: Connection) -> Iterator[None]:
    """Send PostgreSQL all statements before it answers the first; SQLite has no round trips."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        yield
