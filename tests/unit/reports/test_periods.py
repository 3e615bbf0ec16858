"""Months that are counted together."""

from __future__ import annotations

import pytest

from feedback_app.month import Month
from feedback_app.reports.figures.periods import MOST_MONTHS, Period

OCTOBER = Month(2026, 10)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("month", "2026-10", "2026-10"),
        ("quarter", "2026-10", "2026-12"),
        ("year", "2025-11", "2026-10"),
    ],
)
def test_a_kind_of_period_is_whole_months(kind: str, first: str, last: str) -> None:
    period = Period.of_kind(kind, OCTOBER)
    assert (str(period.first), str(period.last)) == (first, last)
    assert period.months[0] == period.first
    assert period.months[-1] == period.last
    assert len(period.year_to_end.months) == 12


def test_a_period_ends_after_it_begins_and_is_not_endless() -> None:
    with pytest.raises(ValueError, match="no such period"):
        Period(OCTOBER, OCTOBER.previous)
    with pytest.raises(ValueError, match="no such period"):
        Period(OCTOBER.add_months(-MOST_MONTHS), OCTOBER)
    with pytest.raises(ValueError, match="no such kind"):
        Period.of_kind("decade", OCTOBER)
