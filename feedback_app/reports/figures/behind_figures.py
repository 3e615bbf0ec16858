"""Who stands behind a report's figures: in which language and look children answered, and how they were chosen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import Session

from feedback_app.models.response import Response
from feedback_app.month import Month
from feedback_app.reports.figures.asked import (
    AskedCounts,
    AskedMonth,
    count_asked,
    count_links,
)
from feedback_app.reports.figures.counted import select_counted_responses
from feedback_app.survey.model import EASY

ByMonth = Mapping[Month, Mapping[str, int]]
HEARD = "heard"


@dataclass(frozen=True, slots=True)
class BehindFigures:
    """Month -> how many, by language, by "easy" and "other", each with all who were heard as HEARD.

    `asked`: month -> whom the service asked in it. `links`: the same by how the link reached the child.
    """

    languages: ByMonth
    looks: ByMonth
    asked: Mapping[Month, AskedMonth]
    links: Mapping[Month, Mapping[str, AskedCounts]]


def count_behind(
    session: Session, survey: str, months: Sequence[Month]
) -> BehindFigures:
    """Count these months: one grouped statement, and two a month for who was asked."""
    columns = (Response.month, Response.language, Response.look)
    rows = session.execute(
        select_counted_responses(survey, *months)
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )
    languages: dict[Month, Counter[str]] = defaultdict(Counter)
    looks: dict[Month, Counter[str]] = defaultdict(Counter)
    for name, language, look, number in rows:
        month = Month.parse(name)
        languages[month][language] += number
        languages[month][HEARD] += number
        looks[month]["easy" if look == EASY else "other"] += number
        looks[month][HEARD] += number
    asked = {month: count_asked(session, survey, month) for month in months}
    return BehindFigures(
        dict(languages),
        dict(looks),
        asked,
        {month: count_links(session, survey, month, asked[month]) for month in months},
    )
