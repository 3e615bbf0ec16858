"""Seeing to a concern, and to a child's wish to talk with somebody. Every step carries a note and a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.base import new_id
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import CaseNote, Concern, ContactRequest
from feedback_app.privacy.cipher import seal_text, unseal_text
from feedback_app.privacy.keys import Keys
from feedback_app.survey.types import TEXT_LIMIT

Case = Concern | ContactRequest


class NoteMissing(ValueError):
    """Seen means opened, with a note (promise 56)."""


class NoteTooLong(ValueError):
    """The note has more characters than a text may."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note, opened."""

    at: datetime
    who: str
    kind: str
    words: str


def acknowledge_concern(
    session: Session, keys: Keys, case: Case, *, note: str, person_id: str
) -> None:
    """Somebody has opened it and says what they will do: the clock stops, and it is theirs. Raises NoteMissing."""
    _add_note(session, keys, case, "seen", note, person_id)
    if case.state == "new":
        case.state, case.seen_at = "seen", clock.now()
    case.owner_id = person_id
    what: audit.AuditEvent = (
        "concern_seen" if isinstance(case, Concern) else "request_seen"
    )
    audit.write_entry(session, keys.audit, what, person_id=person_id, about=case.id)


def add_note(
    session: Session, keys: Keys, case: Case, *, note: str, person_id: str
) -> None:
    """A further note. Raises NoteMissing."""
    _add_note(session, keys, case, "note", note, person_id)
    what: audit.AuditEvent = (
        "concern_noted" if isinstance(case, Concern) else "request_noted"
    )
    audit.write_entry(session, keys.audit, what, person_id=person_id, about=case.id)


def close_concern(
    session: Session,
    keys: Keys,
    concern: Concern,
    *,
    outcome: str,
    note: str,
    person_id: str,
) -> None:
    """The concern has been seen to: how it ended, in a note, by whom and when. Raises NoteMissing."""
    _add_note(session, keys, concern, "closed", note, person_id)
    now = clock.now()
    concern.state, concern.closed_at, concern.outcome, concern.owner_id = (
        "closed",
        now,
        outcome,
        person_id,
    )
    concern.seen_at = concern.seen_at or now
    audit.write_entry(
        session, keys.audit, "concern_closed", person_id=person_id, about=concern.id
    )


def finish_request(
    session: Session,
    keys: Keys,
    request: ContactRequest,
    *,
    outcome: str,
    note: str,
    person_id: str,
) -> None:
    """The child has been talked with, or why not. Raises NoteMissing."""
    _add_note(session, keys, request, "closed", note, person_id)
    request.state, request.done_at, request.outcome, request.owner_id = (
        "done",
        clock.now(),
        outcome,
        person_id,
    )
    request.seen_at = request.seen_at or request.done_at
    audit.write_entry(
        session, keys.audit, "request_done", person_id=person_id, about=request.id
    )


def name_about(
    session: Session,
    keys: Keys,
    concern: Concern,
    *,
    about_id: str | None,
    person_id: str,
) -> None:
    """Say which member of staff a concern is about; from now on they neither see it nor hear of it (promise 59)."""
    concern.about_id = about_id
    if concern.owner_id == about_id:
        concern.owner_id = None
    audit.write_entry(
        session, keys.audit, "concern_about", person_id=person_id, about=concern.id
    )


def notes_of(session: Session, keys: Keys, case: Case) -> list[Note]:
    """The notes of a case, oldest first, opened. Raises UnsealError."""
    mine = (
        CaseNote.concern_id == case.id
        if isinstance(case, Concern)
        else CaseNote.request_id == case.id
    )
    rows = session.execute(
        select(CaseNote, Person.name)
        .join(Person, Person.id == CaseNote.person_id)
        .where(mine)
        .order_by(CaseNote.at)
    )
    return [
        Note(
            row.at,
            name,
            row.kind,
            unseal_text(
                keys.text, row.value, table="case_note", column="value", row=row.id
            ),
        )
        for row, name in rows
    ]


def _add_note(
    session: Session, keys: Keys, case: Case, kind: str, note: str, person_id: str
) -> None:
    words = note.strip()
    if not words:
        raise NoteMissing("a note is needed")
    if len(words) > TEXT_LIMIT:
        raise NoteTooLong(f"a note has at most {TEXT_LIMIT} characters")
    row_id = new_id()
    session.add(
        CaseNote(
            id=row_id,
            concern_id=case.id if isinstance(case, Concern) else None,
            request_id=case.id if isinstance(case, ContactRequest) else None,
            kind=kind,
            person_id=person_id,
            at=clock.now(),
            key_id=keys.text.current,
            value=seal_text(
                keys.text, words, table="case_note", column="value", row=row_id
            ),
        )
    )
    session.flush()
