"""Where many of a known number answered, the interval is exact for that number: held against scipy, by trying all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from feedback_app.reports.figures.finite_population import (
    CohortShare,
    finite_interval,
)


def by_trying_all(count: int, base: int, population: int) -> tuple[int, int]:
    """Every number of children that neither one-sided test refuses at 2.5%."""
    kept = [
        yes
        for yes in range(population + 1)
        if stats.hypergeom.sf(count - 1, population, yes, base) > 0.025 + 1e-12
        and stats.hypergeom.cdf(count, population, yes, base) > 0.025 + 1e-12
    ]
    return kept[0], kept[-1]


@given(st.integers(1, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), st.data())  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_interval_is_what_scipys_tests_leave(
    sizes: tuple[int, int], data: st.DataObject
) -> None:
    population, base = sizes
    count = data.draw(st.integers(0, base))
    assert finite_interval(count, base, population) == by_trying_all(
        count, base, population
    )


def test_156_of_192_from_280_children_is_78_to_84_percent() -> None:
    assert CohortShare(156, 192, 280).percent_interval == (78, 84)
    assert finite_interval(156, 192, 280) == by_trying_all(156, 192, 280)


def test_where_all_answered_nothing_is_uncertain() -> None:
    assert finite_interval(40, 50, 50) == (40, 40)
    assert finite_interval(0, 0, 50) == (0, 50)


@pytest.mark.parametrize("wrong", [(5, 4, 10), (2, 11, 10), (-1, 4, 10)])
def test_what_cannot_be_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no such share"):
        finite_interval(*wrong)


def test_more_answers_than_children_have_no_interval() -> None:
    assert not CohortShare(5, 11, 10).has_interval
    assert not CohortShare(5, 9, 100).has_interval
    assert CohortShare(5, 10, 10).has_interval
