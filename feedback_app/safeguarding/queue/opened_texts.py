"""What a child wrote, before a reader of the safeguarding room: under the question they saw, opened on the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from feedback_app.models import scope
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside
from feedback_app.reports.answers_in_words import (
    AnswerInWords,
    answers_in_words,
    question_text,
)
from feedback_app.responses.set_aside import open_set_aside
from feedback_app.responses.texts import open_text, response_id_of
from feedback_app.safeguarding.queue.child_page import child_page_of, set_aside_fields
from feedback_app.survey.catalogue import Catalogue
from feedback_app.web.context import Instance


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a child wrote: under which question or box, and the words as they stand."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Who read an entry, as lead or manager, when, and what they found."""

    who: str
    reader: str
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry, opened to be read. `concern_id`: the concern that this reader may see about the same child."""

    entry: QueueEntry
    band: str
    channel: str
    day: date
    pieces: tuple[Piece, ...]
    concern_id: str | None


@dataclass(frozen=True, slots=True)
class UnopenedText:
    """One entry of a concern, not opened yet: which question or box it stands under."""

    entry: QueueEntry
    label: str


@dataclass(frozen=True, slots=True)
class ConcernAnswers:
    """All that the child of a concern told: who answered how, chosen answers, and which texts can be opened."""

    response: Response | None
    said: tuple[AnswerInWords, ...]
    texts: tuple[UnopenedText, ...]


def open_entry(
    session: Session, parts: Instance, entry: QueueEntry, person_id: str
) -> Opened:
    """The words of one entry, opened. The caller writes the audit entry first. Raises UnsealError."""
    if entry.set_aside_id is not None:
        return _open_aside(session, parts, entry, person_id)
    text = session.get_one(SealedText, entry.text_id)
    response = session.get_one(Response, response_id_of(session, text))
    mine = scope.concerns_for(person_id).where(Concern.response_id == response.id)
    piece = Piece(
        _label(parts.catalogue, response, text), open_text(parts.keys.text, text)
    )
    concern = _latest(session, mine)
    return Opened(
        entry, response.band, response.channel, response.day, (piece,), concern
    )


def marks_of(session: Session, entry: QueueEntry) -> list[Mark]:
    """Who has read it so far, first to last."""
    rows = session.execute(
        select(ReadMark, Person.name)
        .join(Person, Person.id == ReadMark.person_id)
        .where(ReadMark.entry_id == entry.id)
        .order_by(ReadMark.at, ReadMark.reader)
    )
    return [Mark(name, row.reader, row.at, row.outcome) for row, name in rows]


def answers_of_concern(
    session: Session, catalogue: Catalogue, concern: Concern, person_id: str
) -> ConcernAnswers:
    """What the child of a concern answered, and where they wrote something, for a reader who may see the concern."""
    response = (
        session.get(Response, concern.response_id) if concern.response_id else None
    )
    answers = (
        answers_in_words(session, catalogue, [response])[response.id]
        if response
        else ()
    )
    return ConcernAnswers(
        response,
        answers,
        tuple(_waiting(session, catalogue, response, concern, person_id)),
    )


def _waiting(
    session: Session,
    catalogue: Catalogue,
    response: Response | None,
    concern: Concern,
    person_id: str,
) -> list[UnopenedText]:
    found = []
    for entry in _entries_of(session, person_id, concern):
        text = session.get(SealedText, entry.text_id) if entry.text_id else None
        label = (
            _label(catalogue, response, text)
            if response and text
            else _("A later submission, held for review")
        )
        found.append(UnopenedText(entry, label))
    return found


def _entries_of(
    session: Session, person_id: str, concern: Concern
) -> Sequence[QueueEntry]:
    """The texts of the response, or the send that was set aside."""
    if concern.set_aside_id is not None:
        mine = QueueEntry.set_aside_id == concern.set_aside_id
    elif concern.response_id is not None:
        requests = select(ContactRequest.id).where(
            ContactRequest.response_id == concern.response_id
        )
        concerns = select(Concern.id).where(Concern.response_id == concern.response_id)
        rows = or_(
            SealedText.row_id == concern.response_id,
            SealedText.row_id.in_(requests),
            SealedText.row_id.in_(concerns),
        )
        mine = QueueEntry.text_id.in_(select(SealedText.id).where(rows))
    else:
        return ()
    return session.scalars(
        scope.entries_for(person_id).where(mine).order_by(QueueEntry.queued_at)
    ).all()


def _label(catalogue: Catalogue, response: Response, text: SealedText) -> str:
    if text.owner == "answer":
        return question_text(catalogue, response, text.column_name)
    return str(_("A safe way to reach the child"))


def _latest(session: Session, mine: Select[Concern]) -> str | None:
    found = session.scalars(mine.order_by(Concern.raised_at.desc()).limit(1)).first()
    return found.id if found else None


def _open_aside(
    session: Session, parts: Instance, entry: QueueEntry, person_id: str
) -> Opened:
    row = session.get_one(SetAside, entry.set_aside_id)
    invitation = session.get_one(Invitation, row.invitation_id)
    page = child_page_of(parts.catalogue, parts.settings, invitation)
    pieces = tuple(
        Piece(field.question, "\n".join(filter(None, (field.answer, field.words))))
        for field in set_aside_fields(page, open_set_aside(parts.keys, row))
    )
    concern = _latest(
        session, scope.concerns_for(person_id).where(Concern.set_aside_id == row.id)
    )
    return Opened(entry, invitation.band, "set_aside", row.day, pieces, concern)
