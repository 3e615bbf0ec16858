"""Texts in other languages than English: of how many children, and how soon a person had read them.

The language is that of the page on which a child wrote. When a text was put into English is noted nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from statistics import median

from sqlalchemy import Select, and_, func
from sqlalchemy.orm import Session

from feedback_app.models.response import VERSIONS, Response, is_newest_of_versions
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.month import Month
from feedback_app.reports.figures.counted import select_counted_responses

ENGLISH = "en"
SECONDS_IN_DAY = 86_400


@dataclass(frozen=True, slots=True)
class OtherTexts:
    """`children`: month -> language -> children who wrote something. `days`: of each text that was read, until then."""

    children: Mapping[Month, Mapping[str, int]] = field(default_factory=dict)
    days: tuple[float, ...] = ()

    @property
    def median_days(self) -> float | None:
        """The day in the middle; None where nothing was read."""
        return median(self.days) if self.days else None


def count_other_texts(
    session: Session, survey: str, months: Sequence[Month], period: Sequence[Month]
) -> OtherTexts:
    """Count the texts of a survey (its key): children in `months`, how soon they were read in `period`."""
    children: dict[Month, dict[str, int]] = defaultdict(dict)
    for month, language, number in session.execute(_writers(survey, tuple(months))):
        children[Month.parse(month)][language] = number
    if not any(month in children for month in period):
        return OtherTexts(dict(children))
    times = session.execute(_times(survey, tuple(period)))
    days = [
        (read_at - queued_at).total_seconds() / SECONDS_IN_DAY
        for queued_at, read_at in times
        if read_at is not None
    ]
    return OtherTexts(dict(children), tuple(days))


@lru_cache(maxsize=64)
def _writers(survey: str, months: tuple[Month, ...]) -> Select[str, str, int]:
    """Month, language, how many children wrote something."""
    columns = (Response.month, Response.language)
    return (
        _texts(survey, months)
        .with_only_columns(*columns, func.count(Response.id.distinct()))
        .group_by(*columns)
    )


@lru_cache(maxsize=64)
def _times(survey: str, months: tuple[Month, ...]) -> Select[datetime, datetime | None]:
    """When each text that was read came in, and when it was read."""
    return (
        _texts(survey, months)
        .join(QueueEntry, QueueEntry.text_id == SealedText.id)
        .where(QueueEntry.read_at.is_not(None))
        .with_only_columns(QueueEntry.queued_at, QueueEntry.read_at)
    )


def _texts(survey: str, months: Sequence[Month]) -> Select[str]:
    return (
        select_counted_responses(survey, *months)
        .select_from(Response)
        .join(VERSIONS, is_newest_of_versions())
        .join(
            SealedText,
            and_(SealedText.row_id == VERSIONS.id, SealedText.owner == "answer"),
        )
        .where(Response.language != ENGLISH)
    )
