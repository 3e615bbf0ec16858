"""All that a database holds, for tests that compare before and after or search for what must not be there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine, select

from feedback_app.models import Base

SURVEY_DATA = (
    "invitation",
    "link",
    "envelope",
    "response",
    "answer",
    "answer_option",
    "interview",
    "sealed_text",
    "queue_entry",
    "set_aside",
    "concern",
    "contact_request",
    "complaint",
    "outbox_message",
)
"""What no GET may write (promise 4, rule L7)."""

Contents = dict[str, list[tuple[Any, ...]]]


def contents(engine: Engine, names: Collection[str] = ()) -> Contents:
    """Every row of the named tables (of all, when none is named), in a steady order."""
    found: Contents = {}
    with engine.connect() as connection:
        for name, table in Base.metadata.tables.items():
            if not names or name in names:
                found[name] = sorted(
                    (tuple(row) for row in connection.execute(select(table))), key=repr
                )
    return found


def counts(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    return {name: len(rows) for name, rows in contents(engine).items()}


def every_byte(engine: Engine) -> bytes:
    """All values of all tables, one after the other, as bytes: for searching."""
    values = (
        value for rows in contents(engine).values() for row in rows for value in row
    )
    return b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )
