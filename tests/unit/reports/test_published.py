"""All that is handed over in a quarter, taken together, gives no small number away (promise 25)."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from feedback_app.config import ROOT
from feedback_app.month import Month
from feedback_app.privacy.suppress import Cell, CellKind, CellMark, Key, Relation
from feedback_app.reports.figures.questions import AskedQuestion, asked_questions
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.reports.publishing.published import (
    FEWEST_HEARD,
    Published,
    months_needed,
    publish_month,
)
from feedback_app.survey.answers import read_answers
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import MODES, Facts, Survey
from feedback_app.survey.path import questions_for, spotlight_for

SURVEY = load_catalogue(ROOT / "surveys").find_survey("rate-my-review")
QUESTIONS = asked_questions([SURVEY])
QUARTER = tuple(Month(2026, n) for n in (7, 8, 9))
PRIME = 2**61 - 1


def invented(
    survey: Survey, months: tuple[Month, ...], children: int, chance: random.Random
) -> Tally:
    """Counts of invented children who answer by their own path, most questions, the first options most."""
    heard: Counter[ChildGroup] = Counter()
    states: dict[tuple[str, str], Counter[ChildGroup]] = {}
    options: dict[tuple[str, str], Counter[ChildGroup]] = {}
    for month in months:
        for _child in range(children):
            band = chance.choice(["4-7", "8-11", "8-11", "12-17", "12-17"])
            group = ChildGroup(
                month,
                band,
                band != "4-7" or chance.random() < 0.6,
                chance.choice(["self", "self", "verbal"]),
            )
            facts = Facts(chance.choice(MODES))
            questions = questions_for(
                survey,
                band,
                facts,
                spotlight_for(survey, band, (), month.year, month.month),
            )
            form = {
                f"q-{q.id}": chance.choices(
                    [o.id for o in q.options], [8, 3, 2, *[1] * 10][: len(q.options)]
                )
                for q in questions
                if q.options and chance.random() < 0.93
            }
            heard[group] += 1
            for answer in read_answers(form, questions, facts)[0]:
                states.setdefault((answer.question, answer.state), Counter())[
                    group
                ] += 1
                for option in answer.options:
                    options.setdefault((answer.question, option), Counter())[group] += 1
    return Tally(heard, states, options)


def cells_of(found: Published) -> tuple[dict[Key, Cell], list[Relation]]:
    """All cells of the months and bands that leave together, with the relations inside each table."""
    columns = [found.whole, *found.bands.values()]
    cells = {
        key: cell for column in columns for key, cell in column.counts.cells.items()
    }
    return cells, [
        relation for column in columns for relation in column.counts.relations
    ]


def can_be_subtracted(
    keys: set[Key],
    cells: dict[Key, Cell],
    relations: list[Relation],
    marks: dict[Key, CellMark],
) -> list[Key]:
    """Those of the keys that adding and subtracting what is printed gives, by elimination modulo a large prime."""
    open_keys = {
        k
        for k, c in cells.items()
        if c.kind is not CellKind.KNOWN and marks.get(k) is not CellMark.SHOWN
    }
    pivots: dict[Key, dict[Key, int]] = {}

    def reduced(row: dict[Key, int]) -> dict[Key, int]:
        while row:
            key = next((k for k in row if k in pivots), None)
            if key is None:
                return row
            factor = row[key]
            for other, value in pivots[key].items():
                row[other] = (row.get(other, 0) - factor * value) % PRIME
            row = {k: v for k, v in row.items() if v}
        return row

    for relation in relations:
        row = reduced({k: v % PRIME for k, v in relation.items() if k in open_keys})
        if row:
            key, value = next(iter(row.items()))
            inverse = pow(value, -1, PRIME)
            fresh = {k: v * inverse % PRIME for k, v in row.items()}
            for known in pivots.values():
                if factor := known.get(key, 0):
                    for other, v in fresh.items():
                        known[other] = (known.get(other, 0) - factor * v) % PRIME
                    for gone in [k for k, v in known.items() if not v]:
                        del known[gone]
            pivots[key] = fresh
    return [key for key in keys if not reduced({key: 1})]


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in (1, 2, 3))]
)
@pytest.mark.parametrize("children", [8, 20, 40])
def test_p25_months_and_bands_of_a_quarter_give_no_small_number_away(
    seed: int, children: int
) -> None:
    tally = invented(SURVEY, QUARTER, children, random.Random(seed))
    handed_over = [publish_month(tally, QUESTIONS, month) for month in QUARTER]
    cells: dict[Key, Cell] = {}
    relations: list[Relation] = []
    marks: dict[Key, CellMark] = {}
    for found in handed_over:
        more, within = cells_of(found)
        if found.quarter != QUARTER:
            more = dict(found.whole.counts.cells)
            within = found.whole.counts.relations
        cells |= more
        relations += within
        for column in (
            found.whole,
            *(found.bands.values() if found.quarter == QUARTER else ()),
        ):
            marks |= {
                k: column.marks[k] for k in column.counts.cells if k in column.marks
            }
    relations += links(cells)
    small = {
        k
        for k, c in cells.items()
        if c.is_small and c.kind in (CellKind.PUBLISHED, CellKind.GUARDED)
    }
    assert small
    assert not [k for k in small if marks.get(k) is CellMark.SHOWN]
    assert can_be_subtracted(small, cells, relations, marks) == []


def links(cells: dict[Key, Cell]) -> list[Relation]:
    """Months and bands add up to the same children, wherever both print a number."""
    months = {str(month) for month in QUARTER}
    found: dict[object, dict[Key, int]] = {}
    for key, cell in cells.items():
        if cell.kind is not CellKind.REST:
            table, question, what = key  # type: ignore[misc]
            found.setdefault((question, what), {})[key] = 1 if table in months else -1
    return [
        link
        for link in found.values()
        if len(set(link.values())) == 2
        and sum(cells[k].value * side for k, side in link.items()) == 0
    ]


@pytest.mark.parametrize("children", [12, pytest.param(24, marks=pytest.mark.full)])
def test_p25_a_month_leaves_with_the_marks_that_its_quarter_keeps(
    children: int,
) -> None:
    """July's own summary, and what September's takes July to have shown, are the same."""
    tally = invented(SURVEY, QUARTER, children, random.Random(7))
    july = publish_month(tally, QUESTIONS, Month(2026, 7))
    september = publish_month(tally, QUESTIONS, Month(2026, 9))
    for key in july.whole.counts.cells:
        if key in july.whole.marks:
            assert july.whole.marks[key] is september.whole.marks[key]


@pytest.mark.full
@pytest.mark.parametrize("children", [24, pytest.param(12, marks=pytest.mark.full)])
def test_p25_the_same_quarter_is_told_in_the_same_way_three_times(
    children: int,
) -> None:
    months = (*QUARTER, Month(2026, 10), Month(2026, 11))
    tally = invented(SURVEY, months, children, random.Random(8))
    told = [publish_month(tally, QUESTIONS, month).bands for month in months[2:]]
    for band, column in told[0].items():
        for later in told[1:]:
            assert {
                k: later[band].marks[k]
                for k in column.counts.cells
                if k in column.marks
            } == {k: column.marks[k] for k in column.counts.cells if k in column.marks}


def test_p25_nothing_is_said_of_a_table_of_few_children() -> None:
    tally = invented(SURVEY, QUARTER, FEWEST_HEARD - 1, random.Random(9))
    found = publish_month(tally, QUESTIONS, Month(2026, 8))
    assert {
        found.whole.marks[k] for k in found.whole.counts.cells if k in found.whole.marks
    } == {CellMark.WITHHELD}


def test_ages_that_were_asked_different_things_are_never_counted_together() -> None:
    tally = invented(SURVEY, QUARTER, 30, random.Random(10))
    found = publish_month(tally, QUESTIONS, Month(2026, 9))
    apart = [question for question in QUESTIONS if question.by_band_only]
    assert {question.id for question in apart} >= {
        "choose_how",
        "talked_before",
        "my_story",
    }
    assert all(found.whole.base_cell(question.id) is None for question in apart)
    assert found.bands["12-17"].base_cell("talked_before") is not None


def test_a_summary_counts_from_its_month_and_the_last_full_quarter() -> None:
    assert [str(month) for month in months_needed(Month(2026, 9))] == [
        "2026-07",
        "2026-08",
        "2026-09",
    ]
    assert [str(month) for month in months_needed(Month(2026, 10))] == [
        "2026-07",
        "2026-08",
        "2026-09",
        "2026-10",
    ]


def test_questions_lie_in_the_order_in_which_they_are_asked() -> None:
    order = [question.id for question in QUESTIONS]
    assert (
        order.index("at_meeting")
        < order.index("meeting_ok")
        < order.index("said")
        < order.index("know_iro")
    )
    assert order.index("advocate") < order.index("care_pack")
    assert isinstance(QUESTIONS[0], AskedQuestion)
