"""How many concerns were raised in each month, by what raised them: for the lead's own screen and for reports.

A concern counts in the London month in which it was raised, once, however often it was opened again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from feedback_app.models.safeguarding import Concern
from feedback_app.month import Month, london_day


@dataclass(frozen=True, slots=True)
class ConcernsOfMonth:
    """The concerns of one month: how many by source (of `CONCERN_SOURCES`; none is left out), and still open."""

    month: Month
    by_source: Mapping[str, int]
    still_open: int

    @property
    def in_all(self) -> int:
        """How many concerns were raised in the month."""
        return sum(self.by_source.values())


def count_by_month(
    session: Session, concerns: Select[Concern]
) -> tuple[ConcernsOfMonth, ...]:
    """Count the selected concerns by the month they were raised in, the newest first; months without any are left out.

    `concerns` is a selection of `models/scope.py`.
    """
    by_source: dict[Month, Counter[str]] = defaultdict(Counter)
    still_open: Counter[Month] = Counter()
    for raised_at, source, state in session.execute(
        concerns.with_only_columns(Concern.raised_at, Concern.source, Concern.state)
    ):
        month = Month.containing(london_day(raised_at))
        by_source[month][source] += 1
        still_open[month] += state != "closed"
    return tuple(
        ConcernsOfMonth(month, by_source[month], still_open[month])
        for month in sorted(by_source, key=str, reverse=True)
    )
