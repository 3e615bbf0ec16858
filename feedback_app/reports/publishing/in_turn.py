"""Counts that leave month after month, and the sums of months that leave beside them (rule V4). Pure.

A quarter less two of its months is the third: so what a report prints is chosen as if every report before it had left,
in the order in which they are handed over. The choice is the same each time, because it depends on the counts alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feedback_app.month import Month
from feedback_app.privacy.least_hidden import hide_fewest
from feedback_app.privacy.suppress import (
    FEWEST_SHOWN,
    Cell,
    CellKind,
    CellMark,
    Key,
    Relation,
)
from feedback_app.reports.publishing.published import FEWEST_HEARD, PrintedNumber

Counts = Mapping[str, int]
Unit = tuple[Month, ...]
"""A month, or three where sums of quarters alone are printed."""
MONTHS_IN_QUARTER = 3
MOST_SECONDS = 10.0
"""For the solver and one window; it takes some milliseconds."""


@dataclass(frozen=True, slots=True)
class CountedKinds:
    """What is counted beside one another. `sums`: (whole, parts) by the names of kinds.

    `known`: what a reader has anyway, as counts of work. `guarded`: what is never printed, and must not be derivable.
    `rest`: what only completes a sum. `long_only`: what a month does not print, and a longer period does.
    """

    sums: Sequence[tuple[str, Sequence[str]]] = ()
    known: Collection[str] = ()
    guarded: Collection[str] = ()
    rest: Collection[str] = ()
    long_only: Collection[str] = ()

    def as_tuples(self) -> CountedKinds:
        """The same in tuples, which can be looked up."""
        return CountedKinds(
            tuple((whole, tuple(parts)) for whole, parts in self.sums),
            *map(tuple, (self.known, self.guarded, self.rest, self.long_only)),
        )

    def kind_of(self, name: str) -> CellKind:
        """What happens to the numbers of that name."""
        if name in self.known:
            return CellKind.KNOWN
        if name in self.rest:
            return CellKind.REST
        return CellKind.GUARDED if name in self.guarded else CellKind.PUBLISHED

    def of_few(self, counts: Counts) -> set[str]:
        """What is a part of fewer than ten that a reader knows: nothing is said of it, not even which kinds are none.

        Of two children in one language everybody would know both.
        """
        few = {
            part
            for whole, parts in self.sums
            if whole in self.known and 0 < counts.get(whole, 0) < FEWEST_HEARD
            for part in parts
        }
        while True:
            parts_of_few = {
                part for whole, parts in self.sums if whole in few for part in parts
            }
            if parts_of_few <= few:
                return few
            few |= parts_of_few


@lru_cache(maxsize=64)
def calendar_windows(last: Month) -> tuple[tuple[Month, ...], ...]:
    """What reports of one calendar year print up to a month, in the order they are handed over; the month itself last.

    Its months, its quarters, and the year itself. They share no month with another year's.
    """
    months = [Month(last.year, number) for number in range(1, last.month + 1)]
    windows: list[tuple[Month, ...]] = []
    for month in months:
        windows.append((month,))
        if month.month % MONTHS_IN_QUARTER == 0:
            windows.append(month.quarter_months)
        if month.month == len(month.year_to_here):
            windows.append(month.year_to_here)
    return tuple(windows)


def publish_in_turn(
    counts: Mapping[Unit, Counts],
    windows: Sequence[Sequence[Unit]],
    kinds: CountedKinds,
    *,
    zeros_known: bool = False,
) -> dict[str, PrintedNumber]:
    """The numbers of the last window, as they may leave. `counts`: unit -> kind -> how many, 0 where it is missing.

    `zeros_known`: a reader knows each 0, because kinds without a child are not listed: then the choice is the same
    whatever kinds come up later.

    Many small tables, each chosen in milliseconds: the solver hides fewest, and where it is not there in time the own
    search of `privacy/suppress.py` chooses. What was chosen is kept for as long as it is asked for: the page of a
    report is opened again and again.
    """
    given = tuple((unit, tuple(each.items())) for unit, each in counts.items())
    in_order = tuple(tuple(window) for window in windows)
    return dict(_choose(given, in_order, kinds.as_tuples(), zeros_known=zeros_known))


@lru_cache(maxsize=256)
def _choose(
    given: tuple[tuple[Unit, tuple[tuple[str, int], ...]], ...],
    windows: tuple[tuple[Unit, ...], ...],
    kinds: CountedKinds,
    *,
    zeros_known: bool,
) -> Mapping[str, PrintedNumber]:
    counts: Mapping[Unit, Counts] = {unit: dict(each) for unit, each in given}
    used = {unit: counts.get(unit, {}) for window in windows for unit in window}
    names = list(dict.fromkeys(name for each in used.values() for name in each))
    names += [name for name in _named(kinds) if name not in names]
    table = _TableMaker(names, kinds, zeros_known=zeros_known)
    frozen: dict[Key, CellMark] = {}
    few: set[str] = set()
    cells: dict[Key, Cell] = {}
    relations: list[Relation] = []
    #: Texts, because a text keeps its hash: numbers are looked up a hundred thousand times. Of two that would do as
    #: well the first by `repr` is hidden, which these leave as it was.
    place_of = {unit: repr(unit) for unit in used}
    added: set[Unit] = set()
    for number, window in enumerate(windows):
        for unit in window:
            if unit not in added:
                table.add_cells(
                    cells, relations, place_of[unit], used[unit], printed=False
                )
                added.add(unit)
        total = {
            name: sum(used[unit].get(name, 0) for unit in window) for name in names
        }
        key = _window(number)
        table.add_cells(
            cells, relations, key, total, printed=True, is_unit=len(window) == 1
        )
        few = kinds.of_few(total) if zeros_known else set()
        for name in few:
            if cells[key, name].kind is CellKind.PUBLISHED:
                frozen[key, name] = CellMark.WITHHELD
        for name in names:
            parts: dict[Key, int] = {(place_of[unit], name): -1 for unit in window}
            relations.append({(key, name): 1, **parts})
        frozen = dict(
            hide_fewest(cells.values(), relations, frozen, seconds=MOST_SECONDS)
        )
    last = _window(len(windows) - 1)
    left_out = kinds.long_only if len(windows[-1]) == 1 else ()
    printed = {}
    for name in names:
        cell = cells[last, name]
        if name in left_out:
            printed[name] = PrintedNumber(None, CellMark.WITHHELD)
        elif cell.kind in (CellKind.PUBLISHED, CellKind.KNOWN):
            mark = frozen.get(cell.key, CellMark.SHOWN)
            if name in few:
                mark = CellMark.WITHHELD
            shown = cell.value if mark is CellMark.SHOWN else None
            printed[name] = PrintedNumber(shown, mark)
    return printed


def _window(number: int) -> str:
    return f" window {number}"


def publish_calendar(
    by_month: Mapping[Month, Counts], months: Sequence[Month], kinds: CountedKinds
) -> dict[str, PrintedNumber]:
    """The numbers of a month, a quarter or a calendar year; of other months sums of what quarters and months show.

    `by_month`: from January of the last month's year on, or from the first of the months.
    """
    wanted = tuple(months)
    counts: dict[Unit, Counts] = {(month,): each for month, each in by_month.items()}
    windows = calendar_windows(wanted[-1])
    if wanted in windows:
        # Only what it is made of matters: a month shares nothing with another month.
        before = windows[: windows.index(wanted)]
        upto = [window for window in before if set(window) <= set(wanted)]
        return publish_in_turn(
            counts,
            [[(month,) for month in window] for window in (*upto, wanted)],
            kinds,
            zeros_known=True,
        )
    each = [publish_calendar(by_month, piece, kinds) for piece in _pieces(wanted)]
    names = dict.fromkeys(name for numbers in each for name in numbers)
    return {name: _sum_of_shown([one.get(name) for one in each]) for name in names}


def _pieces(months: tuple[Month, ...]) -> list[tuple[Month, ...]]:
    """Other months as what was printed of them: whole quarters, and the months before, between and after them."""
    pieces: list[tuple[Month, ...]] = []
    for month in months:
        quarter = month.quarter_months
        if not set(quarter) <= set(months):
            pieces.append((month,))
        elif month == quarter[0]:
            pieces.append(quarter)
    return pieces


def publish_alone(number: int) -> PrintedNumber:
    """A number that stands in no sum, so that nothing else gives it away."""
    is_small = 0 < number < FEWEST_SHOWN
    return PrintedNumber(
        None if is_small else number, CellMark.FEW if is_small else CellMark.SHOWN
    )


def _sum_of_shown(numbers: Sequence[PrintedNumber | None]) -> PrintedNumber:
    values = [number.value if number else 0 for number in numbers]
    if any(value is None for value in values):
        return PrintedNumber(None, CellMark.WITHHELD)
    return PrintedNumber(sum(value or 0 for value in values), CellMark.SHOWN)


def _named(kinds: CountedKinds) -> list[str]:
    return [name for whole, parts in kinds.sums for name in (whole, *parts)]


class _TableMaker:
    """Adds the cells of one unit or window, with the sums that they make up."""

    def __init__(
        self, names: Sequence[str], kinds: CountedKinds, *, zeros_known: bool
    ) -> None:
        self._names, self._kinds, self._zeros_known = names, kinds, zeros_known

    def add_cells(
        self,
        cells: dict[Key, Cell],
        relations: list[Relation],
        at: Key,
        counts: Counts,
        *,
        printed: bool,
        is_unit: bool = False,
    ) -> None:
        """One table. Not printed: its numbers are guarded alone. `is_unit`: it is a month's own."""
        none = self._known_zeros(counts) if self._zeros_known else set()
        long_only = self._kinds.long_only if is_unit else ()
        for name in self._names:
            kind = self._kinds.kind_of(name)
            if name in none:
                kind = CellKind.KNOWN
            elif kind is CellKind.PUBLISHED and (not printed or name in long_only):
                kind = CellKind.GUARDED
            cells[at, name] = Cell((at, name), counts.get(name, 0), kind)
        for whole, parts in self._kinds.sums:
            relation: dict[Key, int] = {(at, whole): 1}
            relation |= {(at, part): -1 for part in parts}
            relations.append(relation)

    def _known_zeros(self, counts: Counts) -> set[str]:
        """What is 0 and known to be: kinds that are not listed for it, and the parts of what is known to be 0.

        Of a row that is listed a part is not known to be 0: it may be hidden.
        """
        kinds = self._kinds
        none = {
            name
            for name in self._names
            if not counts.get(name, 0)
            and name not in kinds.long_only
            and kinds.kind_of(name) in (CellKind.PUBLISHED, CellKind.KNOWN)
        }
        while True:
            parts = {
                part for whole, parts in kinds.sums if whole in none for part in parts
            }
            if parts <= none:
                return none
            none |= parts
