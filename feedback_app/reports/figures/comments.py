"""What children wrote in a month: which texts there are, who has read them. The words stay sealed until opened."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, select
from sqlalchemy.orm import Session, aliased

from feedback_app.models.draw import PARTS
from feedback_app.models.kept_comment import Theme, ThemeText
from feedback_app.models.person import Person
from feedback_app.models.response import VERSIONS, Response, is_newest_of_versions
from feedback_app.models.scope import count_rows, responses_for
from feedback_app.models.text import QueueEntry, ReadMark, SealedText
from feedback_app.month import Month
from feedback_app.privacy.cipher import UnsealError
from feedback_app.privacy.keys import KeyRing
from feedback_app.responses.texts import open_text
from feedback_app.rulebook.counted_codes import read_codes


@dataclass(frozen=True, slots=True)
class Comment:
    """One text of a response, without its words. `iro` is a name for the manager's own screen alone (rule V5).

    `read`: the manager has read it; `lead_read`: the safeguarding lead has; `concern`: a reader found one in it.
    `reader_id`: which manager read it. `day`: on which it was sent or said. `iro_may_see`: as the response has it.
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
    day: date
    iro_may_see: str
    iro_id: str | None


@dataclass(frozen=True, slots=True)
class KeptTheme:
    """A theme with how many comments of how many children it has, the newest month of one, and the first day."""

    id: str
    name: str
    comments: int
    children: int
    newest: Month
    said_on: date


@dataclass(frozen=True, slots=True)
class CommentFilter:
    """Which comments are wanted; "" is all. `theme`: its name; `part`: took_part or did_not; `read`: yes or no."""

    surveys: tuple[str, ...]
    months: tuple[Month, ...]
    question: str = ""
    band: str = ""
    part: str = ""
    channel: str = ""
    theme: str = ""
    read: str = ""


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
        _texts((survey,), person_id, roles).where(Response.month == str(month))
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


def select_comments(
    session: Session,
    wanted: CommentFilter,
    *,
    person_id: str,
    roles: Collection[str],
    start: int,
    limit: int,
    newest: bool = False,
) -> tuple[Comment, ...]:
    """Some of the texts that this person may read: unread ones first, each half by question, then the newest first.

    `newest`: the newest first, whatever they are.
    """
    day = (Response.day.desc(), QueueEntry.id)
    order = day if newest else (_is_read(), SealedText.column_name, *day)
    rows = session.execute(
        _narrowed(session, wanted, person_id, roles)
        .order_by(*order)
        .offset(start)
        .limit(limit)
    )
    return tuple(_comment(row) for row in rows)


def count_comments(
    session: Session,
    wanted: CommentFilter,
    *,
    person_id: str,
    roles: Collection[str],
) -> int:
    """How many texts `select_comments` would find."""
    found = _narrowed(session, wanted, person_id, roles).with_only_columns(
        QueueEntry.id
    )
    return count_rows(session, found)


def count_children_by_iro(
    session: Session,
    comments: Collection[Comment],
    *,
    person_id: str,
    roles: Collection[str],
) -> dict[tuple[str | None, Month], int]:
    """IRO and month of these comments -> how many children of that IRO answered in it, as far as this person may read.

    Of few children the IRO is likely to know which of them wrote it.
    """
    months = {str(comment.month) for comment in comments}
    counted = session.execute(
        responses_for(person_id, roles)
        .where(Response.month.in_(months))
        .with_only_columns(Response.iro_id, Response.month, func.count(Response.id))
        .group_by(Response.iro_id, Response.month)
    )
    return {(iro_id, Month.parse(month)): heard for iro_id, month, heard in counted}


def find_comment(
    session: Session,
    surveys: Collection[str],
    entry_id: str,
    *,
    person_id: str,
    roles: Collection[str],
) -> Comment | None:
    """The comment of one queue entry; None for an unknown entry and for one that is not this person's to read."""
    row = session.execute(
        _texts(surveys, person_id, roles).where(QueueEntry.id == entry_id)
    ).one_or_none()
    return _comment(row) if row else None


def unseal_words(session: Session, ring: KeyRing, text_id: str) -> str:
    """The words as they stand. The caller writes the audit entry. Raises UnsealError."""
    return open_text(ring, session.get_one(SealedText, text_id))


def unseal_comments(
    session: Session, ring: KeyRing, comments: Collection[Comment]
) -> dict[str, str]:
    """Entry id -> the words of these comments, in one statement. The caller writes the audit entry.

    One that does not open (its key is missing) is left out: it keeps nobody from reading the others.
    """
    wanted = [comment.text_id for comment in comments]
    texts = {
        text.id: text
        for text in session.scalars(select(SealedText).where(SealedText.id.in_(wanted)))
    }
    words = {}
    for comment in comments:
        with suppress(UnsealError):
            words[comment.entry_id] = open_text(ring, texts[comment.text_id])
    return words


def count_themes(
    session: Session,
    surveys: Collection[str],
    *,
    person_id: str,
    roles: Collection[str],
) -> tuple[KeptTheme, ...]:
    """The themes of texts that this person may read, the most comments first. No words."""
    newest, children = func.max(Response.month), Response.id.distinct()
    counted = session.execute(
        responses_for(person_id, roles)
        .where(Response.survey.in_(surveys))
        .join(VERSIONS, is_newest_of_versions())
        .join(
            SealedText,
            and_(SealedText.row_id == VERSIONS.id, SealedText.owner == "answer"),
        )
        .join(ThemeText, ThemeText.text_id == SealedText.id)
        .join(Theme, Theme.id == ThemeText.theme_id)
        .with_only_columns(
            Theme.id,
            Theme.name,
            func.count(SealedText.id),
            func.count(children),
            newest,
            func.min(Response.day),
        )
        .group_by(Theme.id, Theme.name)
    )
    themes = [
        KeptTheme(theme_id, name, comments, heard, Month.parse(month), day)
        for theme_id, name, comments, heard, month, day in counted
    ]
    return tuple(sorted(themes, key=lambda one: (-one.comments, one.name.casefold())))


def _is_read() -> ColumnElement[bool]:
    read = select(ReadMark.entry_id).where(ReadMark.reader == "manager")
    return QueueEntry.id.in_(read)


def _narrowed(
    session: Session, wanted: CommentFilter, person_id: str, roles: Collection[str]
) -> Select[
    Response, SealedText, QueueEntry, str | None, ReadMark | None, ReadMark | None
]:
    found = _texts(wanted.surveys, person_id, roles).where(
        Response.month.in_([str(month) for month in wanted.months])
    )
    of_theme = select(ThemeText.text_id).join(Theme).where(Theme.name == wanted.theme)
    for asked, condition in (
        (wanted.question, SealedText.column_name == wanted.question),
        (wanted.band, Response.band == wanted.band),
        (wanted.part, _of_part(session, wanted)),
        (wanted.channel, Response.channel == wanted.channel),
        (wanted.theme, SealedText.id.in_(of_theme)),
        (wanted.read == "yes", _is_read()),
        (wanted.read == "no", ~_is_read()),
    ):
        if asked:
            found = found.where(condition)
    return found


def _of_part(session: Session, wanted: CommentFilter) -> ColumnElement[bool]:
    """Of children in one half of the target, each month by its own codes; nobody where no half is wanted."""
    if wanted.part not in PARTS:
        return false()
    codes = read_codes(session)
    return codes.of_part(wanted.part, wanted.months, Response.month, Response.pn_code)


CommentRow = Row[
    Response, SealedText, QueueEntry, str | None, ReadMark | None, ReadMark | None
]


def _texts(
    surveys: Collection[str], person_id: str, roles: Collection[str]
) -> Select[
    Response, SealedText, QueueEntry, str | None, ReadMark | None, ReadMark | None
]:
    manager, lead = aliased(ReadMark), aliased(ReadMark)
    return (
        responses_for(person_id, roles)
        .where(Response.survey.in_(surveys))
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
        day=response.day,
        iro_may_see=response.iro_may_see,
        iro_id=response.iro_id,
    )
