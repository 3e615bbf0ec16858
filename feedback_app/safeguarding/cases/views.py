"""What the pages of a concern and of a wish to talk show: who the child is, and their words under their questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from feedback_app import labels
from feedback_app.concerns.texts_of_concern import count_unread_texts, is_of_concern
from feedback_app.invitations.links import age_marks_of
from feedback_app.models import scope
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside
from feedback_app.privacy.cipher import UnsealError, keyed_digest
from feedback_app.reports.answers_in_words import (
    AnswerInWords,
    answers_in_words,
    question_words,
)
from feedback_app.responses.interviews import InterviewNotes, find_notes
from feedback_app.responses.store import UNSAFE
from feedback_app.responses.texts import open_complaint, open_text
from feedback_app.safeguarding.queue.child_page import QuestionAndAnswer, child_page_of
from feedback_app.safeguarding.queue.opened_texts import (
    Piece,
    aside_pieces,
    text_label,
)
from feedback_app.web.context import Instance


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text of a case, opened. `pieces` is empty where it cannot be opened: its key is gone.

    `read_by`: who of the safeguarding side read it, and when; None while nobody has.
    """

    entry: QueueEntry
    later_send: bool
    pieces: tuple[Piece, ...]
    read_by: tuple[str, datetime] | None


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What is known of the child without the sealed envelope. `iro` is None where there is none; `day`, `channel` and
    the `notes` of the officer who wrote them down are of the answers, None where this reader may not see them or there
    are none.
    """

    survey: str
    band: str
    age_marks: tuple[str, ...]
    iro: Person | None
    day: date | None
    channel: str | None
    notes: InterviewNotes | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that the child of a case told, for a reader who may see the case.

    `wishes`: what they chose about talking with somebody. `answers`: the questions in which they chose something.
    `unread`: how many texts of theirs nobody has read; `hidden_unread` of them this reader may not see. `kept_back`:
    the child did not let this reader, their IRO, see the answers. `shown`: a mark of the texts that stand on the page.
    """

    facts: ChildFacts | None
    wishes: tuple[QuestionAndAnswer, ...]
    texts: tuple[ShownText, ...]
    answers: tuple[AnswerInWords, ...]
    unread: int
    hidden_unread: int
    kept_back: bool
    shown: str


def view_concern(
    session: Session, parts: Instance, concern: Concern, person_id: str
) -> CaseView:
    """What a reader sees of the child of a concern. The caller notes on the audit trail that it was opened."""
    response = _response_of(session, concern, person_id)
    invitation = _invitation_of(session, concern)
    texts = _open_texts(
        session,
        parts,
        entries_of_concern(session, concern, person_id),
        response,
        invitation,
    )
    answers = (
        answers_in_words(session, parts.catalogue, [response])[response.id]
        if response
        else ()
    )
    unread = count_unread_texts(session, concern)
    seen_unread = sum(text.entry.read_at is None for text in texts)
    return CaseView(
        _facts_of(session, parts, invitation, response),
        _wishes_of(session, parts, response, person_id),
        texts,
        tuple(one for one in answers if one.declined or one.chosen),
        unread,
        unread - seen_unread,
        response is None and concern.response_id is not None,
        mark_of_texts(parts, [text.entry for text in texts]),
    )


def view_request(
    session: Session, parts: Instance, request: ContactRequest, person_id: str
) -> CaseView:
    """What a reader sees of a child who wants to talk: how to reach them, and no answers."""
    response = _response_of(session, request, person_id)
    invitation = _invitation_of(session, request)
    texts = _open_texts(
        session,
        parts,
        entries_of_request(session, request, person_id),
        response,
        invitation,
    )
    row = response or invitation
    wishes = []
    if row is not None:
        page = child_page_of(parts.catalogue, parts.settings, row)
        wishes = [page.fixed_answer("talk_to", (request.wanted,))]
        if request.how:
            wishes.append(page.fixed_answer("talk_how", request.how.split()))
    unread = sum(text.entry.read_at is None for text in texts)
    return CaseView(
        _facts_of(session, parts, invitation, response),
        tuple(wishes),
        texts,
        (),
        unread,
        0,
        response is None,
        mark_of_texts(parts, [text.entry for text in texts]),
    )


def entries_of_concern(
    session: Session, concern: Concern, person_id: str
) -> Sequence[QueueEntry]:
    """The texts of a concern's child that this person may read, oldest first."""
    return _entries(session, person_id, is_of_concern(concern))


def entries_of_request(
    session: Session, request: ContactRequest, person_id: str
) -> Sequence[QueueEntry]:
    """What a child wrote about how to be reached, where this person may read it."""
    texts = select(SealedText.id).where(
        SealedText.owner == "contact_request", SealedText.row_id == request.id
    )
    return _entries(session, person_id, QueueEntry.text_id.in_(texts))


def mark_of_texts(parts: Instance, entries: Collection[QueueEntry]) -> str:
    """A mark of exactly these texts: their number and a digest. Sent back by a form, it says what its reader saw."""
    ids = " ".join(sorted(entry.id for entry in entries))
    return f"{len(entries)}-{keyed_digest(parts.keys.digest.newest_key, 'shown', ids)[:12]}"


def _entries(
    session: Session, person_id: str, which: ColumnElement[bool]
) -> Sequence[QueueEntry]:
    return session.scalars(
        scope.entries_for(person_id)
        .where(which)
        .order_by(QueueEntry.queued_at, QueueEntry.id)
    ).all()


def _response_of(
    session: Session, case: Concern | ContactRequest, person_id: str
) -> Response | None:
    """The child's answers as they stand now, where this person may read them."""
    of_link = (
        Response.invitation_id == case.invitation_id
        if case.invitation_id is not None
        else Response.id == case.response_id
    )
    return session.scalars(
        scope.responses_for(person_id, scope.READ_ALL).where(
            or_(of_link, Response.id == case.response_id)
        )
    ).first()


def _invitation_of(
    session: Session, case: Concern | ContactRequest
) -> Invitation | None:
    return session.get(Invitation, case.invitation_id) if case.invitation_id else None


def _facts_of(
    session: Session,
    parts: Instance,
    invitation: Invitation | None,
    response: Response | None,
) -> ChildFacts | None:
    row = response or invitation
    if row is None:
        return None
    return ChildFacts(
        survey=question_words(parts.catalogue, row).survey_title,
        band=row.band,
        age_marks=_marks_that_tell(invitation) if invitation else (),
        iro=session.get(Person, row.iro_id) if row.iro_id else None,
        day=response.day if response else None,
        channel=response.channel if response else None,
        notes=find_notes(session, response) if response else None,
    )


def _marks_that_tell(invitation: Invitation) -> tuple[str, ...]:
    """The age marks that say more than the band does: everybody of 8 or more is over 5."""
    marks = age_marks_of(invitation)
    return tuple(
        sorted(mark for mark in marks if mark != "over5" or invitation.band == "4-7")
    )


def _wishes_of(
    session: Session, parts: Instance, response: Response | None, person_id: str
) -> tuple[QuestionAndAnswer, ...]:
    """What the child chose at the end of the survey: that they are not safe, or with whom they want to talk."""
    if response is None:
        return ()
    page = child_page_of(parts.catalogue, parts.settings, response)
    unsafe = session.scalars(
        scope.concerns_for(person_id)
        .where(Concern.response_id == response.sent_id, Concern.source == "child")
        .limit(1)
    ).first()
    wish = session.scalar(
        scope.requests_for(person_id).where(
            ContactRequest.response_id == response.sent_id
        )
    )
    chosen = [UNSAFE] if unsafe else []
    chosen += [wish.wanted] if wish else []
    found = [page.fixed_answer("talk_to", chosen)] if chosen else []
    how = (wish.how if wish else "") or (unsafe.how if unsafe else "")
    if how:
        found.append(page.fixed_answer("talk_how", how.split()))
    return tuple(found)


def _open_texts(
    session: Session,
    parts: Instance,
    entries: Sequence[QueueEntry],
    response: Response | None,
    invitation: Invitation | None,
) -> tuple[ShownText, ...]:
    """Each text under its question, in a bounded number of statements however many there are."""
    texts = {
        row.id: row
        for row in session.scalars(
            select(SealedText).where(
                SealedText.id.in_([one.text_id for one in entries if one.text_id])
            )
        )
    }
    asides = {
        row.id: row
        for row in session.scalars(
            select(SetAside).where(
                SetAside.id.in_(
                    [one.set_aside_id for one in entries if one.set_aside_id]
                )
            )
        )
    }
    readers = _readers_of(session, entries)
    shown = []
    for entry in entries:
        pieces: tuple[Piece, ...] = ()
        try:
            if entry.set_aside_id is not None and invitation is not None:
                pieces = aside_pieces(parts, invitation, asides[entry.set_aside_id])
            elif entry.text_id is not None and response is not None:
                text = texts[entry.text_id]
                words = open_text(parts.keys.text, text)
                pieces = (Piece(text_label(parts, response, text), words),)
            elif entry.complaint_id is not None:
                typed = open_complaint(session, parts.keys.text, entry.complaint_id)
                pieces = tuple(
                    Piece(labels.label("complaint_part", part), words)
                    for part, words in typed.items()
                )
        except UnsealError:
            pieces = ()
        shown.append(
            ShownText(
                entry, entry.set_aside_id is not None, pieces, readers.get(entry.id)
            )
        )
    return tuple(shown)


def _readers_of(
    session: Session, entries: Sequence[QueueEntry]
) -> Mapping[str, tuple[str, datetime]]:
    rows = session.execute(
        select(ReadMark.entry_id, Person.name, ReadMark.at)
        .join(Person, Person.id == ReadMark.person_id)
        .where(
            ReadMark.entry_id.in_([entry.id for entry in entries]),
            ReadMark.reader == "lead",
        )
    )
    return {entry_id: (name, at) for entry_id, name, at in rows}
