"""How the children of a month were chosen, and how many were not safe to ask, as numbers that may leave (rule V4)."""

from __future__ import annotations

from collections.abc import Mapping

from feedback_app.privacy.suppress import (
    FEWEST_SHOWN,
    Cell,
    CellKind,
    CellMark,
    sum_relation,
    suppress_tables,
)
from feedback_app.reports.figures.asked import ChosenCounts
from feedback_app.reports.publishing.published import PrintedNumber

_ALL = "all who were asked"


def publish_chosen(chosen: ChosenCounts) -> Mapping[str, PrintedNumber]:
    """Each way that occurred, with its number as it may leave beside the number of all who were asked."""
    ways = chosen.ways
    cells = [Cell(way, number) for way, number in ways.items()]
    every = Cell(_ALL, sum(ways.values()), CellKind.KNOWN)
    marks = suppress_tables([every, *cells], [sum_relation(_ALL, ways)])
    return {way: _printed(number, marks[way]) for way, number in ways.items()}


def publish_not_safe(number: int) -> PrintedNumber:
    """It stands in no sum, so that nothing else gives it away."""
    is_small = 0 < number < FEWEST_SHOWN
    return _printed(number, CellMark.FEW if is_small else CellMark.SHOWN)


def _printed(number: int, mark: CellMark) -> PrintedNumber:
    return PrintedNumber(number if mark is CellMark.SHOWN else None, mark)
