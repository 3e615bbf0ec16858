"""An arrow is drawn for what chance hardly does: exact tests, held against scipy, and over a thousand services."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from feedback_app.reports.figures.exact_tests import (
    binomial_p_value,
    movement_of,
    two_shares_p_value,
)
from feedback_app.reports.figures.shares import Share


@given(st.integers(1, 60), st.data(), st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_the_binomial_test_is_the_one_of_scipy(
    base: int, data: st.DataObject, rate: float
) -> None:
    count = data.draw(st.integers(0, base))
    expected = stats.binomtest(count, base, rate).pvalue
    assert binomial_p_value(count, base, rate) == pytest.approx(expected, abs=1e-9)


@given(st.integers(1, 60), st.integers(1, 400), st.data())
@settings(max_examples=60, deadline=None)
def test_the_test_of_two_shares_is_the_one_of_scipy(
    base: int, other: int, data: st.DataObject
) -> None:
    one = data.draw(st.integers(0, base))
    two = data.draw(st.integers(0, other))
    expected = stats.fisher_exact([[one, base - one], [two, other - two]]).pvalue
    found = two_shares_p_value(Share(one, base), Share(two, other))
    assert found == pytest.approx(expected, abs=1e-7)


def test_of_sixteen_at_80_percent_eight_is_a_signal_and_ten_is_chance() -> None:
    assert binomial_p_value(8, 16, 0.8) == pytest.approx(0.007, abs=0.0005)
    before = Share(154, 192)
    assert movement_of(Share(8, 16), before) == "down"
    assert movement_of(Share(10, 16), before) == "none"
    assert movement_of(Share(16, 16), before) == "none"


@pytest.mark.parametrize(
    ("month", "before"),
    [(Share(0, 9), Share(90, 100)), (Share(0, 30), Share(9, 9)), (Share(0, 0), Share(0, 0))],
)  # fmt: skip
def test_few_answers_move_nowhere(month: Share, before: Share) -> None:
    assert movement_of(month, before) == "few"


@pytest.mark.parametrize("always", [0, 12])
def test_what_was_always_so_before_moves_only_by_more_than_chance(always: int) -> None:
    """A rate of exactly 0 or 1 would make a single other answer impossible."""
    before = Share(always, 12)
    assert movement_of(Share(1 if always == 0 else 11, 12), before) == "none"
    assert movement_of(Share(12 - always, 12), before) == ("up" if always == 0 else "down")  # fmt: skip


def _answers(rng: random.Random, base: int, rate: float) -> Share:
    return Share(sum(rng.random() < rate for _ in range(base)), base)


@pytest.mark.full
@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("answers", [16, 60])
def test_a_thousand_services_without_change_show_an_arrow_in_one_month_of_twenty(
    rate: float, answers: int
) -> None:
    rng = random.Random(int(100 * rate) + answers)
    arrows = sum(
        movement_of(
            _answers(rng, answers, rate), _answers(rng, 12 * answers, rate)
        )
        in ("up", "down")
        for _service in range(1000)
    )  # fmt: skip
    assert arrows <= 50


@pytest.mark.full
def test_a_fall_from_80_to_50_percent_is_seen_within_two_months_in_half_of_them() -> (
    None
):
    rng = random.Random(2026)
    seen = 0
    for _service in range(1000):
        before = _answers(rng, 192, 0.8)
        months = (_answers(rng, 16, 0.5) for _month in range(2))
        seen += any(movement_of(month, before) == "down" for month in months)
    assert seen >= 500
