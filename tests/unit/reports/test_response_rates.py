"""A quarter's response rates beside those of its months: no small number of a row is worked out (promise 25)."""

from __future__ import annotations

import random
from collections.abc import Iterable

import highspy
import numpy as np
import pytest

from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.content.response_rates import (
    ANSWERED,
    ASKED,
    WITHOUT,
    publish_rates,
)
from feedback_app.reports.figures.asked import AskedCounts
from feedback_app.reports.publishing.published import PrintedNumber
from tests.support.exact_search import another_fits

MONTHS = Month(2026, 3).quarter_months
WAYS = ("drawn", "next_due", "child_asked")
PARTS = (ANSWERED, *WITHOUT)


class RateReader:
    """All tables of months, ways and what became of each child that fit what is printed."""

    def __init__(self) -> None:
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.places = {
            (month, way, part): number
            for number, (month, way, part) in enumerate(
                (month, way, part) for month in MONTHS for way in WAYS for part in PARTS
            )
        }
        none = np.array([], dtype=np.int32)
        for _place in self.places:
            self.solver.addCol(0.0, 0.0, 60.0, 0, none, none.astype(float))

    def learns(
        self,
        months: Iterable[Month],
        ways: Iterable[str],
        parts: Iterable[str],
        printed: PrintedNumber,
    ) -> None:
        """What is printed of a sum."""
        low, high = 0.0, 999.0
        if printed.mark is CellMark.SHOWN:
            low = high = float(printed.value or 0)
        elif printed.mark is CellMark.FEW:
            low, high = 1.0, 4.0
        at = np.array(self._sum(months, ways, parts), dtype=np.int32)
        self.solver.addRow(low, high, len(at), at, np.ones(len(at)))

    def is_sure_of(
        self, months: Iterable[Month], ways: Iterable[str], parts: Iterable[str], n: int
    ) -> bool:
        """Whether the sum can be no other than that."""
        at = self._sum(months, ways, parts)
        column = self.solver.getNumCol()
        none = np.array([], dtype=np.int32)
        self.solver.addCol(0.0, 0.0, 999.0, 0, none, none.astype(float))
        places = np.array([*at, column], dtype=np.int32)
        factors = np.array([*np.ones(len(at)), -1.0])
        self.solver.addRow(0.0, 0.0, len(places), places, factors)
        return not another_fits(self.solver, column, n)

    def _sum(
        self, months: Iterable[Month], ways: Iterable[str], parts: Iterable[str]
    ) -> list[int]:
        ways, parts = tuple(ways), tuple(parts)
        return [self.places[m, w, p] for m in months for w in ways for p in parts]


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(2, 8))]
)
def test_p25_rates_of_a_quarter_and_its_months_give_no_small_number_away(
    seed: int,
) -> None:
    chance = random.Random(seed)
    found = {
        month: {
            way: AskedCounts(
                answered=chance.choice([0, 2, 5, 9]),
                said_no=chance.choice([0, 1, 3]),
                unanswered=chance.choice([0, 2, 6]),
                waiting=chance.choice([0, 0, 1]),
            )
            for way in WAYS
        }
        for month in MONTHS
    }

    def number(month: Month, way: str, part: str) -> int:
        own = found[month][way]
        return (own.answered, own.said_no, own.unanswered, own.waiting)[
            PARTS.index(part)
        ]

    reader = RateReader()
    shown = PrintedNumber
    for month in MONTHS:
        month_numbers = publish_rates(found, (month,), in_months=(ASKED, ANSWERED))
        for part in PARTS:
            total = sum(number(month, way, part) for way in WAYS)
            reader.learns((month,), WAYS, (part,), shown(total, CellMark.SHOWN))
        for way in WAYS:
            reader.learns((month,), (way,), PARTS, month_numbers[way])
            answered = month_numbers[f"{way} {ANSWERED}"]
            reader.learns((month,), (way,), (ANSWERED,), answered)
            assert month_numbers[f"{way} said no"].mark is not CellMark.SHOWN
    quarter = publish_rates(found, MONTHS, in_months=(ASKED, ANSWERED))
    for way in WAYS:
        reader.learns(MONTHS, (way,), PARTS, quarter[way])
        for part in PARTS:
            reader.learns(MONTHS, (way,), (part,), quarter[f"{way} {part}"])
    for months in (*((month,) for month in MONTHS), MONTHS):
        for way in WAYS:
            for parts in (PARTS, WITHOUT, *((part,) for part in PARTS)):
                n = sum(number(month, way, part) for month in months for part in parts)
                if 0 < n < 5:
                    assert not reader.is_sure_of(months, (way,), parts, n), (
                        months,
                        way,
                        parts,
                    )


def test_a_council_year_adds_up_what_its_quarters_print() -> None:
    months = [Month(2026, 1).add_months(ahead) for ahead in range(15)]
    one = {
        "drawn": AskedCounts(answered=8, said_no=6, unanswered=5),
        "next_due": AskedCounts(answered=9, said_no=7, unanswered=6),
    }
    found = dict.fromkeys(months, one)
    year = publish_rates(found, months[3:], in_months=(ASKED, ANSWERED))
    assert year["drawn"].value == 12 * 19
    assert year["drawn said no"].value == 12 * 6
    odd = publish_rates(found, months[3:8], in_months=(ASKED, ANSWERED))
    assert odd["drawn"].value == 5 * 19
    assert odd["drawn said no"].value is None, "no month prints it"
