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
from feedback_app.privacy.suppress import Key, Kind, Mark, Relation, suppress_tables
from feedback_app.reports.figures.questions import Asked
from feedback_app.reports.figures.shares import whole_percent
from feedback_app.reports.figures.tally import Group, Tally
from feedback_app.reports.publishing.relations import BASE, HEARD, Place, Scope, channel_of, measure_of, option_of
from feedback_app.survey.model import BANDS, Measure

FEWEST_HEARD = 10

Marks = dict[Key, Mark]


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it may leave: `value` is None where it is hidden, `mark` says how that is put."""

    value: int | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Column:
    """One published table, a column of the summary: the whole service in a month, or a band in a quarter."""

    scope: Scope
    marks: Mapping[Key, Mark]

    def heard_cell(self) -> Printed:
        """Children heard: a count of work for the whole service."""
        return self._at("", HEARD) or Printed(0, Mark.SHOWN)

    def channel_cell(self, channel: str) -> Printed:
        """Children heard by one channel."""
        return self._at("", channel_of(channel)) or Printed(0, Mark.SHOWN)

    def base_cell(self, question: str) -> Printed | None:
        """How many answered the question; None where nobody was asked."""
        return self._at(question, BASE)

    def option_cell(self, question: str, option: str) -> Printed | None:
        """How many chose the option; None where it was not offered."""
        return self._at(question, option_of(option))

    def measure_cells(self, question: Asked, measure: Measure) -> tuple[Printed, Printed] | None:
        """Count and base of a measure, which may be the question's own numbers; None where it is not taken here."""
        if measure not in self.scope.measures_taken(question):
            return None
        counting = {o for band in self.scope.bands for o in measure.counts.get(band, ())}
        one = next((o for o in self.scope.offered_options(question) if o in counting), "")
        count = self._at(question.id, measure_of(measure, "count")) or self._at(question.id, option_of(one))
        base = self._at(question.id, measure_of(measure, "base")) or self._at(question.id, BASE)
        return (count, base) if count and base else None

    def _at(self, question: str, what: str) -> Printed | None:
        cell = self.scope.cells.get(Place(self.scope.table, question, what))
        if cell is None:
            return None
        mark = Mark.SHOWN if cell.kind is Kind.KNOWN else self.marks[Place(self.scope.table, question, what)]
        return Printed(cell.value if mark is Mark.SHOWN else None, mark)


@dataclass(frozen=True, slots=True)
class Published:
    """What leaves with a month. `bands`: band -> its column for the quarter, only for bands that were heard in it."""

    month: Month
    quarter: tuple[Month, Month, Month]
    questions: tuple[Asked, ...]
    whole: Column
    bands: Mapping[str, Column]


def months_needed(month: Month) -> tuple[Month, ...]:
    """The months that a summary counts from."""
    return tuple(sorted({month, *month.last_full_quarter}))


def shown_percent(count: Printed | None, base: Printed | None) -> int | None:
    """The whole percent of two shown numbers; None where one is hidden or the base is under 10."""
    if count is None or base is None or count.value is None or base.value is None:
        return None
    return whole_percent(count.value, base.value)


def publish_month(tally: Tally, questions: Sequence[Asked], month: Month) -> Published:
    """The month's tables with what must be hidden hidden. `tally` has counted `months_needed(month)`."""
    quarter = month.last_full_quarter
    scopes, bands, marks = _quarter(tally, questions, quarter)
    whole = scopes.get(month)
    if whole is None:
        whole = _month(tally, questions, month)
        marks |= _suppress([whole])
    columns = {band: Column(scope, marks) for band, scope in bands.items()}
    return Published(month, quarter, tuple(questions), Column(whole, marks), columns)


def _quarter(
    tally: Tally, questions: Sequence[Asked], quarter: Sequence[Month]
) -> tuple[dict[Month, Scope], dict[str, Scope], Marks]:
    months = {month: _month(tally, questions, month) for month in quarter}
    heard = {group.band for group in tally.heard if group.month in months}
    bands = {band: _band(tally, questions, quarter, band) for band in BANDS if band in heard}
    frozen: Marks = {}
    for month in quarter[:-1]:
        frozen |= _suppress([months[month]])
    return months, bands, _suppress([*months.values(), *bands.values()], _links(months, bands), frozen)


def _band(tally: Tally, questions: Sequence[Asked], quarter: Sequence[Month], band: str) -> Scope:
    def where(group: Group) -> bool:
        return group.band == band and group.month in quarter

    return Scope(band, tally, questions, where, [band], pooled=False)


def _month(tally: Tally, questions: Sequence[Asked], month: Month) -> Scope:
    return Scope(str(month), tally, questions, lambda group: group.month == month, BANDS, pooled=True)


def _links(months: Mapping[Month, Scope], bands: Mapping[str, Scope]) -> list[Relation]:
    """A quarter's three months and its bands add up to the same, for each number that stands on both sides."""
    sides = [(1, cell) for scope in months.values() for cell in scope.cells.values()]
    sides += [(-1, cell) for scope in bands.values() for cell in scope.cells.values()]
    links: dict[tuple[str, str], dict[Key, int]] = defaultdict(dict)
    sums: Counter[tuple[str, str]] = Counter()
    for side, cell in sides:
        place = cast(Place, cell.key)
        if cell.kind is not Kind.REST:
            links[place.question, place.what][place] = side
            sums[place.question, place.what] += side * cell.value
    return [link for name, link in links.items() if sums[name] == 0 and set(link.values()) == {1, -1}]


def _suppress(
    scopes: Sequence[Scope], links: Sequence[Relation] = (), frozen: Mapping[Key, Mark] | None = None
) -> Marks:
    """Nothing is said of tables that speak of fewer than 10 children; the rest is suppressed together."""
    marks = {
        cell.key: Mark.WITHHELD
        for scope in scopes
        for cell in scope.cells.values()
        if cell.kind is Kind.PUBLISHED and scope.children < FEWEST_HEARD
    }
    cells = [cell for scope in scopes for cell in scope.cells.values()]
    relations = [relation for scope in scopes for relation in scope.relations]
    return suppress_tables(cells, [*relations, *links], marks | dict(frozen or {}))
