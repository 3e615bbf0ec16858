"""What waits for the safeguarding lead: concerns, texts, set-aside sends, and wishes to talk with somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models import scope
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, ReadMark

MOST = 200


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that is not yet dealt with, oldest first; concerns before all."""

    concerns: Sequence[Concern]
    entries: Sequence[QueueEntry]
    requests: Sequence[ContactRequest]


def waiting(session: Session, person_id: str) -> Queue:
    """What the lead or deputy has not dealt with, urgent texts first; nothing about themselves (promise 59)."""
    lead_read = select(ReadMark.entry_id).where(ReadMark.reader == "lead")
    return Queue(
        session.scalars(
            scope.concerns_for(person_id).where(Concern.state != "closed").order_by(Concern.raised_at)
        ).all(),
        session.scalars(
            scope.entries_for(person_id)
            .where(QueueEntry.id.not_in(lead_read))
            .order_by(QueueEntry.urgency.desc(), QueueEntry.queued_at)
            .limit(MOST)
        ).all(),
        session.scalars(
            scope.requests_for(person_id).where(ContactRequest.state != "done").order_by(ContactRequest.due_on)
        ).all(),
    )
