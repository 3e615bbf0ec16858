"""What the pages of complaints show: the list with its days, months in numbers, and one complaint with its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.complaints.complaint_counts import ComplaintCounts, counts_by_month
from feedback_app.complaints.reminders import is_due_soon
from feedback_app.models import scope
from feedback_app.models.complaint import Complaint
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry
from feedback_app.responses.texts import open_complaint
from feedback_app.safeguarding.cases.verbs import Note, notes_of
from feedback_app.safeguarding.complaints.verbs import about_of, possible_owners
from feedback_app.safeguarding.queue.opened_texts import Mark, marks_of
from feedback_app.web.context import Instance

MOST_CLOSED = 50


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One line of the list. `days_left`: to acknowledge it, 0 on the last day, less when it is late."""

    complaint: Complaint
    owner: str
    days_left: int
    is_pressing: bool


@dataclass(frozen=True, slots=True)
class ComplaintList:
    """Every complaint that this person may see: those that wait first, the most pressing on top; closed ones last."""

    waiting: Sequence[ComplaintRow]
    acknowledged: Sequence[ComplaintRow]
    closed: Sequence[ComplaintRow]
    more_closed: int
    months: Sequence[ComplaintCounts]


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """One complaint, opened. `words`: box -> what was typed; `entry` is its place in the queue of what is to be read.

    `people`: id -> name of all staff, `about` the ids of those it is about, `owners` who may have it.
    """

    row: ComplaintRow
    words: Mapping[str, str]
    entry: QueueEntry
    marks: Sequence[Mark]
    notes: Sequence[Note]
    owners: Mapping[str, str]
    people: Mapping[str, str]
    about: frozenset[str]
    concern_id: str | None


def count_unacknowledged(session: Session, person_id: str) -> int:
    """How many complaints wait to be acknowledged: the number in the bar."""
    waiting = scope.complaints_for(person_id).where(Complaint.state == "waiting")
    return scope.count_rows(session, waiting)


def list_complaints(session: Session, person_id: str) -> ComplaintList:
    """The list, and the months in numbers."""
    today, mine = clock.today(), scope.complaints_for(person_id)
    names = staff_names(session)
    found = session.scalars(
        mine.where(Complaint.state != "closed").order_by(
            Complaint.due_on, Complaint.received_at, Complaint.id
        )
    ).all()
    closed = mine.where(Complaint.state == "closed")
    newest = session.scalars(
        closed.order_by(Complaint.closed_at.desc(), Complaint.id).limit(MOST_CLOSED)
    ).all()
    rows = [_row(one, names, today) for one in found]
    return ComplaintList(
        waiting=[row for row in rows if row.complaint.state == "waiting"],
        acknowledged=[row for row in rows if row.complaint.state == "acknowledged"],
        closed=[_row(one, names, today) for one in newest],
        more_closed=scope.count_rows(session, closed) - len(newest),
        months=counts_by_month(session, mine, today),
    )


def open_complaint_page(
    session: Session, parts: Instance, complaint: Complaint, person_id: str
) -> ComplaintPage:
    """The page of one complaint. The caller writes the audit entry first. Raises UnsealError."""
    names = staff_names(session)
    entry = session.scalars(
        scope.entries_for(person_id).where(QueueEntry.complaint_id == complaint.id)
    ).one()
    concern = session.scalars(
        scope.concerns_for(person_id)
        .where(Concern.complaint_id == complaint.id)
        .order_by(Concern.raised_at.desc())
        .limit(1)
    ).first()
    return ComplaintPage(
        row=_row(complaint, names, clock.today()),
        words=open_complaint(session, parts.keys.text, complaint.id),
        entry=entry,
        marks=marks_of(session, entry),
        notes=notes_of(session, parts.keys, complaint),
        owners=possible_owners(session, complaint),
        people=names,
        about=frozenset(about_of(session, complaint)),
        concern_id=concern.id if concern else None,
    )


def _row(complaint: Complaint, names: Mapping[str, str], today: date) -> ComplaintRow:
    return ComplaintRow(
        complaint,
        names.get(complaint.owner_id or "", ""),
        (complaint.due_on - today).days,
        complaint.state == "waiting" and is_due_soon(complaint.due_on, today),
    )


def staff_names(session: Session) -> dict[str, str]:
    """Id -> name of everybody who works or worked here."""
    rows = session.execute(
        select(Person.id, Person.name).order_by(func.lower(Person.name))
    )
    return dict(rows.all())
