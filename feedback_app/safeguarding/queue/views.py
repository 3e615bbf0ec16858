"""What waits for the safeguarding lead: concerns, texts, set-aside sends, and wishes to talk with somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models import scope
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, ReadMark

MOST = 200


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that is not yet dealt with, oldest first; concerns before all."""

    concerns: Sequence[Concern]
    entries: Sequence[QueueEntry]
    requests: Sequence[ContactRequest]


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


def waiting_entries(session: Session, person_id: str) -> Queue:
    """What the lead or deputy has not dealt with, urgent texts first; nothing about themselves (promise 59)."""
    lead_read = select(ReadMark.entry_id).where(ReadMark.reader == "lead")
    return Queue(
        session.scalars(
            scope.concerns_for(person_id)
            .where(Concern.state != "closed")
            .order_by(Concern.raised_at)
        ).all(),
        session.scalars(
            scope.entries_for(person_id)
            .where(QueueEntry.id.not_in(lead_read))
            .order_by(QueueEntry.urgency.desc(), QueueEntry.queued_at)
            .limit(MOST)
        ).all(),
        session.scalars(
            scope.requests_for(person_id)
            .where(ContactRequest.state != "done")
            .order_by(ContactRequest.due_on)
        ).all(),
    )
