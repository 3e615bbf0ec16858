"""A text has been read: who read it, as what, when, and what they found (promise 55). A concern is raised at once."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.concerns.raising import raise_once
from feedback_app.models.response import Response
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside
from feedback_app.privacy.keys import KeyRing
from feedback_app.responses.texts import response_id_of

Reader = Literal["lead", "manager"]


def mark_read(
    session: Session,
    ring: KeyRing,
    entry: QueueEntry,
    *,
    reader: Reader,
    outcome: str,
    person_id: str,
) -> None:
    """Note who read the entry and what they found: nothing_to_do, theme or concern.

    The safeguarding lead's mark takes it off the queue; the manager's is another one, and never stands for the lead's.
    Read again, the later finding stands, except that a concern once found stays found.
    """
    now = clock.now()
    before = session.get(ReadMark, (entry.id, reader))
    found = "concern" if before is not None and before.outcome == "concern" else outcome
    session.merge(
        ReadMark(
            entry_id=entry.id, reader=reader, person_id=person_id, at=now, outcome=found
        )
    )
    if reader == "lead" and entry.read_at is None:
        entry.read_at = now
    session.flush()
    if outcome == "concern":
        _raise_from(session, entry, now)
    audit.write_entry(session, ring, "text_read", person_id=person_id, about=entry.id)


def _raise_from(session: Session, entry: QueueEntry, now: datetime) -> None:
    """A reader found a concern, unless one about the same words is open already."""
    if entry.set_aside_id is not None:
        row = session.get_one(SetAside, entry.set_aside_id)
        raise_once(
            session,
            "set_aside",
            now,
            invitation_id=row.invitation_id,
            set_aside_id=row.id,
        )
        return
    text = session.get_one(SealedText, entry.text_id)
    response = session.get_one(Response, response_id_of(session, text))
    raise_once(
        session,
        "reader",
        now,
        invitation_id=response.invitation_id,
        response_id=response.id,
    )
