"""What children wrote in a month: which texts there are, who has read them. The words stay sealed until opened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, Select, and_, func
from sqlalchemy.orm import Session, aliased

from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.scope import responses_for
from feedback_app.models.text import QueueEntry, ReadMark, SealedText
from feedback_app.month import Month
from feedback_app.privacy.keys import KeyRing
from feedback_app.responses.texts import open_text


@dataclass(frozen=True, slots=True)
class Comment:
    """One text of a response, without its words. `iro` is a name for the manager's own screen alone (rule V5).

    `read`: the manager has read it; `lead_read`: the safeguarding lead has; `concern`: a reader found one in it.
    """

    entry_id: str
    text_id: str
    month: Month
    band: str
    survey: str
    survey_version: int
    question: str
    channel: str
    iro: str | None
    read: bool
    lead_read: bool
    concern: bool


def list_comments(
    session: Session,
    survey: str,
    month: Month,
    *,
    person_id: str,
    roles: Collection[str],
) -> tuple[Comment, ...]:
    """The month's texts that this person may read, unread ones first, then by question and band: never by time."""
    rows = session.execute(
        _texts(survey, person_id, roles).where(Response.month == str(month))
    )
    comments = [_comment(row) for row in rows]
    return tuple(
        sorted(
            comments,
            key=lambda comment: (
                comment.read,
                comment.question,
                comment.band,
                comment.entry_id,
            ),
        )
    )


def find_comment(
    session: Session,
    survey: str,
    entry_id: str,
    *,
    person_id: str,
    roles: Collection[str],
) -> Comment | None:
    """The comment of one queue entry; None for an unknown entry and for one that is not this person's to read."""
    row = session.execute(
        _texts(survey, person_id, roles).where(QueueEntry.id == entry_id)
    ).one_or_none()
    return _comment(row) if row else None


def unseal_words(session: Session, ring: KeyRing, text_id: str) -> str:
    """The words as they stand. The caller writes the audit entry. Raises UnsealError."""
    return open_text(ring, session.get_one(SealedText, text_id))


def count_themes(
    session: Session, survey: str, *, person_id: str, roles: Collection[str]
) -> tuple[tuple[str, int], ...]:
    """The questions to which the manager kept comments as a theme, and how many, the most first. No words."""
    counted = session.execute(
        responses_for(person_id, roles)
        .where(Response.survey == survey)
        .join(
            SealedText,
            and_(SealedText.row_id == Response.id, SealedText.owner == "answer"),
        )
        .join(QueueEntry, QueueEntry.text_id == SealedText.id)
        .join(
            ReadMark,
            and_(ReadMark.entry_id == QueueEntry.id, ReadMark.reader == "manager"),
        )
        .where(ReadMark.outcome == "theme")
        .with_only_columns(SealedText.column_name, func.count())
        .group_by(SealedText.column_name)
    )
    return tuple(
        sorted(
            ((question, number) for question, number in counted),
            key=lambda pair: (-pair[1], pair[0]),
        )
    )


CommentRow = Row[
    Response, SealedText, QueueEntry, str | None, ReadMark | None, ReadMark | None
]


def _texts(
    survey: str, person_id: str, roles: Collection[str]
) -> Select[
    Response, SealedText, QueueEntry, str | None, ReadMark | None, ReadMark | None
]:
    manager, lead = aliased(ReadMark), aliased(ReadMark)
    return (
        responses_for(person_id, roles)
        .where(Response.survey == survey)
        .join(
            SealedText,
            and_(SealedText.row_id == Response.id, SealedText.owner == "answer"),
        )
        .join(QueueEntry, QueueEntry.text_id == SealedText.id)
        .outerjoin(Person, Person.id == Response.iro_id)
        .outerjoin(
            manager,
            and_(manager.entry_id == QueueEntry.id, manager.reader == "manager"),
        )
        .outerjoin(lead, and_(lead.entry_id == QueueEntry.id, lead.reader == "lead"))
        .with_only_columns(Response, SealedText, QueueEntry, Person.name, manager, lead)
    )


def _comment(row: CommentRow) -> Comment:
    response, text, entry, iro, manager, lead = row
    return Comment(
        entry_id=entry.id,
        text_id=text.id,
        month=Month.parse(response.month),
        band=response.band,
        survey=response.survey,
        survey_version=response.survey_version,
        question=text.column_name,
        channel=response.channel,
        iro=iro,
        read=manager is not None,
        lead_read=lead is not None,
        concern="concern" in {mark.outcome for mark in (manager, lead) if mark},
    )
