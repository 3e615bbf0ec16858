"""What children wrote in a month: which texts there are, who has read them. The words stay sealed until opened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session, aliased

from feedback_app.models.person import Person
from feedback_app.models.response import VERSIONS, Response, is_newest_of_versions
from feedback_app.models.scope import responses_for
from feedback_app.models.text import QueueEntry, ReadMark, SealedText
from feedback_app.month import Month
from feedback_app.privacy.keys import KeyRing
from feedback_app.responses.texts import open_text


@dataclass(frozen=True, slots=True)
class Comment:
    """One text of a response, without its words. `iro` is a name for the manager's own screen alone (rule V5).

    `read`: the manager has read it; `lead_read`: the safeguarding lead has; `concern`: a reader found one in it.
    `reader_id`: which manager read it; `theme`: what they kept it under, "" where it has no name or is none.
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
    reader_id: str | None
    theme: str


@dataclass(frozen=True, slots=True)
class KeptTheme:
    """A theme with how many comments it has, and the newest month of one.

    One without a name has the id of the question that its comments answer instead; else `question` is "".
    """

    name: str
    question: str
    comments: int
    newest: Month


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


def unseal_comments(
    session: Session, ring: KeyRing, comments: Collection[Comment]
) -> dict[str, str]:
    """Entry id -> the words of these comments, in one statement. The caller writes the audit entry.

    Raises UnsealError.
    """
    wanted = [comment.text_id for comment in comments]
    texts = {
        text.id: text
        for text in session.scalars(select(SealedText).where(SealedText.id.in_(wanted)))
    }
    return {
        comment.entry_id: open_text(ring, texts[comment.text_id])
        for comment in comments
    }


def count_themes(
    session: Session, survey: str, *, person_id: str, roles: Collection[str]
) -> tuple[KeptTheme, ...]:
    """What the manager kept comments under, the most first. No words."""
    counted = session.execute(
        responses_for(person_id, roles)
        .where(Response.survey == survey)
        .join(VERSIONS, is_newest_of_versions())
        .join(
            SealedText,
            and_(SealedText.row_id == VERSIONS.id, SealedText.owner == "answer"),
        )
        .join(QueueEntry, QueueEntry.text_id == SealedText.id)
        .join(
            ReadMark,
            and_(ReadMark.entry_id == QueueEntry.id, ReadMark.reader == "manager"),
        )
        .where(ReadMark.outcome == "theme")
        .with_only_columns(ReadMark.theme, SealedText.column_name, Response.month)
    )
    months: dict[tuple[str, str], list[str]] = {}
    for name, question, month in counted:
        months.setdefault((name, "" if name else question), []).append(month)
    themes = [
        KeptTheme(name, question, len(found), Month.parse(max(found)))
        for (name, question), found in months.items()
    ]
    return tuple(
        sorted(themes, key=lambda one: (-one.comments, one.name, one.question))
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
        .join(VERSIONS, is_newest_of_versions())
        .join(
            SealedText,
            and_(SealedText.row_id == VERSIONS.id, SealedText.owner == "answer"),
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
        reader_id=manager.person_id if manager else None,
        theme=manager.theme if manager else "",
    )
