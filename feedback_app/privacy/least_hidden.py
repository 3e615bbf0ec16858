"""As few numbers as possible hidden in tables that leave together, with the solver HiGHS (promise 25). Pure, no SQL.

The rule is that of `suppress.py`, and so are its words: cells, relations, marks. For each small number there must be
another whole-number table, its *witness*, that fits everything that is published and in which that number is a
different one. One witness, drawn at random, serves hundreds of small numbers. For the few that are left the solver
looks for the table that changes the fewest printed numbers, and those are withheld. At the end what was withheld is
shown again, one by one, where every small number finds another witness.

If the solver does not answer in time, the own search of `suppress.py` chooses: it hides more, and is always there.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from feedback_app.privacy.suppress import (
    Cell,
    CellMark,
    Key,
    Relation,
    SuppressedTables,
    suppress_tables,
)

DRAWN = 8
"""How many tables are drawn at random before single numbers are aimed at."""
NEAR_BY = (150, 600)
"""How many numbers the cheapest table is looked for among, first and then; then among all that hang together."""
ENOUGH_SECONDS = 4.0
"""How long the solver may look for the cheapest table in which one number differs; then the best so far counts."""
FEW_TO_WITHHELD, ZERO, NUMBER = 0.3, 1.2, 1.0
"""What it costs to withhold a number: the words "fewer than 5" least, a 0 a little more than another number."""
HIGHEST = 60
"""By how much a hidden number of the other table may exceed the true one: a bound for the solver alone."""
NEAR = 1e-6
FEASIBLE = 2
"""How HiGHS says that its values fit, though better ones may be left."""

Marks = dict[Key, CellMark]
Bounds = dict[Key, tuple[float, float]]
Table = dict[Key, int]


def hide_fewest(
    cells: Iterable[Cell],
    relations: Iterable[Relation],
    frozen: Mapping[Key, CellMark] | None = None,
    *,
    seconds: float = 60.0,
) -> Marks:
    """Marks for all PUBLISHED cells that are published together, as `suppress_tables` gives them.

    `seconds`: how long the solver may take for all of it. Raises ValueError as `suppress_tables` does.
    """
    by_key = {cell.key: cell for cell in cells}
    all_relations, left_before = list(relations), dict(frozen or {})
    tables = SuppressedTables(by_key, all_relations, left_before)
    ends = time.monotonic() + seconds
    try:
        parts = [_Part(tables, keys, ends) for keys in _parts(tables)]
        for part in parts:
            part.hide_small()
    except _OutOfTime:
        return suppress_tables(by_key.values(), all_relations, left_before)
    for part in parts:
        part.show_again()
    return tables.marks


def _parts(tables: SuppressedTables) -> list[list[Key]]:
    """The cells that relations tie together, by parts; a number that a reader knows anyway ties nothing."""
    part_of: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while part_of.setdefault(key, key) != key:
            part_of[key] = part_of[part_of[key]]
            key = part_of[key]
        return key

    for relation in tables.relations:
        loose = [key for key in relation if not tables.is_known(key)]
        for key in loose[1:]:
            part_of[root(key)] = root(loose[0])
    parts: dict[Key, list[Key]] = defaultdict(list)
    for key in tables.cells:
        if not tables.is_known(key):
            parts[root(key)].append(key)
    return list(parts.values())


class _OutOfTime(Exception):
    """The time is up; what was found so far counts."""


class _Part:
    """One part of the tables. `small`: its numbers that nobody may work out."""

    def __init__(
        self, tables: SuppressedTables, keys: Sequence[Key], ends: float
    ) -> None:
        self.tables, self.keys, self.ends = tables, list(keys), ends
        own = set(self.keys)
        self.small = sorted(
            (key for key in tables.guarded if key in own),
            key=lambda key: (tables.cells[key].value, repr(key)),
        )
        self.solver = _Solver(tables, self.keys, ends) if self.small else None
        #: For each small number a table that hides it, as the cells in which that table differs.
        self.witness_of: dict[Key, frozenset[Key]] = {}
        self.withheld: list[Key] = []

    def hide_small(self) -> None:
        """Withhold numbers until every small one has a witness. Raises _OutOfTime.

        A number that has none whatever is withheld was given away by what left before: nothing is lost by it here.
        """
        if self.solver is None:
            return
        for attempt in range(DRAWN):
            if len(self.witness_of) < len(self.small):
                self._draw_at_random(self.solver, attempt)
        for key in self.small:
            if key not in self.witness_of and not self._aim_at(self.solver, key):
                self._withhold_for(self.solver, key)

    def show_again(self) -> None:
        """Print, one by one, the largest first, what every small number can do without; until the time is up."""
        if self.solver is None:
            return
        cells = self.tables.cells
        for key in sorted(
            self.withheld, key=lambda key: (-cells[key].value, repr(key))
        ):
            try:
                shown = self._can_show(self.solver, key)
            except _OutOfTime:
                return
            if not shown:
                self.tables.marks[key] = CellMark.WITHHELD

    def _withhold_for(self, solver: _Solver, key: Key) -> None:
        """Withhold what the cheapest other table for this number changes."""
        found = [solver.cheapest_table(key, step) for step in (1, -1)]
        priced = [each for each in found if each is not None]
        if not priced:
            return
        _least, other = min(priced, key=lambda each: each[0])
        for changed in sorted(self._differing(other), key=repr):
            if self.tables.can_withhold(changed):
                low, high = self.tables.possible_range(changed)
                if not low <= other[changed] <= high:
                    self.tables.marks[changed] = CellMark.WITHHELD
                    self.withheld.append(changed)
        self._note(other)

    def _can_show(self, solver: _Solver, key: Key) -> bool:
        """Show it, and look for new witnesses where it was needed. False, and no witness changed, where one lacks."""
        before = dict(self.witness_of)
        self.tables.marks[key] = self.tables.first_mark(key)
        relied = [small for small in self.small if key in before.get(small, ())]
        for small in relied:
            del self.witness_of[small]
        try:
            shown = all(
                small in self.witness_of or self._aim_at(solver, small)
                for small in relied
            )
        except _OutOfTime:
            self.tables.marks[key] = CellMark.WITHHELD
            raise
        if not shown:
            self.witness_of = before
        return shown

    def _draw_at_random(self, solver: _Solver, attempt: int) -> None:
        """A table far from the true one in many small numbers at once."""
        # The directions are always the same ones, so that the same tables are hidden in the same way.
        chance = random.Random(attempt)  # noqa: S311 (no secret)
        waiting = [key for key in self.small if key not in self.witness_of]
        other = solver.table_that_fits(
            costs={key: chance.choice((-1.0, 1.0)) for key in waiting}
        )
        if other:
            self._note(other)

    def _aim_at(self, solver: _Solver, key: Key) -> bool:
        """Whether there is a witness for it with what is hidden now; it is noted for all that it serves."""
        for step in (1, -1):
            other = solver.table_that_fits(aim=(key, step))
            if other:
                self._note(other)
                return True
        return False

    def _note(self, other: Table) -> None:
        differs = self._differing(other)
        for key in self.small:
            if key in differs and key not in self.witness_of:
                self.witness_of[key] = differs

    def _differing(self, other: Table) -> frozenset[Key]:
        cells = self.tables.cells
        return frozenset(
            key for key, value in other.items() if value != cells[key].value
        )


class _Solver:
    """The part's relations as rows of one programme, solved again and again with other bounds."""

    def __init__(
        self, tables: SuppressedTables, keys: Sequence[Key], ends: float
    ) -> None:
        self.tables, self.keys, self.ends = tables, keys, ends
        self.place_of = {key: place for place, key in enumerate(keys)}
        self.relations = self._relations_of(keys)
        self.programme = _Programme(ends)
        for _key in keys:
            self.programme.add_column(0, 0, 0)
        for relation in self.relations:
            self._add_relation(self.programme, relation, self.place_of)

    def table_that_fits(
        self,
        *,
        costs: Mapping[Key, float] | None = None,
        aim: tuple[Key, int] | None = None,
    ) -> Table | None:
        """Another table within what is hidden now; None where there is none. Raises _OutOfTime.

        `costs`: the directions to go far in. `aim`: a number that must be larger (1) or smaller (-1) than it is.
        """
        low, high = self._bounds(aim)
        if any(low[place] > high[place] for place in range(len(low))):
            return None
        wanted = [(costs or {}).get(key, 0.0) for key in self.keys]
        values = self.programme.solve_within(low, high, wanted)
        return self._in_whole_numbers(values, self.keys)

    def cheapest_table(self, key: Key, step: int) -> tuple[float, Table] | None:
        """Another table in which that number differs and the fewest printed ones do: its cost, and the table.

        Looked for near the number first, with all others as they are; further away only where there is none.
        """
        for most in (*NEAR_BY, len(self.keys)):
            near = self._near(key, most)
            found = self._cheapest_among(near, key, step)
            if found or len(near) == len(self.keys):
                return found
        return None

    def _cheapest_among(
        self, near: Sequence[Key], key: Key, step: int
    ) -> tuple[float, Table] | None:
        programme = _Programme(self.ends)
        place_of = {each: place for place, each in enumerate(near)}
        bounds = [self._bounds_of(each) for each in near]
        bounds[place_of[key]] = self._aimed(key, step)
        low, high = bounds[place_of[key]]
        if low > high:
            return None
        free: list[Key] = []
        for each, own in zip(near, bounds, strict=True):
            may_go = each != key and self.tables.can_withhold(each)
            if may_go:
                free.append(each)
            widest = self._bounds_of(each, withheld=True) if may_go else own
            programme.add_column(*widest, 0)
        for each in free:
            place = place_of[each]
            low, high = bounds[place]
            free_low, free_high = self._bounds_of(each, withheld=True)
            switch = programme.add_column(0, 1, _cost(self.tables.cells[each]))
            programme.add_row(low, None, {place: 1.0, switch: low - free_low})
            programme.add_row(None, high, {place: 1.0, switch: high - free_high})
        for relation in self._relations_of(near):
            self._add_relation(programme, relation, place_of)
        values = programme.solve_in_whole_numbers(ENOUGH_SECONDS)
        table = self._in_whole_numbers(values, near)
        return (programme.least_cost, table) if table else None

    def _near(self, key: Key, most: int) -> list[Key]:
        """The numbers nearest to this one, by relations, up to about so many; itself first."""
        near, ring = {key: None}, [key]
        while ring and len(near) < most:
            neighbours: list[Key] = []
            for relation in self._relations_of(ring):
                for other in relation:
                    if other in self.place_of and other not in near:
                        near[other] = None
                        neighbours.append(other)
            ring = neighbours
        return list(near)

    def _relations_of(self, keys: Iterable[Key]) -> list[Relation]:
        numbers = {
            number for key in keys for number in self.tables.relations_of.get(key, ())
        }
        return [self.tables.relations[number] for number in sorted(numbers)]

    def _add_relation(
        self, programme: _Programme, relation: Relation, place_of: Mapping[Key, int]
    ) -> None:
        """It holds in the other table too; what stays as it is stands on its right-hand side."""
        cells = self.tables.cells
        fixed = sum(
            factor * cells[key].value
            for key, factor in relation.items()
            if key not in place_of
        )
        own = {
            place_of[key]: float(factor)
            for key, factor in relation.items()
            if key in place_of
        }
        programme.add_row(-fixed, -fixed, own)

    def _bounds(self, aim: tuple[Key, int] | None) -> tuple[list[float], list[float]]:
        bounds = [self._bounds_of(key) for key in self.keys]
        low, high = [each[0] for each in bounds], [each[1] for each in bounds]
        if aim:
            place = self.place_of[aim[0]]
            low[place], high[place] = self._aimed(*aim)
        return low, high

    def _aimed(self, key: Key, step: int) -> tuple[float, float]:
        """The bounds of a number that must be larger (step 1) or smaller (-1) than it is."""
        low, high = self._bounds_of(key)
        value = self.tables.cells[key].value
        if step > 0:
            return max(low, value + 1), high
        return low, min(high, value - 1)

    def _bounds_of(self, key: Key, *, withheld: bool = False) -> tuple[float, float]:
        tables = self.tables
        low, high = (
            tables.range_if_withheld(key) if withheld else tables.possible_range(key)
        )
        return low, min(high, tables.cells[key].value + HIGHEST)

    def _in_whole_numbers(
        self, values: Sequence[float] | None, keys: Sequence[Key]
    ) -> Table | None:
        """The table of these numbers, checked against every relation; None where there is none."""
        if values is None:
            return None
        table = {key: round(values[place]) for place, key in enumerate(keys)}
        cells = self.tables.cells
        for relation in self.relations:
            total = sum(
                factor * (table[key] if key in table else cells[key].value)
                for key, factor in relation.items()
            )
            if total:
                return None
        return table


class _Programme:
    """A mixed-integer programme in HiGHS: whole numbers, rows of sums, the least cost."""

    def __init__(self, ends: float) -> None:
        import highspy  # noqa: PLC0415 (a solver of 3 MB, of a worker that may never make a report)
        import numpy as np  # noqa: PLC0415 (the same)

        self.numbers, self.ends = np, ends
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.silent()
        self.solver.setOptionValue("threads", 1)
        self.no_bound: float = highspy.kHighsInf
        self.status: Any = highspy.HighsModelStatus
        self.columns = 0
        self.least_cost = 0.0
        self.is_whole = False

    def add_column(self, low: float, high: float, cost: float) -> int:
        """Add a number within bounds; its place."""
        none = self.numbers.array([])
        self.solver.addCol(cost, low, high, 0, none.astype(self.numbers.int32), none)
        self.columns += 1
        return self.columns - 1

    def add_row(
        self, low: float | None, high: float | None, factors: Mapping[int, float]
    ) -> None:
        """Add a sum that lies between the two; None is no bound."""
        used = {place: factor for place, factor in factors.items() if factor}
        self.solver.addRow(
            -self.no_bound if low is None else low,
            self.no_bound if high is None else high,
            len(used),
            self.numbers.array(list(used), dtype=self.numbers.int32),
            self.numbers.array(list(used.values()), dtype=self.numbers.float64),
        )

    def solve_within(
        self, low: Sequence[float], high: Sequence[float], costs: Sequence[float]
    ) -> Sequence[float] | None:
        """Solve with these bounds and costs: as fractions first, which is quick and mostly whole anyway."""
        places = self.numbers.arange(self.columns, dtype=self.numbers.int32)
        as_array = self.numbers.array
        self.solver.changeColsBounds(
            self.columns,
            places,
            as_array(low, dtype=float),
            as_array(high, dtype=float),
        )
        self.solver.changeColsCost(self.columns, places, as_array(costs, dtype=float))
        if self.is_whole:
            self._set_whole(0)
        values = self._run()
        if values is None or all(abs(each - round(each)) < NEAR for each in values):
            return values
        self._set_whole(1)
        return self._run()

    def solve_in_whole_numbers(self, seconds: float) -> Sequence[float] | None:
        """Solve in whole numbers; after so many seconds the best that was found counts."""
        self._set_whole(1)
        return self._run(seconds)

    def _set_whole(self, kind: int) -> None:
        places = self.numbers.arange(self.columns, dtype=self.numbers.int32)
        kinds = self.numbers.full(self.columns, kind, dtype=self.numbers.uint8)
        self.solver.changeColsIntegrality(self.columns, places, kinds)
        self.is_whole = bool(kind)

    def _run(self, enough: float | None = None) -> Sequence[float] | None:
        """The best values; None where nothing fits. Raises _OutOfTime.

        `enough`: after so many seconds the best values that were found until then.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise _OutOfTime
        seconds = min(left, enough or left)
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + seconds)
        self.solver.run()
        status, info = self.solver.getModelStatus(), self.solver.getInfo()
        if status == self.status.kTimeLimit:
            if enough is None or info.primal_solution_status != FEASIBLE:
                raise _OutOfTime
        elif status != self.status.kOptimal:
            return None
        self.least_cost = info.objective_function_value
        values: Sequence[float] = list(self.solver.getSolution().col_value)
        return values


def _cost(cell: Cell) -> float:
    """What withholding it costs; a larger number a trace more, so that of equals the smaller goes."""
    if cell.is_small:
        return FEW_TO_WITHHELD
    base = ZERO if cell.value == 0 else NUMBER
    return base + min(cell.value, 100) / 10_000
