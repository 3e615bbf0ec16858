"""Reviews held in a month, as the case system listed them: a count of work, nothing that a child answered.

A review counts in the month in which it was held; one that is not held yet, in the month in which it is due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from feedback_app.invitations.own_reviews import review_day
from feedback_app.models.review import ImportedReview
from feedback_app.month import Month
from feedback_app.reports.figures.counted import name_month
from feedback_app.rulebook.counted_codes import CodeBook, CountedCodes


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """Reviews of a month. `outside`: of codes that count as neither (PN0, under four).

    `uncoded`: held, and no code was in the file. `not_held`: due in the month, and not held so far as the last file
    says.
    """

    took_part: int = 0
    did_not: int = 0
    outside: int = 0
    uncoded: int = 0
    not_held: int = 0

    @property
    def all_held(self) -> int:
        """All that were held."""
        return self.took_part + self.did_not + self.outside + self.uncoded

    def __bool__(self) -> bool:
        return bool(self.all_held or self.not_held)

    def __add__(self, other: ReviewCounts) -> ReviewCounts:
        return ReviewCounts(
            *(
                getattr(self, one.name) + getattr(other, one.name)
                for one in fields(self)
            )
        )


NO_REVIEWS = ReviewCounts()


@dataclass(frozen=True, slots=True)
class ReviewMonth:
    """The reviews of one month, by the IRO's id; false where none was imported."""

    by_iro: Mapping[str, ReviewCounts] = field(default_factory=dict)

    @property
    def whole_service(self) -> ReviewCounts:
        """Those of the whole service."""
        return sum(self.by_iro.values(), NO_REVIEWS)

    def counts_of(self, iro_id: str | None) -> ReviewCounts:
        """Those of one IRO."""
        return self.by_iro.get(iro_id or "", NO_REVIEWS)

    def __bool__(self) -> bool:
        return bool(self.by_iro)


def count_reviews(
    session: Session, months: Sequence[Month], codes: CodeBook
) -> dict[Month, ReviewMonth]:
    """Count the imported reviews of these months, each by the codes that count in it; one statement.

    `months` follow one another, oldest first; each has an entry.
    """
    by_month: dict[str, dict[str, ReviewCounts]] = {
        str(month): defaultdict(ReviewCounts) for month in months
    }
    for name, iro_id, pn_code, held, number in session.execute(_grouped(tuple(months))):
        counted_as = _counted_as(codes.in_month(Month.parse(name)), pn_code, bool(held))
        by_month[name][iro_id] += ReviewCounts(**{counted_as: number})
    return {month: ReviewMonth(dict(by_month[str(month)])) for month in months}


@lru_cache(maxsize=64)
def _grouped(months: tuple[Month, ...]) -> Select[Any]:
    """Month, IRO, PN code, whether it was held, how many."""
    each = (
        select(
            name_month(review_day(), {month: month.first for month in months}).label(
                "month"
            ),
            ImportedReview.iro_id,
            ImportedReview.pn_code,
            ImportedReview.held_on.is_not(None).label("is_held"),
        )
        .where(_is_of_months(months))
        .subquery()
    )
    columns = (each.c.month, each.c.iro_id, each.c.pn_code, each.c.is_held)
    return select(*columns, func.count()).group_by(*columns)


def _is_of_months(months: Sequence[Month]) -> ColumnElement[bool]:
    return review_day().between(months[0].first, months[-1].last)


def _counted_as(codes: CountedCodes, pn_code: str | None, held: bool) -> str:
    if not held:
        return "not_held"
    if pn_code is None:
        return "uncoded"
    return codes.part_of(pn_code) or "outside"


@dataclass(frozen=True, slots=True)
class ReviewTimes:
    """Reviews of a period by the days in the file. `held` is all that were held.

    `on_time`: on the day they were due, or before it; `late`: after it; `no_due_day`: the file had none.
    `spoke_before`, `midway`, `visited`: the file had a day before the review on which the IRO spoke with the child, the
    midway review was held, the IRO visited the child.
    """

    held: int = 0
    on_time: int = 0
    late: int = 0
    no_due_day: int = 0
    not_held: int = 0
    spoke_before: int = 0
    midway: int = 0
    visited: int = 0

    def __bool__(self) -> bool:
        return bool(self.held or self.not_held)


def count_review_times(session: Session, months: Sequence[Month]) -> ReviewTimes:
    """Count the imported reviews of these months, which follow one another; one statement."""
    row = session.execute(_times(tuple(months))).one()
    return ReviewTimes(*(int(count) for count in row))


@lru_cache(maxsize=64)
def _times(
    months: tuple[Month, ...],
) -> Select[int, int, int, int, int, int, int, int]:
    """The columns of ReviewTimes, in their order."""
    review, held = ImportedReview, ImportedReview.held_on.is_not(None)

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)

    return select(
        number(held),
        number(held, review.held_on <= review.due_on),
        number(held, review.held_on > review.due_on),
        number(held, review.due_on.is_(None)),
        number(review.held_on.is_(None)),
        number(held, review.spoke_on <= review.held_on),
        number(held, review.midway_on <= review.held_on),
        number(held, review.visited_on <= review.held_on),
    ).where(_is_of_months(months))
