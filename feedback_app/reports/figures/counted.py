"""Which responses count in a month, and the texts among them that are still to be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app.models.response import (
    VERSIONS,
    AnswerOption,
    AnswerRow,
    Response,
    is_latest_version,
    is_newest_of_versions,
)
from feedback_app.models.text import QueueEntry, ReadMark, SealedText
from feedback_app.month import Month

MONTHS_IN_YEAR = 12


@lru_cache(maxsize=256)
def select_counted_responses(survey: str, *months: Month) -> Select[str]:
    """The responses to that survey (its key) that count in these months, by id; add columns and groups as needed.

    Only the latest version of a response counts.
    """
    return select(Response.id).where(
        _is_one_of(months), Response.survey == survey, is_latest_version()
    )


def _is_one_of(months: Collection[Month]) -> ColumnElement[bool]:
    """The condition that a response is of one of these months; of more than a year's in a row by the first and last.

    PostgreSQL knows how many responses each month has, and guesses how many a span has: within a year each is named.
    """
    names = sorted(str(month) for month in set(months))
    if len(names) > MONTHS_IN_YEAR:
        first, last = Month.parse(names[0]), Month.parse(names[-1])
        if first.add_months(len(names) - 1) == last:
            return Response.month.between(names[0], names[-1])
    return Response.month.in_(names)


Answered = type[AnswerRow] | type[AnswerOption]


def is_of_months(table: Answered, months: Collection[Month]) -> ColumnElement[bool]:
    """Return the condition that an answer, or a chosen option, is of one of these months.

    In the index by month the answers of a month lie together: without it each is looked up among those of all months
    (docs/decisions/0041).
    """
    return table.month.in_([str(month) for month in months])


def join_answers(
    responses: Select[str], table: Answered, months: Collection[Month]
) -> Select[str]:
    """Those responses, which are of these months, with their answers or their chosen options."""
    joined = responses.join(table, table.response_id == Response.id)
    return joined.where(is_of_months(table, months))


def name_month(
    column: InstrumentedAttribute[Any] | ColumnElement[Any], begins: Mapping[Month, Any]
) -> ColumnElement[str]:
    """The month of a day or an instant, as "2026-10". `begins`: the months it may lie in, each with when it begins."""
    latest_first = sorted(begins, reverse=True)
    return case(*((column >= begins[month], str(month)) for month in latest_first))


def count_unread(session: Session, survey: str, month: Month) -> int:
    """How many texts of the month's answers the manager has not read."""
    unread = (
        select_counted_responses(survey, month)
        .with_only_columns(func.count())
        .select_from(Response)
        .join(VERSIONS, is_newest_of_versions())
        .join(
            SealedText,
            and_(SealedText.row_id == VERSIONS.id, SealedText.owner == "answer"),
        )
        .join(QueueEntry, QueueEntry.text_id == SealedText.id)
        .outerjoin(
            ReadMark,
            and_(ReadMark.entry_id == QueueEntry.id, ReadMark.reader == "manager"),
        )
        .where(ReadMark.entry_id.is_(None))
    )
    return session.scalar(unread) or 0


def latest_month(session: Session, survey: str) -> Month | None:
    """The latest month in which a child answered that survey (its key), or None."""
    latest = session.scalar(
        select(func.max(Response.month)).where(Response.survey == survey)
    )
    return Month.parse(latest) if latest else None


def first_month(session: Session, survey: str) -> Month | None:
    """The first month in which a child answered that survey (its key), of those that are still held; or None."""
    first = session.scalar(
        select(func.min(Response.month)).where(Response.survey == survey)
    )
    return Month.parse(first) if first else None
