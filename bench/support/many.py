"""Many children at once: one child's rows written again and again under other ids, for pages and floods at full size.

What is sealed stays bound to the first child's rows, so it can be listed and counted, but not opened.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from bench.support.world import World
from feedback_app.models import Base
from feedback_app.models.base import new_id

TABLES = (
    "invitation",
    "link",
    "envelope",
    "response",
    "answer",
    "answer_option",
    "contact_request",
    "concern",
    "sealed_text",
    "queue_entry",
    "outbox_message",
)
"""In the order in which rows refer to one another."""
AT_ONCE = 500
UNIQUE = ("token_digest", "words_digest", "reference_digest")
Rows = dict[str, list[dict[str, Any]]]


def multiply(world: World, times: int, *, concerns: int) -> None:
    """Write the children of the world's database again, `times` in all, `concerns` of them with an open concern."""
    with world.parts.database.engine.begin() as connection:
        found = {name: _rows(connection, name) for name in TABLES}
        children = [
            _rows_of_child(found, invitation) for invitation in found["invitation"]
        ]
        unsafe = [child for child in children if child["concern"]]
        safe = [child for child in children if not child["concern"]]
        wanted = itertools.chain(
            itertools.islice(itertools.cycle(unsafe), concerns),
            itertools.islice(itertools.cycle(safe), times - concerns),
        )
        for batch in _batches(wanted):
            for name in TABLES:
                rows = [row for child in batch for row in child[name]]
                if rows:
                    connection.execute(insert(Base.metadata.tables[name]), rows)


def _batches(wanted: Iterator[Rows]) -> Iterator[list[Rows]]:
    number = itertools.count()
    while batch := [
        _again(child, next(number)) for child in itertools.islice(wanted, AT_ONCE)
    ]:
        yield batch


def _rows(connection: Connection, name: str) -> list[dict[str, Any]]:
    found = connection.execute(select(Base.metadata.tables[name])).mappings()
    return [dict(row) for row in found]


def _rows_of_child(found: Rows, invitation: dict[str, Any]) -> Rows:
    """All rows that hang on one invitation, by table."""
    known = {invitation["id"]}
    mine: Rows = {name: [] for name in TABLES}
    for name in TABLES:
        for row in found[name]:
            own = (
                row is invitation if name == "invitation" else known & set(row.values())
            )
            if own:
                mine[name].append(row)
                known |= {row["id"]} if "id" in row else set()
    return mine


def _again(child: Rows, number: int) -> Rows:
    """The same rows under new ids, a minute later each."""
    ids: dict[Any, str] = {}
    for rows in child.values():
        ids |= {row["id"]: new_id() for row in rows if "id" in row}
    later = timedelta(seconds=number)

    def renew(name: str, value: Any) -> Any:
        if name in UNIQUE and value is not None:
            return secrets.token_hex(32)
        if name in ("raised_at", "queued_at", "written_at"):
            return value + later
        return ids.get(value, value) if isinstance(value, str) else value

    return {
        table: [
            {name: renew(name, value) for name, value in row.items()} for row in rows
        ]
        for table, rows in child.items()
    }
