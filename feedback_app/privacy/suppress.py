"""Which numbers may leave, when tables are handed over together: promise 25. Pure, no SQL.

The rule (brief.md, settled.md): 0 is shown; 1 to 4 is hidden and said to be "fewer than 5"; and no hidden small number
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
MOST_WITHHELD_FOR_ONE = 12
MOST_CHANGED = 120

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
    cells: Iterable[Cell], relations: Iterable[Relation], frozen: Mapping[Key, CellMark] | None = None
) -> dict[Key, CellMark]:
    """Marks for all PUBLISHED cells that are published together.

    `relations`: cell key -> factor; each sums to 0 over the cells' values (ValueError if not). `frozen` are the marks
    of tables that have already left: they stay, and new numbers are withheld so that the old ones are not given away.
    Their cells carry the values that left (ValueError if "fewer than 5" was said of another number).
    """
    tables = _Tables({cell.key: cell for cell in cells}, list(relations), frozen or {})
    given_up: set[Key] = set()
    for key in sorted(tables.guarded, key=lambda k: (tables.cells[k].value, repr(k))):
        for _try in range(MOST_WITHHELD_FOR_ONE):
            if key in given_up or not tables.says_something or not (stuck := tables.fixing_cells(key)):
                break
            if not tables.withhold_in(stuck) and not tables.withhold_near(key):
                break
        else:
            given_up |= tables.withhold_around(key)
    return tables.marks


class _Tables:
    """The published tables while marks are being chosen."""

    def __init__(self, cells: dict[Key, Cell], relations: list[Relation], frozen: Mapping[Key, CellMark]) -> None:
        self.cells, self.relations, self.frozen = cells, relations, frozen
        self.among: dict[Key, list[int]] = defaultdict(list)
        for number, relation in enumerate(relations):
            if sum(factor * cells[key].value for key, factor in relation.items()) != 0:
                raise ValueError(f"relation does not add up: {sorted(map(repr, relation))}")
            for key in relation:
                self.among[key].append(number)
        published = [c for c in cells.values() if c.kind is CellKind.PUBLISHED]
        if wrong := [c.key for c in published if frozen.get(c.key) is CellMark.FEW and not c.is_small]:
            raise ValueError(f"these were not fewer than 5: {sorted(map(repr, wrong))}")
        self.marks = {c.key: frozen.get(c.key, CellMark.FEW if c.is_small else CellMark.SHOWN) for c in published}
        self.guarded = [
            c.key
            for c in cells.values()
            if c.is_small
            and (c.kind is CellKind.GUARDED or self.marks.get(c.key, CellMark.SHOWN) is not CellMark.SHOWN)
        ]

    @property
    def says_something(self) -> bool:
        """Whether anything at all is printed."""
        return any(mark is not CellMark.WITHHELD for mark in self.marks.values())

    def possible_range(self, key: Key) -> tuple[int, float]:
        """From which to which value a reader must think the number possible, at least."""
        cell = self.cells[key]
        match self.marks.get(key):
            case CellMark.FEW:
                return 1, FEWEST_SHOWN - 1
            case CellMark.WITHHELD:
                return (FEWEST_SHOWN if cell.value >= FEWEST_SHOWN else 0), float("inf")
            case None if cell.kind in (CellKind.REST, CellKind.GUARDED):
                return 0, float("inf")
        return cell.value, cell.value

    def is_open(self, key: Key) -> bool:
        """Whether a reader cannot read the number off."""
        low, high = self.possible_range(key)
        return low != high

    def fixing_cells(self, key: Key) -> list[int]:
        """Empty where another table fits all that is published, in which this number is a different one.

        Else the relations that could not be mended, the one that was reached last first: the search came closest there.
        They may be none of any use, as when the words "fewer than 5" alone leave no way.
        """
        reached: dict[int, int] = {}
        for step in (1, -1):
            other = _OtherTable(self, key, step)
            if other.found:
                return []
            reached |= {n: max(depth, reached.get(n, 0)) for n, depth in other.stuck.items()}
        return sorted(reached, key=lambda number: -reached[number]) or self.among[key]

    def withhold_in(self, relations: Iterable[int]) -> bool:
        """Withhold the smallest number that is left to withhold in the first of these relations that has one."""
        for number in relations:
            if can := [k for k in self.relations[number] if self._can_withhold(k)]:
                self.marks[min(can, key=self._cost)] = CellMark.WITHHELD
                return True
        return False

    def withhold_near(self, key: Key) -> bool:
        """The same, as near to this number as can be. False when nothing new that hangs together with it is left."""
        for ring in self._rings(key):
            if can := [k for k in ring if self._can_withhold(k)]:
                self.marks[min(can, key=self._cost)] = CellMark.WITHHELD
                return True
        return False

    def withhold_around(self, key: Key) -> set[Key]:
        """The last resort: say nothing new at all of whatever hangs together with this number. Returns what does."""
        around = set().union(*self._rings(key))
        self.marks |= {k: CellMark.WITHHELD for k in around if self._can_withhold(k)}
        return around

    def _rings(self, key: Key) -> Iterator[set[Key]]:
        """The numbers that share a relation with this one, then those that share one with them, and so on."""
        seen, ring = set[Key](), {key}
        while ring:
            seen |= ring
            yield ring
            through = [k for k in ring if self.is_open(k)]
            ring = {k for at in through for n in self.among[at] for k in self.relations[n]} - seen

    def _can_withhold(self, key: Key) -> bool:
        return key not in self.frozen and self.marks.get(key, CellMark.WITHHELD) is not CellMark.WITHHELD

    def _cost(self, key: Key) -> tuple[int, int, str]:
        """Numbers first, then the words "fewer than 5", then a 0; within each the smallest."""
        cell = self.cells[key]
        return 2 if cell.value == 0 else int(cell.is_small), cell.value, repr(key)


class _OtherTable:
    """The search for another table. `found`: whether there is one; `stuck`: relation -> after how many changes it had
    no way on.

    The relation with the fewest ways to mend it is mended first, so that a dead end shows at once.
    """

    def __init__(self, tables: _Tables, key: Key, step: int) -> None:
        self.tables, self.steps_left = tables, MOST_STEPS
        self.changed: set[Key] = set()
        self.off: dict[int, int] = {}
        self.stuck: dict[int, int] = {}
        self.found = self._fits(key, step) and self._change(key, step)

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
        for number in self.tables.among[key]:
            off = self.off.get(number, 0) + self.tables.relations[number][key] * step
            if off:
                self.off[number] = off
            else:
                self.off.pop(number, None)

    def _mend(self) -> bool:
        if not self.off:
            return True
        if self.steps_left == 0 or len(self.changed) >= MOST_CHANGED:
            return False
        self.steps_left -= 1
        number, ways = min(((n, self._ways(n)) for n in self.off), key=lambda pair: len(pair[1]))
        if not ways:
            self.stuck[number] = max(self.stuck.get(number, 0), len(self.changed))
        return any(self._change(key, step) for key, step in ways)

    def _ways(self, number: int) -> list[tuple[Key, int]]:
        """Which one further number could mend the relation, by what step; those that mend most come first."""
        off, relation = self.off[number], self.tables.relations[number]
        steps = [(k, -off // factor) for k, factor in relation.items() if k not in self.changed and off % factor == 0]
        return sorted((way for way in steps if self._fits(*way)), key=self._still_off)

    def _still_off(self, way: tuple[Key, int]) -> int:
        """How many relations more are off after the change."""
        key, step = way
        change = 0
        for number in self.tables.among[key]:
            before = self.off.get(number, 0)
            change += (before + self.tables.relations[number][key] * step != 0) - (before != 0)
        return change
