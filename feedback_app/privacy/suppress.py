"""Which numbers may leave, when tables are handed over together: promise 25. Pure, no SQL.

The rule (docs/rules.md, V4): 0 is shown; 1 to 4 is hidden and said to be "fewer than 5"; and no hidden small number
may be worked out from all that is published, earlier tables included. So further numbers are withheld until there is,
for each small number, another whole-number table that fits everything that is published, the words "fewer than 5"
and "never below 0" too, and in which that number is a different one. Such a table is looked for step by step: change
the number by one, mend each relation that then fails by changing one other hidden number. Finding one proves that
neither subtraction nor a bound gives the number away; not finding one withholds the smallest further number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

FEWEST_SHOWN = 5
MOST_STEPS = 400
"""How many relations one search may mend before it counts as failed."""
MOST_WITHHELD_FOR_ONE = 12
"""How many numbers are withheld one by one for the sake of a single small one, before all around it is withheld."""
MOST_CHANGED = 120
"""In how many numbers the other table may differ."""

Key = Hashable
Relation = Mapping[Key, int]


class CellKind(Enum):
    """What happens to a number: it may be printed; it is never printed but must not be derivable; it is known
    anyway (a count of work); or it only completes a relation ("those who were asked and left it empty")."""

    PUBLISHED = "published"
    GUARDED = "guarded"
    KNOWN = "known"
    REST = "rest"


class CellMark(Enum):
    """How a number is printed: as it is, as "fewer than 5", or as "not shown"."""

    SHOWN = "shown"
    FEW = "few"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Cell:
    """One count, named by its key."""

    key: Key
    value: int
    kind: CellKind = CellKind.PUBLISHED

    @property
    def is_small(self) -> bool:
        """Whether the count could point at a child."""
        return 0 < self.value < FEWEST_SHOWN


def sum_relation(total: Key, parts: Iterable[Key]) -> Relation:
    """The relation "these parts add up to that total"."""
    return {total: 1} | dict.fromkeys(parts, -1)


def suppress_tables(
    cells: Iterable[Cell],
    relations: Iterable[Relation],
    frozen: Mapping[Key, CellMark] | None = None,
) -> dict[Key, CellMark]:
    """Marks for all PUBLISHED cells that are published together.

    `relations`: cell key -> factor; each sums to 0 over the cells' values (ValueError if not). `frozen` are the marks
    of tables that have already left: they stay, and new numbers are withheld so that the old ones are not given away.
    Their cells carry the values that left (ValueError if "fewer than 5" was said of another number).
    """
    tables = SuppressedTables(
        {cell.key: cell for cell in cells}, list(relations), frozen or {}
    )
    given_up: set[Key] = set()
    # The smallest numbers first: what is withheld for them often hides the larger ones too.
    for key in sorted(tables.guarded, key=lambda k: (tables.cells[k].value, repr(k))):
        if key not in given_up:
            given_up |= _protect(tables, key)
    return tables.marks


def _protect(tables: SuppressedTables, key: Key) -> set[Key]:
    """Withhold numbers until nobody can work this one out. Returns the keys for which no more need be tried."""
    for _attempt in range(MOST_WITHHELD_FOR_ONE):
        if not tables.says_something:
            return set()
        failed = tables.failed_relations(key)
        if not failed:
            return set()
        # First where the search for another table came closest; if all is withheld there, near the number itself.
        if not tables.withhold_in(failed) and not tables.withhold_near(key):
            return set()
    return tables.withhold_around(key)


class SuppressedTables:
    """Tables that leave together while marks are being chosen. `guarded`: the numbers that must stay hidden, by key.

    `relations_of`: key -> the numbers of the relations that it stands in.
    """

    def __init__(
        self,
        cells: dict[Key, Cell],
        relations: list[Relation],
        frozen: Mapping[Key, CellMark],
    ) -> None:
        self.cells, self.relations, self.frozen = cells, relations, frozen
        self.relations_of: dict[Key, list[int]] = defaultdict(list)
        for number, relation in enumerate(relations):
            _check_sum(cells, relation)
            for key in relation:
                self.relations_of[key].append(number)
        published = [cell for cell in cells.values() if cell.kind is CellKind.PUBLISHED]
        _check_frozen(published, frozen)
        self.marks = {
            cell.key: frozen.get(cell.key, _first_mark(cell)) for cell in published
        }
        self.guarded = [
            cell.key for cell in cells.values() if self._must_stay_hidden(cell)
        ]

    @property
    def says_something(self) -> bool:
        """Whether anything at all is printed."""
        return any(mark is not CellMark.WITHHELD for mark in self.marks.values())

    def possible_range(self, key: Key) -> tuple[int, float]:
        """From which to which value a reader must think the number possible, at least."""
        cell = self.cells[key]
        mark = self.marks.get(key)
        if mark is CellMark.FEW:
            return 1, FEWEST_SHOWN - 1
        if mark is CellMark.WITHHELD:
            return self.range_if_withheld(key)
        if mark is None and cell.kind in (CellKind.REST, CellKind.GUARDED):
            return 0, float("inf")
        return cell.value, cell.value

    def range_if_withheld(self, key: Key) -> tuple[int, float]:
        """The same, were the number withheld.

        Of 5 and more only 5 and more counts as possible: the proof must not rest on values that would have been said
        to be "fewer than 5".
        """
        is_large = self.cells[key].value >= FEWEST_SHOWN
        return (FEWEST_SHOWN if is_large else 0), float("inf")

    def is_known(self, key: Key) -> bool:
        """Whether a reader knows the number whatever is withheld now: a count of work, or shown before."""
        cell = self.cells[key]
        return cell.kind is CellKind.KNOWN or self.frozen.get(key) is CellMark.SHOWN

    def may_change(self, key: Key) -> bool:
        """Whether its mark is chosen here: it is published, and has not left before."""
        return key in self.marks and key not in self.frozen

    def first_mark(self, key: Key) -> CellMark:
        """How it is printed where nothing else asks for hiding it."""
        return self.frozen.get(key, _first_mark(self.cells[key]))

    def is_open(self, key: Key) -> bool:
        """Whether a reader cannot read the number off."""
        low, high = self.possible_range(key)
        return low != high

    def failed_relations(self, key: Key) -> list[int]:
        """Empty where another table fits all that is published, in which this number is a different one.

        Else the relations that could not be mended, the one that was reached last first: the search came closest there.
        They may be none of any use, as when the words "fewer than 5" alone leave no way.
        """
        depths: dict[int, int] = {}
        for step in (1, -1):
            search = _OtherTable(self, key, step)
            if search.is_found:
                return []
            for number, depth in search.stuck.items():
                depths[number] = max(depth, depths.get(number, 0))
        return (
            sorted(depths, key=lambda number: -depths[number]) or self.relations_of[key]
        )

    def withhold_in(self, relations: Iterable[int]) -> bool:
        """Withhold the cheapest number in the first of these relations that has one left. False when none has."""
        return any(
            self._withhold_cheapest(self.relations[number]) for number in relations
        )

    def withhold_near(self, key: Key) -> bool:
        """The same, as near to this number as can be. False when nothing new that hangs together with it is left."""
        return any(self._withhold_cheapest(ring) for ring in self._rings(key))

    def withhold_around(self, key: Key) -> set[Key]:
        """The last resort: say nothing new at all of whatever hangs together with this number. Returns what does."""
        around = set().union(*self._rings(key))
        for other in around:
            if self.can_withhold(other):
                self.marks[other] = CellMark.WITHHELD
        return around

    def _must_stay_hidden(self, cell: Cell) -> bool:
        """Whether it is a small number that is not printed. One that left as SHOWN before is known already."""
        is_shown = self.marks.get(cell.key, CellMark.SHOWN) is CellMark.SHOWN
        return cell.is_small and (cell.kind is CellKind.GUARDED or not is_shown)

    def _withhold_cheapest(self, keys: Iterable[Key]) -> bool:
        candidates = [key for key in keys if self.can_withhold(key)]
        if not candidates:
            return False
        self.marks[min(candidates, key=self._cost)] = CellMark.WITHHELD
        return True

    def _rings(self, key: Key) -> Iterator[set[Key]]:
        """The number itself, then those that share a relation with it, then those that share one with them, and so on.

        A number that is printed ends the way: nothing behind it can help to hide what is before it.
        """
        seen: set[Key] = set()
        ring = {key}
        while ring:
            seen |= ring
            yield ring
            neighbours: set[Key] = set()
            for open_key in filter(self.is_open, ring):
                for number in self.relations_of[open_key]:
                    neighbours |= self.relations[number].keys()
            ring = neighbours - seen

    def can_withhold(self, key: Key) -> bool:
        """Whether it is printed in some way, and has not left before."""
        return (
            key not in self.frozen
            and self.marks.get(key, CellMark.WITHHELD) is not CellMark.WITHHELD
        )

    def _cost(self, key: Key) -> tuple[int, int, str]:
        """Numbers first, then the words "fewer than 5", then a 0; within each the smallest."""
        cell = self.cells[key]
        rank = 2 if cell.value == 0 else int(cell.is_small)
        return rank, cell.value, repr(key)


def _check_sum(cells: Mapping[Key, Cell], relation: Relation) -> None:
    if sum(factor * cells[key].value for key, factor in relation.items()) != 0:
        raise ValueError(f"relation does not add up: {sorted(map(repr, relation))}")


def _check_frozen(published: Iterable[Cell], frozen: Mapping[Key, CellMark]) -> None:
    wrong = [
        cell.key
        for cell in published
        if frozen.get(cell.key) is CellMark.FEW and not cell.is_small
    ]
    if wrong:
        raise ValueError(f"these were not fewer than 5: {sorted(map(repr, wrong))}")


def _first_mark(cell: Cell) -> CellMark:
    return CellMark.FEW if cell.is_small else CellMark.SHOWN


class _OtherTable:
    """The search for another table in which one number is larger (step 1) or smaller (step -1) by one.

    `is_found`: whether there is one; `stuck`: relation -> after how many changes there was no way to mend it. The
    relation with the fewest ways to mend it is mended first, so that a dead end shows at once.
    """

    def __init__(self, tables: SuppressedTables, key: Key, step: int) -> None:
        self.tables, self.steps_left = tables, MOST_STEPS
        self.changed: set[Key] = set()
        self.off: dict[
            int, int
        ] = {}  # relation -> what it now sums to, where that is not 0
        self.stuck: dict[int, int] = {}
        self.is_found = self._fits(key, step) and self._change(key, step)

    def _fits(self, key: Key, step: int) -> bool:
        low, high = self.tables.possible_range(key)
        return low <= self.tables.cells[key].value + step <= high

    def _change(self, key: Key, step: int) -> bool:
        """Change one number, then mend what no longer adds up. Everything is put back when that fails."""
        self.changed.add(key)
        self._shift(key, step)
        if self._mend():
            return True
        self._shift(key, -step)
        self.changed.discard(key)
        return False

    def _shift(self, key: Key, step: int) -> None:
        """Note by how much each of the number's relations is off now."""
        for number in self.tables.relations_of[key]:
            off = self.off.get(number, 0) + self.tables.relations[number][key] * step
            if off:
                self.off[number] = off
            else:
                self.off.pop(number, None)

    def _mend(self) -> bool:
        """Mend one relation by changing one number more, and go on from there. True once nothing is off."""
        if not self.off:
            return True
        if self.steps_left == 0 or len(self.changed) >= MOST_CHANGED:
            return False
        self.steps_left -= 1
        ways_of = {number: self._ways(number) for number in self.off}
        number = min(ways_of, key=lambda each: len(ways_of[each]))
        if not ways_of[number]:
            self.stuck[number] = max(self.stuck.get(number, 0), len(self.changed))
        return any(self._change(key, step) for key, step in ways_of[number])

    def _ways(self, number: int) -> list[tuple[Key, int]]:
        """Which one further number could mend the relation, by what step; those that mend most come first."""
        off = self.off[number]
        ways = []
        for key, factor in self.tables.relations[number].items():
            # A number is changed once only, so that the search ends; and only by whole children.
            if key in self.changed or off % factor != 0:
                continue
            step = -off // factor
            if self._fits(key, step):
                ways.append((key, step))
        return sorted(ways, key=self._still_off)

    def _still_off(self, way: tuple[Key, int]) -> int:
        """How many relations more are off after the change."""
        key, step = way
        more_off = 0
        for number in self.tables.relations_of[key]:
            before = self.off.get(number, 0)
            after = before + self.tables.relations[number][key] * step
            more_off += (after != 0) - (before != 0)
        return more_off
