"""Seeing to a concern, and to a child's wish to talk with somebody. Every step carries a note and a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app import audit, clock
from feedback_app.concerns.texts_of_concern import count_unread_texts
from feedback_app.messages import outbox
from feedback_app.models.base import new_id
from feedback_app.models.complaint import Complaint
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import (
    CONCERN_OUTCOMES,
    REQUEST_OUTCOMES,
    CaseNote,
    Concern,
    ContactRequest,
)
from feedback_app.models.text import QueueEntry
from feedback_app.privacy.cipher import seal_text, unseal_text
from feedback_app.privacy.keys import Keys
from feedback_app.reading.marks import mark_read_in_concern
from feedback_app.typed_text import (
    REASON_LIMIT,
    TEXT_LIMIT,
    clean_line,
    clean_text,
    is_visible,
)

Case = Concern | ContactRequest
Noted = Case | Complaint
"""What notes are written about."""
Opening = Literal["concern_opened", "request_opened"]
SAME_OPENING = timedelta(minutes=1)
Lack = Literal[
    "over",
    "still_open",
    "unseen",
    "unread",
    "outcome",
    "note",
    "note_too_long",
    "reason",
    "reason_too_long",
]
"""What keeps a step from being taken: the case is over, or open; nobody has seen it; texts are unread; or a field."""


class StepRefused(ValueError):
    """The step cannot be taken; `lacks` names all that is missing, in the order of the page."""

    def __init__(self, *lacks: Lack) -> None:
        """`lacks`: at least one."""
        super().__init__(", ".join(lacks))
        self.lacks = lacks


@dataclass(frozen=True, slots=True)
class Note:
    """One note, opened."""

    at: datetime
    who: str
    kind: str
    words: str


def note_opening(
    session: Session, keys: Keys, what: Opening, case_id: str, *, person_id: str
) -> None:
    """Note that this person opens the page of a case, with the child's words on it (promise 37).

    Once a minute at most: the page that follows on a step, or a reload, is the same opening.
    """
    noted = session.scalar(
        select(AuditEntry.number)
        .where(
            AuditEntry.what == what,
            AuditEntry.about == case_id,
            AuditEntry.person_id == person_id,
            AuditEntry.at > clock.now() - SAME_OPENING,
        )
        .limit(1)
    )
    if noted is None:
        audit.write_entry(session, keys.audit, what, person_id=person_id, about=case_id)


def acknowledge_concern(
    session: Session,
    keys: Keys,
    case: Case,
    *,
    note: str,
    person_id: str,
    read: Sequence[QueueEntry] = (),
) -> None:
    """Somebody has opened it and says what they will do: the clock stops, and it is theirs.

    `read`: the texts that stood before them, which they have read. Raises StepRefused.
    """
    lock_case(session, case)
    if is_over(case):
        raise StepRefused("over")
    write_note(session, keys, case, "seen", note, person_id)
    if case.state == "new":
        case.state, case.seen_at = "seen", clock.now()
    case.owner_id = person_id
    mark_read_in_concern(session, keys.audit, read, person_id=person_id)
    what: audit.AuditEvent = (
        "concern_seen" if isinstance(case, Concern) else "request_seen"
    )
    audit.write_entry(session, keys.audit, what, person_id=person_id, about=case.id)


def add_note(
    session: Session, keys: Keys, case: Case, *, note: str, person_id: str
) -> None:
    """A further note, also when the case is over. Raises StepRefused."""
    write_note(session, keys, case, "note", note, person_id)
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
    """The concern has been seen to: how it ended, in a note, by whom and when.

    Refused while nobody has said that they saw it, and while a text of the child is unread: it is counted under the
    lock that a later send of the child's waits for. Raises StepRefused with all that is missing.
    """
    lock_case(session, concern)
    if is_over(concern):
        raise StepRefused("over")
    lacks: list[Lack] = []
    if count_unread_texts(session, concern):
        lacks.append("unread")
    if concern.state == "new":
        lacks.append("unseen")
    if outcome not in CONCERN_OUTCOMES:
        lacks.append("outcome")
    _refuse_lacks([*lacks, *note_lacks(note)])
    write_note(session, keys, concern, "closed", note, person_id)
    concern.state, concern.closed_at, concern.outcome, concern.owner_id = (
        "closed",
        clock.now(),
        outcome,
        person_id,
    )
    audit.write_entry(
        session, keys.audit, "concern_closed", person_id=person_id, about=concern.id
    )


def reopen_concern(
    session: Session, keys: Keys, concern: Concern, *, reason: str, person_id: str
) -> None:
    """A closed concern waits again as if it were raised now: nobody has seen it, its clock and messages begin anew.

    The reason is kept as a note and in the audit trail. Raises StepRefused.
    """
    lock_case(session, concern)
    if not is_over(concern):
        raise StepRefused("still_open")
    reason = clean_line(reason)
    if not is_visible(reason):
        raise StepRefused("reason")
    if len(reason) > REASON_LIMIT:
        raise StepRefused("reason_too_long")
    now = clock.now()
    write_note(session, keys, concern, "reopened", reason, person_id)
    concern.state, concern.owner_id, concern.outcome = "new", None, None
    concern.seen_at, concern.closed_at, concern.reopened_at = None, None, now
    concern.times_reopened += 1
    outbox.queue_messages(
        session,
        outbox.message_row(
            "concern", concern.id, now, reopening=concern.times_reopened
        ),
    )
    audit.write_entry(
        session,
        keys.audit,
        "concern_reopened",
        person_id=person_id,
        about=concern.id,
        reason=reason,
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
    """The child has been talked with, or why not. Raises StepRefused with all that is missing."""
    lock_case(session, request)
    if is_over(request):
        raise StepRefused("over")
    lacks: list[Lack] = [] if outcome in REQUEST_OUTCOMES else ["outcome"]
    _refuse_lacks([*lacks, *note_lacks(note)])
    write_note(session, keys, request, "closed", note, person_id)
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


def notes_of(session: Session, keys: Keys, case: Noted) -> list[Note]:
    """The notes of a case, oldest first, opened. Raises UnsealError."""
    mine = notes_about(case)
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


def is_over(case: Case) -> bool:
    """Whether a concern is closed, or a wish to talk done."""
    return case.state in ("closed", "done")


def note_lacks(note: str) -> list[Lack]:
    """What is wrong with a note: it says nothing, or has more characters than a text may; empty where nothing is."""
    words = clean_text(note)
    if not is_visible(words):
        return ["note"]
    return ["note_too_long"] if len(words) > TEXT_LIMIT else []


def lock_case(session: Session, case: Case) -> None:
    """Hold the case, and the link that it came by, to the commit, and see it as it stands now (PostgreSQL).

    A send of the child's locks its link first and then looks for an open concern: the same order.
    """
    if case.invitation_id is not None:
        session.execute(
            select(Invitation.id)
            .where(Invitation.id == case.invitation_id)
            .with_for_update()
        )
    session.refresh(case, with_for_update=True)


def _refuse_lacks(lacks: Sequence[Lack]) -> None:
    if lacks:
        raise StepRefused(*lacks)


def notes_about(case: Noted) -> ColumnElement[bool]:
    """The condition that a note is about it."""
    column: InstrumentedAttribute[str | None] = getattr(CaseNote, _column_of(case))
    return column == case.id


def _column_of(case: Noted) -> str:
    if isinstance(case, Complaint):
        return "complaint_id"
    return "concern_id" if isinstance(case, Concern) else "request_id"


def write_note(
    session: Session, keys: Keys, case: Noted, kind: str, note: str, person_id: str
) -> None:
    """A note of that kind, sealed. Raises StepRefused."""
    _refuse_lacks(note_lacks(note))
    words = clean_text(note)
    row_id = new_id()
    session.add(
        CaseNote(
            id=row_id,
            **{_column_of(case): case.id},
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
