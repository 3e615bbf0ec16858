"""Listening to the statements of a page: which queries for feedback did not go through `models/scope.py` (promise 21).

A statement is scoped when it carries the mark of `scope.py`, or asks by ids alone that a scoped statement of the same
request found.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, select

from bench.support.world import World
from feedback_app.models.person import Person
from feedback_app.models.scope import MARK

FEEDBACK = (
    "response",
    "answer",
    "answer_option",
    "interview",
    "sealed_text",
    "set_aside",
    "concern",
    "contact_request",
    "case_note",
    "complaint",
)
READS = re.compile(rf"\b(?:FROM|JOIN)\s+(?:{'|'.join(FEEDBACK)})\b")
ID = re.compile(r"[0-9a-f]{32}")
BY_ID = re.compile(
    r"\b(?:id|row_id|response_id|invitation_id|concern_id|request_id|set_aside_id|complaint_id)(?: = | IN \()[?%]"
)
NOTHING = "WHERE 1!=1"


@dataclass
class Ear:
    """Listens to one request after another; `past` is who asked past the scope, `heard` how many were scoped."""

    people: frozenset[str]
    known: set[str] = field(default_factory=set)
    past: set[str] = field(default_factory=set)
    heard: int = 0
    judges: bool = True

    def begin(self, *, judged: bool) -> None:
        """Begin another request; one that is not judged costs nothing."""
        self.judges, self.heard = judged, 0
        self.known.clear()
        self.past.clear()

    def statement(self, driver: Any, statement: str, values: Any) -> None:
        """Judge one statement; what a scoped one finds is known for the rest of the request."""
        if not self.judges:
            return
        if not statement.lstrip().startswith(("SELECT", "WITH")) or not (
            READS.search(statement) or MARK in statement
        ):
            return
        if MARK not in statement and not self._by_known_ids(statement, values):
            self.past.add(asked_in())
            return
        self.heard += 1
        for row in driver.execute(statement, values).fetchall():
            self.known |= {
                one for one in row if isinstance(one, str) and ID.fullmatch(one)
            } - self.people

    def _by_known_ids(self, statement: str, values: Any) -> bool:
        ids = {one for one in values if isinstance(one, str) and ID.fullmatch(one)}
        if not ids:
            return NOTHING in statement  # by a list of ids that is empty
        return ids <= self.known and BY_ID.search(statement) is not None


def asked_in() -> str:
    """The innermost function of the product that is asking now: `reports/figures/board.py month_board`."""
    frame: Any = sys._getframe()
    while frame is not None:
        _, found, path = frame.f_code.co_filename.rpartition("/feedback_app/")
        if found:
            return f"{path} {frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


@contextmanager
def listening(world: World) -> Iterator[Ear]:
    """Hear every statement that the application sends."""
    with world.session() as session:
        ear = Ear(frozenset(session.scalars(select(Person.id))))
    engine = world.parts.database.engine

    def hear(
        _c: Any, cursor: Any, statement: str, values: Any, _x: Any, _many: bool
    ) -> None:
        ear.statement(cursor.connection, statement, values)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield ear
    finally:
        event.remove(engine, "before_cursor_execute", hear)
