"""What waits for the safeguarding lead: concerns, texts, set-aside sends, and wishes to talk with somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.duties import audit
from feedback_app.duties.concerns import raise_once
from feedback_app.duties.late import open_set_aside
from feedback_app.duties.texts import open_text, response_id_of
from feedback_app.models import scope
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside
from feedback_app.privacy.keys import Keys

MOST = 200


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that is not yet dealt with, oldest first; concerns before all."""

    concerns: Sequence[Concern]
    entries: Sequence[QueueEntry]
    requests: Sequence[ContactRequest]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a child wrote: which question or box, and the words as they stand."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry, opened to be read."""

    entry: QueueEntry
    band: str
    channel: str
    day: date
    pieces: tuple[Piece, ...]


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


def entries_of(session: Session, person_id: str, concern: Concern) -> Sequence[QueueEntry]:
    """What the child of a concern wrote: the texts of its response, or the send that was set aside."""
    if concern.set_aside_id is not None:
        mine = QueueEntry.set_aside_id == concern.set_aside_id
    elif concern.response_id is not None:
        requests = select(ContactRequest.id).where(ContactRequest.response_id == concern.response_id)
        concerns = select(Concern.id).where(Concern.response_id == concern.response_id)
        rows = or_(
            SealedText.row_id == concern.response_id, SealedText.row_id.in_(requests), SealedText.row_id.in_(concerns)
        )
        mine = QueueEntry.text_id.in_(select(SealedText.id).where(rows))
    else:
        return ()
    return session.scalars(scope.entries_for(person_id).where(mine).order_by(QueueEntry.queued_at)).all()


def open_entry(session: Session, keys: Keys, entry: QueueEntry) -> Opened:
    """The words of one entry, opened. The caller writes the audit entry first."""
    if entry.set_aside_id is not None:
        row = session.get_one(SetAside, entry.set_aside_id)
        invitation = session.get_one(Invitation, row.invitation_id)
        pieces = tuple(
            Piece(name.removeprefix("q-"), value)
            for name, values in open_set_aside(keys, row).items()
            for value in values
        )
        return Opened(entry, invitation.band, "set_aside", row.day, pieces)
    text = session.get_one(SealedText, entry.text_id)
    response = response_of(session, text)
    return Opened(
        entry, response.band, response.channel, response.day, (Piece(text.column_name, open_text(keys.text, text)),)
    )


def response_of(session: Session, text: SealedText) -> Response:
    """The response that a text belongs to, through its answer, request or concern."""
    return session.get_one(Response, response_id_of(session, text))


def mark_read(session: Session, keys: Keys, entry: QueueEntry, *, outcome: str, person_id: str) -> None:
    """Note who read it and what they found; a concern that a reader finds is raised at once."""
    now = clock.now()
    session.merge(ReadMark(entry_id=entry.id, reader="lead", person_id=person_id, at=now, outcome=outcome))
    if entry.read_at is None:
        entry.read_at = now
    session.flush()
    if outcome == "concern":
        _raise_from(session, entry, now)
    audit.write(session, keys.audit, "text_read", person_id=person_id, about=entry.id)


def _raise_from(session: Session, entry: QueueEntry, now: datetime) -> None:
    """A reader found a concern, unless one about the same words is open already."""
    if entry.set_aside_id is not None:
        row = session.get_one(SetAside, entry.set_aside_id)
        raise_once(session, "set_aside", now, invitation_id=row.invitation_id, set_aside_id=row.id)
        return
    response = response_of(session, session.get_one(SealedText, entry.text_id))
    raise_once(session, "reader", now, invitation_id=response.invitation_id, response_id=response.id)
