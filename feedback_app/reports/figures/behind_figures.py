"""Who stands behind a report's figures: in which language and look children answered, and how they were chosen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from feedback_app.models.response import Response
from feedback_app.month import Month
from feedback_app.reports.figures.asked import (
    AskedMonth,
    LinkCounts,
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
    links: LinkCounts


def count_behind(
    session: Session, survey: str, asked: Mapping[Month, AskedMonth]
) -> BehindFigures:
    """Count the months of `asked`, which is what `count_asked` found; two grouped statements."""
    rows = session.execute(_pages_used(survey, tuple(asked)))
    languages: dict[Month, Counter[str]] = defaultdict(Counter)
    looks: dict[Month, Counter[str]] = defaultdict(Counter)
    for name, language, look, number in rows:
        month = Month.parse(name)
        languages[month][language] += number
        languages[month][HEARD] += number
        looks[month]["easy" if look == EASY else "other"] += number
        looks[month][HEARD] += number
    links = count_links(session, survey, asked)
    return BehindFigures(dict(languages), dict(looks), asked, links)


@lru_cache(maxsize=64)
def _pages_used(survey: str, months: tuple[Month, ...]) -> Select[str, str, str, int]:
    """Month, language, look, how many children."""
    columns = (Response.month, Response.language, Response.look)
    return (
        select_counted_responses(survey, *months)
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )
