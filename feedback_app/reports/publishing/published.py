"""What a month's summary says about answers, once nothing in it can point at a child (promise 25). Pure.

Published with a month: the whole service in that month, and each band in the last full quarter (rule R1). The
three months of a quarter and its bands are numbers of the same children, so they are suppressed together: the first
two months as they left with their own summaries, the third with the quarter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from feedback_app.month import Month
from feedback_app.privacy.suppress import (
    CellKind,
    CellMark,
    Key,
    Relation,
    suppress_tables,
)
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.figures.shares import whole_percent
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.reports.publishing.count_table import CountTable
from feedback_app.reports.publishing.places import (
    BASE,
    HEARD,
    CellPlace,
    channel_cell,
    measure_cell,
    option_cell,
)
from feedback_app.survey.model import BANDS, Measure

FEWEST_HEARD = 10
"""A table of fewer children says nothing at all."""

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
        return self._printed("", HEARD) or PrintedNumber(0, CellMark.SHOWN)

    def channel_cell(self, channel: str) -> PrintedNumber:
        """Children heard by one channel."""
        return self._printed("", channel_cell(channel)) or PrintedNumber(
            0, CellMark.SHOWN
        )

    def base_cell(self, question: str) -> PrintedNumber | None:
        """How many answered the question; None where nobody was asked."""
        return self._printed(question, BASE)

    def option_cell(self, question: str, option: str) -> PrintedNumber | None:
        """How many chose the option; None where it was not offered."""
        return self._printed(question, option_cell(option))

    def measure_cells(
        self, question: AskedQuestion, measure: Measure
    ) -> tuple[PrintedNumber, PrintedNumber] | None:
        """Count and base of a measure, which may be the question's own numbers; None where it is not taken here."""
        if measure not in self.counts.measures_taken(question):
            return None
        # What is missing as a number of its own is the question's own number: see CountTable.
        count = self._printed(
            question.id, measure_cell(measure, "count")
        ) or self._only_option(question, measure)
        base = self._printed(
            question.id, measure_cell(measure, "base")
        ) or self._printed(question.id, BASE)
        return (count, base) if count and base else None

    def _only_option(
        self, question: AskedQuestion, measure: Measure
    ) -> PrintedNumber | None:
        """The count of the one option that counts for the measure."""
        counting = {
            option
            for band in self.counts.bands
            for option in measure.counts.get(band, ())
        }
        for option in question.offered_options(self.counts.bands):
            if option in counting:
                return self._printed(question.id, option_cell(option))
        return None

    def _printed(self, question: str, what: str) -> PrintedNumber | None:
        place = CellPlace(self.counts.name, question, what)
        cell = self.counts.cells.get(place)
        if cell is None:
            return None
        mark = CellMark.SHOWN if cell.kind is CellKind.KNOWN else self.marks[place]
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


def percent_to_print(
    count: PrintedNumber | None, base: PrintedNumber | None
) -> int | None:
    """The whole percent of two shown numbers; None where one is hidden or the base is under 10."""
    if count is None or base is None or count.value is None or base.value is None:
        return None
    return whole_percent(count.value, base.value)


def publish_month(
    tally: Tally, questions: Sequence[AskedQuestion], month: Month
) -> Published:
    """The month's tables with what must be hidden hidden. `tally` has counted `months_needed(month)`."""
    quarter = month.last_full_quarter
    month_tables = {each: _month_table(tally, questions, each) for each in quarter}
    band_tables = _band_tables(tally, questions, quarter)
    marks = _quarter_marks(quarter, month_tables, band_tables)
    whole = month_tables.get(month)
    if whole is None:
        whole = _month_table(tally, questions, month)
        marks |= _suppress([whole])
    bands = {band: PublishedTable(table, marks) for band, table in band_tables.items()}
    return Published(
        month, quarter, tuple(questions), PublishedTable(whole, marks), bands
    )


def _month_table(
    tally: Tally, questions: Sequence[AskedQuestion], month: Month
) -> CountTable:
    return CountTable(
        str(month),
        tally,
        questions,
        lambda group: group.month == month,
        BANDS,
        pooled=True,
    )


def _band_tables(
    tally: Tally, questions: Sequence[AskedQuestion], quarter: Sequence[Month]
) -> dict[str, CountTable]:
    """A table for each band that was heard in the quarter."""
    heard = {group.band for group in tally.heard if group.month in quarter}
    return {
        band: _band_table(tally, questions, quarter, band)
        for band in BANDS
        if band in heard
    }


def _band_table(
    tally: Tally,
    questions: Sequence[AskedQuestion],
    quarter: Sequence[Month],
    band: str,
) -> CountTable:
    def is_in_band(group: ChildGroup) -> bool:
        return group.band == band and group.month in quarter

    return CountTable(band, tally, questions, is_in_band, [band], pooled=False)


def _quarter_marks(
    quarter: Sequence[Month],
    months: Mapping[Month, CountTable],
    bands: Mapping[str, CountTable],
) -> Marks:
    """Marks of the quarter's months and bands. The first two months have left before: their marks stay."""
    frozen: Marks = {}
    for month in quarter[:-1]:
        frozen |= _suppress([months[month]])
    return _suppress(
        [*months.values(), *bands.values()], _quarter_relations(months, bands), frozen
    )


def _quarter_relations(
    months: Mapping[Month, CountTable], bands: Mapping[str, CountTable]
) -> list[Relation]:
    """A quarter's three months and its bands add up to the same, for each number that stands on both sides."""
    relations: dict[tuple[str, str], dict[Key, int]] = defaultdict(dict)
    differences: Counter[tuple[str, str]] = Counter()
    for factor, tables in ((1, months.values()), (-1, bands.values())):
        for table in tables:
            for cell in table.cells.values():
                if cell.kind is CellKind.REST:
                    continue
                place = cast(CellPlace, cell.key)
                relations[place.question, place.what][place] = factor
                differences[place.question, place.what] += factor * cell.value
    # A number that one side lacks (a question of one band only) has a difference, or a single side: no relation.
    return [
        relation
        for name, relation in relations.items()
        if differences[name] == 0 and set(relation.values()) == {1, -1}
    ]


def _suppress(
    tables: Sequence[CountTable],
    links: Sequence[Relation] = (),
    frozen: Mapping[Key, CellMark] | None = None,
) -> Marks:
    """Withhold all of tables that speak of fewer than 10 children, then suppress the rest together."""
    withheld: Marks = {}
    for table in tables:
        if table.children < FEWEST_HEARD:
            printed = [
                cell.key
                for cell in table.cells.values()
                if cell.kind is CellKind.PUBLISHED
            ]
            withheld |= dict.fromkeys(printed, CellMark.WITHHELD)
    cells = [cell for table in tables for cell in table.cells.values()]
    relations = [relation for table in tables for relation in table.relations]
    return suppress_tables(cells, [*relations, *links], withheld | dict(frozen or {}))
