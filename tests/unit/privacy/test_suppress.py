"""Nobody can work out a small number from all that is handed over, however they subtract (promise 25)."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.privacy.suppress import (
    Cell,
    CellKind,
    CellMark,
    Key,
    Relation,
    sum_relation,
    suppress_tables,
)

FEW, SHOWN, WITHHELD = CellMark.FEW, CellMark.SHOWN, CellMark.WITHHELD


def values_a_reader_must_consider(
    cells: Sequence[Cell], relations: Sequence[Relation], marks: Mapping[Key, CellMark]
) -> dict[Key, set[int]]:
    """Brute force: every table that fits what is published, and the values that each number takes in them."""
    most = sum(c.value for c in cells) + 4

    def spans(cell: Cell) -> range:
        if cell.kind is CellKind.KNOWN or marks.get(cell.key) is SHOWN:
            return range(cell.value, cell.value + 1)
        return range(1, 5) if marks.get(cell.key) is FEW else range(most)

    spanned = {c.key: spans(c) for c in cells}
    possible: dict[Key, set[int]] = {c.key: set() for c in cells}
    for table in _tables(spanned, relations):
        for key, value in table.items():
            possible[key].add(value)
    return possible


def _tables(
    spanned: Mapping[Key, range], relations: Sequence[Relation]
) -> Iterator[dict[Key, int]]:
    """Each relation fixes its one last number; what is left is tried in every combination."""
    worked_out: dict[Key, Relation] = {}
    for relation in relations:
        free = [k for k in relation if len(spanned[k]) > 1 and k not in worked_out]
        alone = [k for k in free if sum(k in r for r in relations) == 1]
        if alone:
            worked_out[max(alone, key=lambda k: len(spanned[k]))] = relation
    tried = [k for k in spanned if k not in worked_out]
    for values in product(*(spanned[k] for k in tried)):
        table = dict(zip(tried, values, strict=True))
        for key, relation in worked_out.items():
            rest = sum(
                factor * table.get(k, 0) for k, factor in relation.items() if k != key
            )
            table[key] = -rest * relation[key]
        fits = all(
            sum(f * table[k] for k, f in relation.items()) == 0
            for relation in relations
        )
        if fits and all(table[k] in spanned[k] for k in worked_out):
            yield table


def can_be_subtracted(
    key: Key,
    cells: Sequence[Cell],
    relations: Sequence[Relation],
    marks: Mapping[Key, CellMark],
) -> bool:
    """Linear algebra with fractions: whether adding and subtracting what is published gives the number."""
    hidden = [
        c.key
        for c in cells
        if c.kind is not CellKind.KNOWN and marks.get(c.key) is not SHOWN
    ]
    rows = [[Fraction(relation.get(k, 0)) for k in hidden] for relation in relations]
    aim = [Fraction(int(k == key)) for k in hidden]
    for column in range(len(hidden)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [_less(row, pivot, column) for row in rows if row is not pivot]
        aim = _less(aim, pivot, column)
    return not any(aim)


def _less(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    factor = row[column] / pivot[column]
    return [a - factor * b for a, b in zip(row, pivot, strict=True)]


def choice(values: Sequence[int], left_empty: int) -> tuple[list[Cell], list[Relation]]:
    """A question with one choice: its options, its base, and the known number of children who were asked."""
    cells = [Cell(n, value) for n, value in enumerate(values)]
    cells += [Cell("base", sum(values)), Cell("left", left_empty, CellKind.REST)]
    cells += [Cell("heard", sum(values) + left_empty, CellKind.KNOWN)]
    return cells, [
        sum_relation("base", range(len(values))),
        sum_relation("heard", ("base", "left")),
    ]


def quarter(
    table: Sequence[Sequence[Sequence[int]]],
) -> tuple[list[Cell], list[Relation]]:
    """`table[month][band][option]` as it is published: months for the whole service, bands for the whole quarter."""
    months, bands, options = len(table), len(table[0]), len(table[0][0])
    cells, relations = [], []
    for option in range(options):
        in_month = {
            ("m", m, option): sum(table[m][b][option] for b in range(bands))
            for m in range(months)
        }
        in_band = {
            ("b", b, option): sum(table[m][b][option] for m in range(months))
            for b in range(bands)
        }
        cells += [Cell(k, v) for k, v in (in_month | in_band).items()]
        relations.append(dict.fromkeys(in_month, 1) | dict.fromkeys(in_band, -1))
    for scope, count in (("m", months), ("b", bands)):
        for n in range(count):
            values = [
                c.value
                for c in cells
                if isinstance(c.key, tuple) and c.key[:2] == (scope, n)
            ]
            cells.append(Cell((scope, n, "base"), sum(values)))
            relations.append(
                sum_relation(
                    (scope, n, "base"), [(scope, n, o) for o in range(options)]
                )
            )
    return cells, relations


def small(cells: Sequence[Cell]) -> list[Cell]:
    return [
        c
        for c in cells
        if c.is_small and c.kind in (CellKind.PUBLISHED, CellKind.GUARDED)
    ]


@pytest.mark.parametrize("most", [3, pytest.param(4, marks=pytest.mark.full)])
@given(st.data(), st.integers(0, 2))
@settings(max_examples=100, deadline=None)
def test_p25_every_small_answer_of_a_question_keeps_at_least_two_possible_values(
    most: int, data: st.DataObject, left: int
) -> None:
    """Of four answers the possible values can be hundreds of thousands: with the full matrix."""
    values = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=most))
    cells, relations = choice(values, left)
    marks = suppress_tables(cells, relations)
    possible = values_a_reader_must_consider(cells, relations, marks)
    for cell in small(cells):
        assert marks[cell.key] is not SHOWN
        assert len(possible[cell.key]) > 1, (cells, marks)


@given(st.lists(st.integers(0, 7), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_p25_months_and_bands_of_a_quarter_do_not_give_each_other_away(
    values: list[int],
) -> None:
    table = [[[values[2 * m + b]] for b in range(2)] for m in range(3)]
    cells, relations = quarter(table)
    cells = [c for c in cells if isinstance(c.key, tuple) and c.key[2] != "base"]
    marks = suppress_tables(cells, relations[:1])
    possible = values_a_reader_must_consider(cells, relations[:1], marks)
    assert all(len(possible[c.key]) > 1 for c in small(cells)), (cells, marks)


TABLES = st.integers(2, 4).flatmap(
    lambda options: st.lists(
        st.lists(
            st.lists(st.integers(0, 8), min_size=options, max_size=options),
            min_size=3,
            max_size=3,
        ),
        min_size=3,
        max_size=3,
    )
)


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_p25_subtracting_everything_that_is_published_gives_no_small_number(
    table: list[list[list[int]]],
) -> None:
    cells, relations = quarter(table)
    marks = suppress_tables(cells, relations)
    for cell in small(cells):
        assert marks[cell.key] is not SHOWN
        assert not can_be_subtracted(cell.key, cells, relations, marks)


@given(TABLES)
@settings(max_examples=100, deadline=None)
def test_p25_what_left_earlier_stays_as_it_was_and_is_not_given_away_later(
    table: list[list[list[int]]],
) -> None:
    cells, relations = quarter(table)
    frozen: dict[Key, CellMark] = {}
    for month in range(2):
        mine = [
            c for c in cells if isinstance(c.key, tuple) and c.key[:2] == ("m", month)
        ]
        keys = {c.key for c in mine}
        frozen |= suppress_tables(mine, [r for r in relations if set(r) <= keys])
    marks = suppress_tables(cells, relations, frozen)
    assert {k: marks[k] for k in frozen} == frozen
    for cell in small(cells):
        assert marks[cell.key] is not SHOWN
        assert not can_be_subtracted(cell.key, cells, relations, marks)


def test_p25_zero_and_five_are_shown_and_one_to_four_are_hidden() -> None:
    marks = suppress_tables([Cell(n, n) for n in range(7)], [])
    assert marks == {0: SHOWN, 1: FEW, 2: FEW, 3: FEW, 4: FEW, 5: SHOWN, 6: SHOWN}


def test_p25_the_smallest_further_number_is_withheld_with_a_small_one() -> None:
    marks = suppress_tables(
        [
            Cell("all", 20),
            *(Cell(k, v) for k, v in zip("abc", (12, 3, 5), strict=True)),
        ],
        [sum_relation("all", "abc")],
    )
    assert marks == {"all": SHOWN, "a": SHOWN, "b": FEW, "c": WITHHELD}


@pytest.mark.parametrize("each", [1, 4])
def test_p25_small_numbers_at_the_edge_of_their_words_are_not_enough_by_themselves(
    each: int,
) -> None:
    cells = [
        Cell("all", 12 + 2 * each),
        Cell("a", 12),
        Cell("b", each),
        Cell("c", each),
    ]
    assert suppress_tables(cells, [sum_relation("all", "abc")])["a"] is WITHHELD


def test_p25_of_one_child_heard_nobody_learns_the_answer() -> None:
    cells, relations = choice([1, 0, 0], 0)
    marks = suppress_tables(cells, relations)
    assert FEW not in marks.values()
    assert values_a_reader_must_consider(cells, relations, marks)[0] == {0, 1}


def test_p25_a_number_that_is_never_printed_is_guarded_too() -> None:
    """Two printed bases may differ by the few children under five whom only one of them leaves out."""
    cells = [
        Cell("everyone", 23),
        Cell("over five", 20),
        Cell("under five", 3, CellKind.GUARDED),
    ]
    marks = suppress_tables(
        cells, [sum_relation("everyone", ("over five", "under five"))]
    )
    assert sorted(m.value for m in marks.values()) == ["shown", "withheld"]


def test_p25_the_base_of_a_follow_up_does_not_give_away_how_many_were_asked_it() -> (
    None
):
    """All 23 who were there answered, all 7 who were not did: "for a bit" would be 30 - 7 - 20 = 3."""
    cells = [
        Cell("base", 30),
        Cell("yes", 20),
        Cell("bit", 3),
        Cell("no", 7),
        Cell("said", 23),
        Cell("why", 7),
    ]
    cells += [Cell("said left", 0, CellKind.REST), Cell("why left", 0, CellKind.REST)]
    relations: list[Relation] = [
        sum_relation("base", ("yes", "bit", "no")),
        {"yes": 1, "bit": 1, "said": -1, "said left": -1},
        sum_relation("no", ("why", "why left")),
    ]
    marks = suppress_tables(cells, relations)
    assert len(values_a_reader_must_consider(cells, relations, marks)["bit"]) > 1


def test_a_relation_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        suppress_tables([Cell("all", 3), Cell("a", 2)], [sum_relation("all", "a")])


def test_words_that_were_never_true_cannot_be_frozen() -> None:
    with pytest.raises(ValueError, match="fewer than 5"):
        suppress_tables([Cell("a", 9)], [], {"a": FEW})
