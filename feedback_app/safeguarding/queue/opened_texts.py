"""What a child wrote, before a reader of the safeguarding room: under the question they saw, opened on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback_app.models import scope
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside
from feedback_app.reports.answers_in_words import question_text
from feedback_app.responses.interviews import InterviewNotes, find_notes
from feedback_app.responses.set_aside import open_set_aside
from feedback_app.responses.texts import open_text, response_id_of
from feedback_app.safeguarding.queue.child_page import child_page_of, set_aside_fields
from feedback_app.web.context import Instance


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a child wrote: under which question or box, and the words as they stand."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Who read an entry, as lead or manager, when, what they found, and the theme they kept it under."""

    person_id: str
    who: str
    reader: str
    at: datetime
    outcome: str
    theme: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry, opened to be read. `concern`: the last that this reader may see about the same child.

    `notes`: of the officer who wrote it down; None of what a child wrote.
    """

    entry: QueueEntry
    band: str
    channel: str
    day: date
    pieces: tuple[Piece, ...]
    concern: Concern | None
    notes: InterviewNotes | None = None


def open_entry(
    session: Session, parts: Instance, entry: QueueEntry, person_id: str
) -> Opened:
    """The words of one entry, opened. The caller writes the audit entry first. Raises UnsealError."""
    if entry.set_aside_id is not None:
        return _open_aside(session, parts, entry, person_id)
    text = session.get_one(SealedText, entry.text_id)
    response = session.get_one(Response, response_id_of(session, text))
    mine = scope.concerns_for(person_id).where(Concern.response_id == response.id)
    piece = Piece(text_label(parts, response, text), open_text(parts.keys.text, text))
    concern = _latest(session, mine)
    return Opened(
        entry,
        response.band,
        response.channel,
        response.day,
        (piece,),
        concern,
        find_notes(session, response),
    )


def marks_of(session: Session, entry: QueueEntry) -> list[Mark]:
    """Who has read it so far, first to last."""
    rows = session.execute(
        select(ReadMark, Person.name)
        .join(Person, Person.id == ReadMark.person_id)
        .where(ReadMark.entry_id == entry.id)
        .order_by(ReadMark.at, ReadMark.reader)
    )
    return [
        Mark(row.person_id, name, row.reader, row.at, row.outcome, row.theme)
        for row, name in rows
    ]


def text_label(parts: Instance, response: Response, text: SealedText) -> str:
    """The question that a text answers, as this child saw it, or what the box under it asked for."""
    if text.owner == "answer":
        return question_text(parts.catalogue, response, text.column_name)
    page = child_page_of(parts.catalogue, parts.settings, response)
    return page.box_label(text.column_name)


def _latest(session: Session, mine: Select[Concern]) -> Concern | None:
    return session.scalars(mine.order_by(Concern.raised_at.desc()).limit(1)).first()


def _open_aside(
    session: Session, parts: Instance, entry: QueueEntry, person_id: str
) -> Opened:
    row = session.get_one(SetAside, entry.set_aside_id)
    invitation = session.get_one(Invitation, row.invitation_id)
    pieces = aside_pieces(parts, invitation, row)
    concern = _latest(
        session, scope.concerns_for(person_id).where(Concern.set_aside_id == row.id)
    )
    return Opened(entry, invitation.band, "set_aside", row.day, pieces, concern)


def aside_pieces(
    parts: Instance, invitation: Invitation, row: SetAside
) -> tuple[Piece, ...]:
    """A send that was set aside, field by field, as the child of this invitation saw the page. Raises UnsealError."""
    page = child_page_of(parts.catalogue, parts.settings, invitation)
    return tuple(
        Piece(field.question, "\n".join(filter(None, (field.answer, field.words))))
        for field in set_aside_fields(page, open_set_aside(parts.keys, row))
    )
