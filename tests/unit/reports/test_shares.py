"""A share is never said more surely than its base allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_app.reports.figures.shares import Share, whole_percent, wilson_interval


def test_thirteen_of_sixteen_is_81_percent_with_an_interval_of_57_to_93() -> None:
    assert (Share(13, 16).whole_percent, Share(13, 16).percent_interval) == (
        81,
        (57, 93),
    )


@pytest.mark.parametrize(
    ("count", "base", "percent"),
    [(9, 9, None), (10, 10, 100), (0, 10, 0), (1, 200, 1), (1, 16, 6)],
)
def test_there_is_no_percentage_under_a_base_of_ten_and_halves_go_up(
    count: int, base: int, percent: int | None
) -> None:
    assert whole_percent(count, base) == percent


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_nothing_and_all(
    pair: tuple[int, int],
) -> None:
    count, base = pair
    low, high = wilson_interval(count, base)
    assert 0 <= low <= high <= 1
    if base:
        assert low <= count / base + 1e-9
        assert count / base <= high + 1e-9


@pytest.mark.parametrize(
    ("share", "state"),
    [
        (Share(5, 9, 0.8), "few"),
        (Share(13, 16, 0.8), "unsure"),
        (Share(50, 50, 0.8), "met"),
        (Share(10, 50, 0.8), "short"),
        (Share(0, 20, 0.0, above=False), "met"),
        (Share(1, 20, 0.0, above=False), "short"),
        (Share(10, 20), "none"),
    ],
)
def test_a_target_is_met_or_missed_only_where_the_interval_says_so(
    share: Share, state: str
) -> None:
    assert share.target_state == state


@given(st.integers(10, 400), st.data(), st.sampled_from((0.3, 0.5, 0.8, 0.9, 0.0)))
def test_a_verdict_and_its_printed_interval_never_contradict(
    base: int, data: st.DataObject, target: float
) -> None:
    count = data.draw(st.integers(0, base))
    share = Share(count, base, target)
    low, high = share.percent_interval
    goal = 100 * target
    if share.target_state == "unsure":
        assert low < goal < high
    else:
        assert goal <= low or high <= goal
        if share.target_state == "short":
            assert high < goal or count == base * target


def test_an_end_that_would_be_rounded_to_its_target_shows_a_decimal() -> None:
    share = Share(11, 18, 0.8)
    assert (share.whole_percent, share.target_state) == (61, "short")
    assert share.percent_interval == (39, 79.7)


@given(st.integers(1, 300), st.data(), st.sampled_from((0.3, 0.5, 0.8)))
def test_so_many_more_answers_at_the_same_share_are_enough_and_one_less_is_not(
    base: int, data: st.DataObject, target: float
) -> None:
    share = Share(data.draw(st.integers(0, base)), base, target)
    needed = share.answers_needed
    if needed is None or needed == 0:
        assert needed is None or share.target_state in ("met", "short")
        return
    part = share.count / base

    def is_settled(n: float) -> bool:
        low, high = wilson_interval(part * n, n)  # type: ignore[arg-type]
        return n >= 10 and not low < target < high

    assert is_settled(base + needed + 1e-6)
    assert needed == 1 or not is_settled(base + needed - 1 - 1e-6)


@pytest.mark.parametrize(
    ("share", "needed"),
    [
        (Share(0, 0, 0.8), 10),
        (Share(13, 16, 0.8), None),
        (Share(10, 16, 0.8), 5),
        (Share(50, 50, 0.8), 0),
        (Share(3, 9), None),
        (Share(0, 4, 0.0, above=False), 6),
    ],
)
def test_how_many_more_answers_until_a_verdict(share: Share, needed: int | None) -> None:  # fmt: skip
    assert share.answers_needed == needed
