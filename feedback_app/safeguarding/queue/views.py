"""What waits for the safeguarding lead: concerns, texts, set-aside sends, and wishes to talk with somebody."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback_app.models import scope
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, ReadMark, reading_order

MOST = 200


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class QueuePart(Generic[Row]):
    """One page of a list that may be long: its rows, how many there are in all, this page and the last, from 1.

    On the last page the newest of each urgency stand.
    """

    rows: Sequence[Row]
    total: int
    page: int
    last_page: int


@dataclass(frozen=True, slots=True)
class Queue:
    """All that is not yet dealt with: concerns first, of them the unseen; texts by urgency, then by age."""

    concerns: QueuePart[Concern]
    entries: QueuePart[QueueEntry]
    requests: QueuePart[ContactRequest]


@dataclass(frozen=True, slots=True)
class Read:
    """One entry that a lead or deputy has read: who, when, and what they found."""

    entry: QueueEntry
    who: str
    at: datetime
    outcome: str


def read_before(session: Session, person_id: str) -> list[Read]:
    """What leads and deputies have read, newest first, less what is about this person (promise 59)."""
    rows = session.execute(
        scope.entries_for(person_id)
        .join(ReadMark, ReadMark.entry_id == QueueEntry.id)
        .join(Person, Person.id == ReadMark.person_id)
        .where(ReadMark.reader == "lead")
        .order_by(ReadMark.at.desc(), QueueEntry.id)
        .limit(MOST)
        .add_columns(Person.name, ReadMark.at, ReadMark.outcome)
    )
    return [Read(*row) for row in rows]


def count_waiting(session: Session, person_id: str) -> int:
    """How many concerns nobody has seen and texts nobody on duty has read: the number in the bar."""
    unseen = scope.concerns_for(person_id).where(Concern.state == "new")
    unread = scope.entries_for(person_id).where(QueueEntry.read_at.is_(None))
    return scope.count_rows(session, unseen) + scope.count_rows(session, unread)


def waiting_entries(
    session: Session,
    person_id: str,
    *,
    concerns: int = 1,
    texts: int = 1,
    wishes: int = 1,
) -> Queue:
    """What the lead or deputy has not dealt with, a page of each; nothing about themselves (promise 59)."""
    open_concerns = scope.concerns_for(person_id).where(Concern.state != "closed")
    open_wishes = scope.requests_for(person_id).where(ContactRequest.state != "done")
    return Queue(
        list_part(
            session,
            open_concerns.order_by(Concern.state, Concern.raised_at, Concern.id),
            concerns,
        ),
        list_part(session, _unread(person_id), texts),
        list_part(
            session,
            open_wishes.order_by(ContactRequest.due_on, ContactRequest.id),
            wishes,
        ),
    )


def next_entry(session: Session, person_id: str, but: str) -> QueueEntry | None:
    """The text to read after that one: the first that still waits."""
    return session.scalars(
        _unread(person_id).where(QueueEntry.id != but).limit(1)
    ).first()


def _unread(person_id: str) -> Select[QueueEntry]:
    lead_read = select(ReadMark.entry_id).where(ReadMark.reader == "lead")
    return (
        scope.entries_for(person_id)
        .where(QueueEntry.id.not_in(lead_read))
        .order_by(reading_order(), QueueEntry.queued_at, QueueEntry.id)
    )


def list_part(session: Session, every: Select[Row], page: int) -> QueuePart[Row]:
    """A page of a long list; a page beyond its end is its last."""
    total = scope.count_rows(session, every)
    last_page = max(1, math.ceil(total / MOST))
    page = min(max(1, page), last_page)
    rows = session.scalars(every.limit(MOST).offset((page - 1) * MOST)).all()
    return QueuePart(rows, total, page, last_page)
