"""A text has been read: who read it, as what, when, and what they found (promise 55). A concern is raised at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.concerns.raising import raise_once
from feedback_app.models.response import Response
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside
from feedback_app.privacy.keys import KeyRing
from feedback_app.reading.kept_comments import (
    add_to_theme,
    leave_theme,
    take_quote_back,
)
from feedback_app.responses.texts import response_id_of

Reader = Literal["lead", "manager"]


class ConcernStands(ValueError):
    """A concern was raised from the text: the mark is part of its record, and is not taken back."""


def mark_read(
    session: Session,
    ring: KeyRing,
    entry: QueueEntry,
    *,
    reader: Reader,
    outcome: str,
    person_id: str,
    theme: str = "",
) -> None:
    """Note who read the entry and what they found: nothing_to_do, theme or concern; `theme`: the name of the theme.

    The safeguarding lead's mark takes it off the queue; the manager's is another one, and never stands for the lead's;
    except for a complaint, which is read once whoever sees to it has read it: it may be about the lead.
    Read again, the later finding stands, except that a concern once found stays found. A manager's theme is one more.
    """
    now = clock.now()
    before = session.get(ReadMark, (entry.id, reader))
    found = "concern" if before is not None and before.outcome == "concern" else outcome
    named = theme if found == "theme" else ""
    _write_mark(session, entry, reader, found, named, person_id)
    if outcome == "concern":
        _raise_from(session, entry, now)
    if named and reader == "manager" and entry.text_id is not None:
        add_to_theme(session, ring, entry, name=named, person_id=person_id)
    audit.write_entry(session, ring, "text_read", person_id=person_id, about=entry.id)


def mark_read_in_concern(
    session: Session, ring: KeyRing, entries: Iterable[QueueEntry], *, person_id: str
) -> None:
    """Note that the safeguarding side read these texts on a concern's page; those that it had read stay as they are.

    They count as texts of a concern and stay out of what is handed over. None is raised: it is there.
    """
    for entry in entries:
        if entry.read_at is None:
            _write_mark(session, entry, "lead", "concern", "", person_id)
            audit.write_entry(
                session, ring, "text_read", person_id=person_id, about=entry.id
            )


def take_mark_back(
    session: Session,
    ring: KeyRing,
    entry: QueueEntry,
    *,
    reader: Reader,
    person_id: str,
) -> bool:
    """The person has not read it after all: it waits again, as it did before. False where no mark of theirs is there.

    Raises ConcernStands.
    """
    mark = session.get(ReadMark, (entry.id, reader), with_for_update=True)
    if mark is None or mark.person_id != person_id:
        return False
    if mark.outcome == "concern":
        raise ConcernStands("a concern was raised from this text")
    if mark.theme and reader == "manager" and entry.text_id is not None:
        leave_theme(session, ring, entry, name=mark.theme, person_id=person_id)
    session.delete(mark)
    if reader == "manager" and entry.text_id is not None:
        take_quote_back(session, ring, entry, person_id=person_id)
    if reader == "lead":
        entry.read_at = None
    session.flush()
    audit.write_entry(session, ring, "text_unread", person_id=person_id, about=entry.id)
    return True


def _write_mark(
    session: Session,
    entry: QueueEntry,
    reader: Reader,
    outcome: str,
    theme: str,
    person_id: str,
) -> None:
    now = clock.now()
    session.merge(
        ReadMark(
            entry_id=entry.id,
            reader=reader,
            person_id=person_id,
            at=now,
            outcome=outcome,
            theme=theme,
        )
    )
    is_whole = reader == "lead" or entry.complaint_id is not None
    if is_whole and entry.read_at is None:
        entry.read_at = now
    session.flush()


def _raise_from(session: Session, entry: QueueEntry, now: datetime) -> None:
    """A reader found a concern, unless one about the same words is open already."""
    if entry.complaint_id is not None:
        raise_once(
            session,
            "reader",
            now,
            invitation_id=None,
            complaint_id=entry.complaint_id,
        )
        return
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
