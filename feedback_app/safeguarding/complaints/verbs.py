"""Seeing to a complaint: given to an owner, acknowledged, closed with its outcome, taken back. Each step has a note.

One atomic change decides each step, so that of two who press at once one is told (s.164A says what is to be done).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.messages import outbox
from feedback_app.messages.recipients import COMPLAINT_READERS, first_owner_of
from feedback_app.models.base import rows_changed
from feedback_app.models.complaint import Complaint, ComplaintAbout
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.text import QueueEntry
from feedback_app.privacy.keys import Keys
from feedback_app.safeguarding.cases.verbs import write_note

BACK: Mapping[str, Mapping[str, Any]] = {
    "closed": {"state": "acknowledged", "closed_at": None, "outcome": None},
    "acknowledged": {"state": "waiting", "acknowledged_on": None},
}
"""What a complaint is again when a step is taken back, by the state it was in."""


class NotReadYet(ValueError):
    """Nobody who sees to it has said what they found in its words."""


class DayImpossible(ValueError):
    """It cannot have been acknowledged on that day: before it came, or in the future."""


class StepTaken(ValueError):
    """It is no longer where the page showed it: somebody else was faster."""


class NobodyLeft(ValueError):
    """Nobody could see to it any more."""


def acknowledge_complaint(
    session: Session,
    keys: Keys,
    complaint: Complaint,
    *,
    told_on: date,
    note: str,
    person_id: str,
) -> None:
    """The sender was told that it is here, on that London day, as the note says how. Whose it is not yet, it is theirs.

    Raises NotReadYet, DayImpossible, StepRefused, StepTaken.
    """
    _require_read(session, complaint)
    if not complaint.received_on <= told_on <= clock.today():
        raise DayImpossible(told_on)
    write_note(session, keys, complaint, "acknowledged", note, person_id)
    owner_id = complaint.owner_id or person_id
    values = {
        "state": "acknowledged",
        "acknowledged_on": told_on,
        "owner_id": owner_id,
    }
    _take_step(session, complaint, "waiting", values)
    _note_in_trail(session, keys, "complaint_acknowledged", complaint, person_id)


def add_complaint_note(
    session: Session, keys: Keys, complaint: Complaint, *, note: str, person_id: str
) -> None:
    """What was done or found so far. Raises StepRefused."""
    write_note(session, keys, complaint, "note", note, person_id)
    _note_in_trail(session, keys, "complaint_noted", complaint, person_id)


def close_complaint(
    session: Session,
    keys: Keys,
    complaint: Complaint,
    *,
    outcome: str,
    note: str,
    person_id: str,
) -> None:
    """How it ended, and how the sender was told. Raises NotReadYet, StepRefused, StepTaken."""
    _require_read(session, complaint)
    write_note(session, keys, complaint, "closed", note, person_id)
    values = {"state": "closed", "closed_at": clock.now(), "outcome": outcome}
    _take_step(session, complaint, "acknowledged", values)
    _note_in_trail(session, keys, "complaint_closed", complaint, person_id)


def reopen_complaint(
    session: Session,
    keys: Keys,
    complaint: Complaint,
    *,
    seen_as: str,
    note: str,
    person_id: str,
) -> None:
    """Back a step: what is closed is open again, what is acknowledged waits again; the note says why.

    `seen_as`: the state in which the page showed it. Raises StepRefused, StepTaken.
    """
    write_note(session, keys, complaint, "reopened", note, person_id)
    if seen_as not in BACK:
        raise StepTaken(complaint.id)
    _take_step(session, complaint, seen_as, BACK[seen_as])
    _note_in_trail(session, keys, "complaint_reopened", complaint, person_id)


def give_complaint(
    session: Session, keys: Keys, complaint: Complaint, *, owner_id: str, person_id: str
) -> None:
    """Whose it is from now on; they are told. The caller has seen that they may have it (`possible_owners`)."""
    complaint.owner_id = owner_id
    entry = _note_in_trail(session, keys, "complaint_given", complaint, person_id)
    message = outbox.message_row("complaint_given", str(entry.number), entry.at)
    outbox.queue_messages(session, message)


def name_complaint_about(
    session: Session,
    keys: Keys,
    complaint: Complaint,
    *,
    about_ids: Collection[str],
    person_id: str,
) -> None:
    """Which members of staff it is about: they neither see it nor hear of it from now on (promise 59).

    Where its owner is one of them, it goes to the next who may have it. Raises NobodyLeft.
    """
    if not set(possible_owners(session)) - set(about_ids):
        raise NobodyLeft
    session.execute(
        delete(ComplaintAbout).where(ComplaintAbout.complaint_id == complaint.id)
    )
    if about_ids:
        session.execute(
            insert(ComplaintAbout),
            [
                {"complaint_id": complaint.id, "person_id": one}
                for one in sorted(about_ids)
            ],
        )
    _note_in_trail(session, keys, "complaint_about", complaint, person_id)
    if complaint.owner_id in about_ids:
        following = first_owner_of(session, complaint.id)
        complaint.owner_id = None
        if following is not None:
            give_complaint(
                session, keys, complaint, owner_id=following, person_id=person_id
            )


def possible_owners(
    session: Session, complaint: Complaint | None = None
) -> Mapping[str, str]:
    """Id -> name of who may see to complaints; of one, less those whom it is about."""
    barred = set(about_of(session, complaint)) if complaint else set()
    people = session.scalars(
        select(Person).where(Person.active.is_(True)).order_by(Person.name, Person.id)
    )
    return {
        person.id: person.name
        for person in people
        if person.roles & set(COMPLAINT_READERS) and person.id not in barred
    }


def about_of(session: Session, complaint: Complaint) -> Collection[str]:
    """The ids of those whom it is about."""
    return session.scalars(
        select(ComplaintAbout.person_id).where(
            ComplaintAbout.complaint_id == complaint.id
        )
    ).all()


def _require_read(session: Session, complaint: Complaint) -> None:
    unread = select(QueueEntry.id).where(
        QueueEntry.complaint_id == complaint.id, QueueEntry.read_at.is_(None)
    )
    if session.scalar(unread) is not None:
        raise NotReadYet(complaint.id)


def _take_step(
    session: Session, complaint: Complaint, before: str, values: Mapping[str, Any]
) -> None:
    """Put these values, if it is still in the state `before`. Raises StepTaken."""
    statement = (
        update(Complaint)
        .where(Complaint.id == complaint.id, Complaint.state == before)
        .values(**values)
    )
    if not rows_changed(session, statement):
        raise StepTaken(complaint.id)
    session.refresh(complaint)


def _note_in_trail(
    session: Session,
    keys: Keys,
    what: audit.AuditEvent,
    complaint: Complaint,
    person_id: str,
) -> AuditEntry:
    return audit.write_entry(
        session, keys.audit, what, person_id=person_id, about=complaint.id
    )
