"""What a month's summary says about answers, once nothing in it can point at a child (promise 25). Pure.

Published with a month: the whole service in that month, and each band in the last full quarter (settled.md). The
three months of a quarter and its bands are numbers of the same children, so they are suppressed together: the first
two months as they left with their own summaries, the third with the quarter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from feedback_app.month import Month
from feedback_app.privacy.suppress import CellKind, CellMark, Key, Relation, suppress_tables
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.figures.shares import whole_percent
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.reports.publishing.count_table import (
    BASE,
    HEARD,
    CellPlace,
    CountTable,
    channel_cell,
    measure_cell,
    option_cell,
)
from feedback_app.survey.model import BANDS, Measure

FEWEST_HEARD = 10

Marks = dict[Key, CellMark]


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as it may leave: `value` is None where it is hidden, `mark` says how that is put."""

    value: int | None
    mark: CellMark


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One published table, a column of the summary: the whole service in a month, or a band in a quarter."""

    counts: CountTable
    marks: Mapping[Key, CellMark]

    def heard_cell(self) -> PrintedNumber:
        """Children heard: a count of work for the whole service."""
        return self._at("", HEARD) or PrintedNumber(0, CellMark.SHOWN)

    def channel_cell(self, channel: str) -> PrintedNumber:
        """Children heard by one channel."""
        return self._at("", channel_cell(channel)) or PrintedNumber(0, CellMark.SHOWN)

    def base_cell(self, question: str) -> PrintedNumber | None:
        """How many answered the question; None where nobody was asked."""
        return self._at(question, BASE)

    def option_cell(self, question: str, option: str) -> PrintedNumber | None:
        """How many chose the option; None where it was not offered."""
        return self._at(question, option_cell(option))

    def measure_cells(self, question: AskedQuestion, measure: Measure) -> tuple[PrintedNumber, PrintedNumber] | None:
        """Count and base of a measure, which may be the question's own numbers; None where it is not taken here."""
        if measure not in self.counts.measures_taken(question):
            return None
        counting = {o for band in self.counts.bands for o in measure.counts.get(band, ())}
        one = next((o for o in self.counts.offered_options(question) if o in counting), "")
        count = self._at(question.id, measure_cell(measure, "count")) or self._at(question.id, option_cell(one))
        base = self._at(question.id, measure_cell(measure, "base")) or self._at(question.id, BASE)
        return (count, base) if count and base else None

    def _at(self, question: str, what: str) -> PrintedNumber | None:
        cell = self.counts.cells.get(CellPlace(self.counts.table, question, what))
        if cell is None:
            return None
        mark = (
            CellMark.SHOWN if cell.kind is CellKind.KNOWN else self.marks[CellPlace(self.counts.table, question, what)]
        )
        return PrintedNumber(cell.value if mark is CellMark.SHOWN else None, mark)


@dataclass(frozen=True, slots=True)
class Published:
    """What leaves with a month. `bands`: band -> its column for the quarter, only for bands that were heard in it."""

    month: Month
    quarter: tuple[Month, Month, Month]
    questions: tuple[AskedQuestion, ...]
    whole: PublishedTable
    bands: Mapping[str, PublishedTable]


def months_needed(month: Month) -> tuple[Month, ...]:
    """The months that a summary counts from."""
    return tuple(sorted({month, *month.last_full_quarter}))


def percent_to_print(count: PrintedNumber | None, base: PrintedNumber | None) -> int | None:
    """The whole percent of two shown numbers; None where one is hidden or the base is under 10."""
    if count is None or base is None or count.value is None or base.value is None:
        return None
    return whole_percent(count.value, base.value)


def publish_month(tally: Tally, questions: Sequence[AskedQuestion], month: Month) -> Published:
    """The month's tables with what must be hidden hidden. `tally` has counted `months_needed(month)`."""
    quarter = month.last_full_quarter
    scopes, bands, marks = _quarter(tally, questions, quarter)
    whole = scopes.get(month)
    if whole is None:
        whole = _month(tally, questions, month)
        marks |= _suppress([whole])
    columns = {band: PublishedTable(scope, marks) for band, scope in bands.items()}
    return Published(month, quarter, tuple(questions), PublishedTable(whole, marks), columns)


def _quarter(
    tally: Tally, questions: Sequence[AskedQuestion], quarter: Sequence[Month]
) -> tuple[dict[Month, CountTable], dict[str, CountTable], Marks]:
    months = {month: _month(tally, questions, month) for month in quarter}
    heard = {group.band for group in tally.heard if group.month in months}
    bands = {band: _band(tally, questions, quarter, band) for band in BANDS if band in heard}
    frozen: Marks = {}
    for month in quarter[:-1]:
        frozen |= _suppress([months[month]])
    return months, bands, _suppress([*months.values(), *bands.values()], _links(months, bands), frozen)


def _band(tally: Tally, questions: Sequence[AskedQuestion], quarter: Sequence[Month], band: str) -> CountTable:
    def where(group: ChildGroup) -> bool:
        return group.band == band and group.month in quarter

    return CountTable(band, tally, questions, where, [band], pooled=False)


def _month(tally: Tally, questions: Sequence[AskedQuestion], month: Month) -> CountTable:
    return CountTable(str(month), tally, questions, lambda group: group.month == month, BANDS, pooled=True)


def _links(months: Mapping[Month, CountTable], bands: Mapping[str, CountTable]) -> list[Relation]:
    """A quarter's three months and its bands add up to the same, for each number that stands on both sides."""
    sides = [(1, cell) for scope in months.values() for cell in scope.cells.values()]
    sides += [(-1, cell) for scope in bands.values() for cell in scope.cells.values()]
    links: dict[tuple[str, str], dict[Key, int]] = defaultdict(dict)
    sums: Counter[tuple[str, str]] = Counter()
    for side, cell in sides:
        place = cast(CellPlace, cell.key)
        if cell.kind is not CellKind.REST:
            links[place.question, place.what][place] = side
            sums[place.question, place.what] += side * cell.value
    return [link for name, link in links.items() if sums[name] == 0 and set(link.values()) == {1, -1}]


def _suppress(
    scopes: Sequence[CountTable], links: Sequence[Relation] = (), frozen: Mapping[Key, CellMark] | None = None
) -> Marks:
    """Nothing is said of tables that speak of fewer than 10 children; the rest is suppressed together."""
    marks = {
        cell.key: CellMark.WITHHELD
        for scope in scopes
        for cell in scope.cells.values()
        if cell.kind is CellKind.PUBLISHED and scope.children < FEWEST_HEARD
    }
    cells = [cell for scope in scopes for cell in scope.cells.values()]
    relations = [relation for scope in scopes for relation in scope.relations]
    return suppress_tables(cells, [*relations, *links], marks | dict(frozen or {}))
