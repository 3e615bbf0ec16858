"""Counts that leave month after month: no sum of months gives a small number of one month away."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest

from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.publishing.in_turn import (
    CountedKinds,
    calendar_windows,
    publish_calendar,
    publish_in_turn,
)
from feedback_app.reports.publishing.published import PrintedNumber

MONTHS = Month(2026, 3).quarter_months
KINDS = CountedKinds(sums=[("all", ["a", "b"])], known=("all",))
HIGHEST = 9


def fits(value: int, printed: PrintedNumber) -> bool:
    """Whether a reader must think the value possible."""
    if printed.mark is CellMark.SHOWN:
        return value == printed.value
    return printed.mark is CellMark.WITHHELD or 1 <= value <= 4


def test_the_windows_of_a_year_are_its_months_its_quarters_and_itself() -> None:
    windows = calendar_windows(Month(2026, 12))
    assert [len(window) for window in windows] == [1, 1, 1, 3] * 4 + [12]
    assert calendar_windows(Month(2026, 4))[-1] == (Month(2026, 4),)


@pytest.mark.parametrize("seed", range(6))
def test_p25_a_quarter_less_its_months_gives_no_small_number_away(seed: int) -> None:
    chance = random.Random(seed)
    counts = {
        month: {"a": chance.choice([0, 1, 2, 3, 6]), "b": chance.choice([0, 2, 5, 7])}
        for month in MONTHS
    }
    for own in counts.values():
        own["all"] = own["a"] + own["b"]
    by_month = [publish_calendar(counts, (month,), KINDS) for month in MONTHS]
    quarter = publish_calendar(counts, MONTHS, KINDS)
    possible: list[Sequence[int]] = [
        every
        for every in itertools.product(range(HIGHEST + 1), repeat=3)
        if all(
            fits(a, printed["a"]) and fits(own["all"] - a, printed["b"])
            for a, printed, own in zip(every, by_month, counts.values(), strict=True)
            if own["all"] >= a
        )
        and all(own["all"] >= a for a, own in zip(every, counts.values(), strict=True))
        and fits(sum(every), quarter["a"])
        and fits(sum(own["all"] for own in counts.values()) - sum(every), quarter["b"])
    ]
    assert tuple(own["a"] for own in counts.values()) in possible
    for number, own in enumerate(counts.values()):
        seen = {every[number] for every in possible}
        for name, values in (("a", seen), ("b", {own["all"] - a for a in seen})):
            if 0 < own[name] < 5:
                assert len(values) > 1, (counts, number, name)


@pytest.mark.parametrize("seed", range(4))
def test_p25_a_year_less_its_quarters_gives_no_small_number_away(seed: int) -> None:
    """Every table of two kinds over twelve months that fits all that is printed, by each quarter's possible sums."""
    chance = random.Random(seed)
    year = Month(2026, 12).year_to_here
    counts = {
        month: {
            "a": chance.choice([0, 1, 2, 4, 6, 9]),
            "b": chance.choice([3, 7, 9, 12]),
        }
        for month in year
    }
    for own in counts.values():
        own["all"] = own["a"] + own["b"]

    quarters = [Month(2026, number).quarter_months for number in (1, 4, 7, 10)]
    left = {
        months: publish_calendar(counts, months, KINDS)
        for months in (*((month,) for month in year), *quarters, year)
    }

    def possible(months: tuple[Month, ...], a: int) -> bool:
        printed = left[months]
        rest = sum(counts[month]["all"] for month in months) - a
        return rest >= 0 and fits(a, printed["a"]) and fits(rest, printed["b"])

    of_month = {
        month: [a for a in range(counts[month]["all"] + 1) if possible((month,), a)]
        for month in year
    }
    sums = [
        [
            every
            for every in itertools.product(*(of_month[month] for month in quarter))
            if sum(every) in fitting
        ]
        for quarter in quarters
        for fitting in [{a for a in range(80) if possible(quarter, a)}]
    ]
    fits_year = {a for a in range(300) if possible(year, a)}
    totals = [{sum(every) for every in one} for one in sums]
    for number, quarter in enumerate(quarters):
        others = {
            sum(rest)
            for rest in itertools.product(
                *(one for at, one in enumerate(totals) if at != number)
            )
        }
        fitting = [
            every
            for every in sums[number]
            if any(sum(every) + rest in fits_year for rest in others)
        ]
        for place, month in enumerate(quarter):
            seen = {every[place] for every in fitting}
            assert counts[month]["a"] in seen
            if 0 < counts[month]["a"] < 5 or 0 < counts[month]["b"] < 5:
                assert len(seen) > 1, (month, counts[month])


def test_what_a_month_prints_is_the_same_whatever_comes_later() -> None:
    chance = random.Random(7)
    names = ["a", "b", "c"]
    counts: dict[Month, dict[str, int]] = {}
    for month in MONTHS:
        own = {name: chance.choice([0, 4, 6, 8, 12]) for name in names}
        counts[month] = own | {"all": sum(own.values())}
    kinds = CountedKinds(sums=[("all", names)], known=("all",))
    alone = publish_calendar({MONTHS[0]: counts[MONTHS[0]]}, MONTHS[:1], kinds)
    later = {month: {**own, "new": 0} for month, own in counts.items()}
    later[MONTHS[2]] |= {"new": 6, "all": counts[MONTHS[2]]["all"] + 6}
    wider = CountedKinds(sums=[("all", [*names, "new"])], known=("all",))
    again = publish_calendar(later, MONTHS[:1], wider)
    assert {name: again[name] for name in alone} == alone
    assert again["new"].value == 0


def test_who_of_a_kind_did_not_answer_is_not_what_is_left() -> None:
    """Asked less answered is who did not: of each way of choosing it is guarded, though it is never printed."""
    kinds = CountedKinds(
        sums=[
            ("asked", ["diary", "lot"]),
            ("answered", ["diary answered", "lot answered"]),
            ("diary", ["diary answered", "diary other"]),
            ("lot", ["lot answered", "lot other"]),
        ],
        known=("asked", "answered"),
        guarded=("diary other", "lot other"),
    )
    own = {
        "diary": 11,
        "diary answered": 10,
        "diary other": 1,
        "lot": 8,
        "lot answered": 8,
    }
    counts = {MONTHS[0]: {**own, "lot other": 0, "asked": 19, "answered": 18}}
    numbers = publish_calendar(counts, MONTHS[:1], kinds)
    assert None in (numbers["diary"].value, numbers["diary answered"].value)


def test_of_fewer_than_ten_nothing_is_said() -> None:
    counts = {MONTHS[0]: {"a": 2, "b": 0, "all": 2}}
    few = publish_calendar(counts, MONTHS[:1], KINDS)
    assert {few[name].mark for name in ("a", "b")} == {CellMark.WITHHELD}


def test_the_sum_of_other_months_is_shown_only_where_each_month_is() -> None:
    counts = {
        Month(2026, 1): {"a": 6},
        Month(2026, 2): {"a": 7},
        Month(2026, 3): {"a": 2},
    }
    plain = CountedKinds()
    two = publish_calendar(counts, (Month(2026, 1), Month(2026, 2)), plain)
    assert two["a"].value == 13
    other = publish_calendar(counts, (Month(2026, 2), Month(2026, 3)), plain)
    assert other["a"].mark is CellMark.WITHHELD


def test_what_rolls_on_by_a_quarter_does_not_give_the_new_quarter_away() -> None:
    units = [Month(2025, 3).add_months(3 * ahead).quarter_months for ahead in range(6)]
    counts = {unit: {"a": 0} for unit in units}
    counts[units[4]], counts[units[5]] = {"a": 6}, {"a": 2}
    windows = [units[0:4], units[1:5], units[2:6]]
    plain = CountedKinds()
    shown = [
        publish_in_turn(counts, windows[:upto], plain)["a"].value for upto in (1, 2, 3)
    ]
    # Nothing in the first four quarters, then 6: a third sum of 8 would say that the new quarter had 2.
    assert shown == [0, 6, None]
