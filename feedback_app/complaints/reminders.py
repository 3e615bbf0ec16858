"""The clock of complaints that nobody has acknowledged: a reminder with a week left, and a call when the time is over.

Which message has been written is the record of which step was taken; the outbox lets each be written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.messages import outbox
from feedback_app.models.complaint import Complaint
from feedback_app.models.running import OutboxMessage

WARN_BEFORE = timedelta(days=7)


def is_due_soon(due_on: date, today: date) -> bool:
    """Whether a week or less is left; also when it is over."""
    return due_on - WARN_BEFORE <= today


@dataclass(frozen=True, slots=True)
class PressingComplaints:
    """How many complaints nobody has acknowledged: with a week or less left, and late."""

    soon: int
    late: int


def count_pressing(
    session: Session, selected: Select[Complaint], today: date
) -> PressingComplaints:
    """Count them among the selected complaints (`models/scope.complaints_for`)."""
    waiting = selected.where(Complaint.state == "waiting")
    days = [row.due_on for row in session.scalars(waiting)]
    late = sum(day < today for day in days)
    return PressingComplaints(sum(is_due_soon(day, today) for day in days) - late, late)


def remind_of_complaints(session: Session) -> list[str]:
    """Write every message that is due now and was not written before; their kinds, in order."""
    now = clock.now()
    due = list(_due_steps(session, now.astimezone(clock.LONDON).date()))
    abouts = {about_id for _kind, about_id in due}
    rows = session.execute(
        select(OutboxMessage.kind, OutboxMessage.about_id).where(
            OutboxMessage.about_id.in_(abouts)
        )
    )
    known = {(kind, about_id) for kind, about_id in rows}
    fresh = [step for step in due if step not in known]
    outbox.queue_messages(
        session, *(outbox.message_row(kind, about_id, now) for kind, about_id in fresh)
    )
    return [kind for kind, _about_id in fresh]


def _due_steps(session: Session, today: date) -> Iterator[tuple[str, str]]:
    waiting = select(Complaint.id, Complaint.due_on).where(
        Complaint.state == "waiting", Complaint.due_on <= today + WARN_BEFORE
    )
    for complaint_id, due_on in session.execute(waiting.order_by(Complaint.due_on)):
        yield "complaint_due", complaint_id
        if due_on < today:
            yield "complaint_late", complaint_id
