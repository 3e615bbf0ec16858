"""All that is ever handed over, taken together, gives no small number away (promise 25)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import highspy
import numpy as np
import pytest

from feedback_app.config import ROOT
from feedback_app.month import Month
from feedback_app.privacy.suppress import Cell, CellKind, CellMark, Key, Relation
from feedback_app.reports.figures.questions import AskedQuestion, asked_questions
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.reports.publishing.left_before import (
    LeftBefore,
    Publication,
    choose_numbers,
    printed_tables,
)
from feedback_app.reports.publishing.published import (
    FEWEST_HEARD,
    Published,
    PublishedTable,
    months_needed,
)
from feedback_app.survey.answers import read_answers
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import MODES, Facts, Survey
from feedback_app.survey.path import questions_for, spotlight_for
from tests.support.exact_search import another_fits

SURVEY = load_catalogue(ROOT / "surveys").find_survey("rate-my-review")
QUESTIONS = asked_questions([SURVEY])
SOME = tuple(
    question
    for question in QUESTIONS
    if question.id in ("know_iro", "talked_before", "at_meeting", "said", "why_not")
)
"""A few questions that hang together: one that leads to others, one of which the ages are apart."""
MONTHS = tuple(Month(2026, 1).add_months(ahead) for ahead in range(12))
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


def invented(
    survey: Survey, months: Iterable[Month], children: int, chance: random.Random
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


def put_together(*tallies: Tally) -> Tally:
    """The counts of several, added."""
    heard: Counter[ChildGroup] = Counter()
    states: dict[tuple[str, str], Counter[ChildGroup]] = {}
    options: dict[tuple[str, str], Counter[ChildGroup]] = {}
    for tally in tallies:
        heard.update(tally.heard)
        for mine, theirs in ((states, tally.states), (options, tally.options)):
            for name, counts in theirs.items():
                mine.setdefault(name, Counter()).update(counts)
    return Tally(heard, states, options)


def in_months(tally: Tally, months: Iterable[Month]) -> Tally:
    """What the database would have counted by then."""
    wanted = set(months)

    def within(counts: Mapping[ChildGroup, int]) -> dict[ChildGroup, int]:
        return {group: n for group, n in counts.items() if group.month in wanted}

    return Tally(
        within(tally.heard),
        {name: within(counts) for name, counts in tally.states.items()},
        {name: within(counts) for name, counts in tally.options.items()},
    )


class Reader:
    """Somebody who keeps every report, and what they can work out."""

    def __init__(self, questions: Sequence[AskedQuestion] = SOME) -> None:
        self.questions = questions
        self.left = LeftBefore()
        self.printed: list[Published] = []

    def gets(self, tally: Tally, month: Month) -> Publication:
        """One more report."""
        counted = in_months(tally, months_needed(month))
        publication = choose_numbers(self.left, counted, self.questions, month)
        self.printed.append(printed_tables(publication, self.left, self.questions))
        self.left.add_publication(publication)
        return publication

    def given_away(self) -> list[Key]:
        """The small numbers that are worked out, by exact search: each is the only one that fits all there is."""
        solver, places = reader_knows(
            self.left.cells, self.left.relations, self.left.marks
        )
        return [
            key
            for key, cell in self.left.cells.items()
            if cell.is_small
            and (
                cell.kind is CellKind.GUARDED
                or (
                    cell.kind is CellKind.PUBLISHED
                    and self.left.marks[key] is not CellMark.SHOWN
                )
            )
            and not another_fits(solver, places[key], cell.value)
        ]


def reader_knows(
    cells: Mapping[Key, Cell] | Mapping[object, Cell],
    relations: Iterable[Relation],
    marks: Mapping[Key, CellMark],
) -> tuple[highspy.Highs, dict[Key, int]]:
    """All tables that fit what is printed, as a programme in whole numbers; written apart from the product's own."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    places: dict[Key, int] = {}
    none = np.array([], dtype=np.int32)
    for key, cell in cells.items():
        low, high = 0.0, 400.0
        if cell.kind is CellKind.KNOWN or marks.get(key) is CellMark.SHOWN:
            low = high = float(cell.value)
        elif marks.get(key) is CellMark.FEW:
            low, high = 1.0, 4.0
        places[key] = len(places)
        solver.addCol(0.0, low, high, 0, none, none.astype(float))
    for relation in relations:
        at = np.array([places[key] for key in relation], dtype=np.int32)
        factors = np.array(list(relation.values()), dtype=float)
        solver.addRow(0.0, 0.0, len(at), at, factors)
    return solver, places


def hidden_share(published: Published) -> float:
    """The share of the printed answers' numbers that are hidden."""
    marks: list[CellMark] = []
    for table in (published.whole, published.year, *published.bands.values()):
        marks += [n.mark for (question, _what), n in table.numbers.items() if question]
    return sum(mark is not CellMark.SHOWN for mark in marks) / len(marks)


def test_p25_a_late_paper_gives_no_small_number_away() -> None:
    months_and_a_late_paper(Reader(), random.Random(0), 11, MONTHS[8:10])


@pytest.mark.full
@pytest.mark.parametrize(("seed", "children"), [(2, 16), (3, 32)])
def test_p25_months_and_a_late_paper_give_no_small_number_away(
    seed: int, children: int
) -> None:
    reader = Reader(QUESTIONS)
    months_and_a_late_paper(reader, random.Random(seed), children, MONTHS[5:10])


def months_and_a_late_paper(
    reader: Reader, chance: random.Random, children: int, months: Sequence[Month]
) -> None:
    """September's report, September's again with two children more, and October's."""
    tally = invented(SURVEY, months, children, chance)
    reader.gets(tally, SEPTEMBER)
    late = put_together(tally, invented(SURVEY, [SEPTEMBER], 2, chance))
    reader.gets(late, SEPTEMBER)
    reader.gets(late, OCTOBER)
    assert reader.left.latest[str(SEPTEMBER)] == f"{SEPTEMBER}#2"
    assert reader.given_away() == []


@pytest.mark.full
def test_p25_a_year_of_reports_with_late_papers_gives_no_small_number_away() -> None:
    """Months, windows of twelve months, ages and versions together, from the service's first month on."""
    chance = random.Random(5)
    tally = invented(SURVEY, MONTHS, 18, chance)
    reader = Reader()
    for month in MONTHS:
        reader.gets(in_months(tally, [m for m in MONTHS if m <= month]), month)
        if month.quarter_months[-1] == month:
            tally = put_together(tally, invented(SURVEY, [month], 1, chance))
            reader.gets(in_months(tally, [m for m in MONTHS if m <= month]), month)
    assert reader.given_away() == []
    assert any(published.bands for published in reader.printed)


@pytest.mark.full
def test_of_a_year_in_use_at_most_a_third_is_hidden() -> None:
    tally = invented(SURVEY, MONTHS, 18, random.Random(6))
    reader = Reader(QUESTIONS)
    reader.gets(tally, SEPTEMBER)
    reader.gets(tally, OCTOBER)
    shares = [hidden_share(published) for published in reader.printed]
    assert max(shares) <= 0.35, shares


def test_p25_what_left_is_printed_the_same_in_the_next_month() -> None:
    tally = invented(SURVEY, MONTHS[8:10], 30, random.Random(8))
    reader = Reader()
    for month in (SEPTEMBER, OCTOBER):
        reader.gets(tally, month)
    first, second = reader.printed
    assert first.year == second.year
    assert first.bands == second.bands
    assert (str(first.year_end), str(second.year_end)) == ("2026-09", "2026-09")


def test_the_same_answers_make_the_same_publication_and_it_is_read_again_as_it_was() -> (
    None
):
    tally = invented(SURVEY, [SEPTEMBER], 14, random.Random(9))
    first, second = (Reader().gets(tally, SEPTEMBER) for _ in range(2))
    assert first.to_bytes() == second.to_bytes()
    again = Publication.from_bytes(first.to_bytes())
    assert (again.content_digest, again.cells) == (first.content_digest, first.cells)
    assert again.marks == first.marks
    assert again.relations == first.relations


def test_p25_nothing_is_said_of_a_table_of_few_children() -> None:
    tally = invented(SURVEY, [OCTOBER], FEWEST_HEARD - 1, random.Random(9))
    reader = Reader()
    reader.gets(tally, OCTOBER)
    month = reader.printed[0].whole
    answers = {n.mark for (question, _what), n in month.numbers.items() if question}
    assert answers == {CellMark.WITHHELD}
    assert month.heard_cell().value == FEWEST_HEARD - 1, "a count of work"


def test_a_thin_month_has_no_options_and_the_twelve_months_have_them() -> None:
    tally = invented(SURVEY, MONTHS[7:10], 60, random.Random(10))
    reader = Reader()
    reader.gets(tally, OCTOBER)
    published = reader.printed[0]
    assert offers(published.year, "said") > 2
    assert offers(published.whole, "said") == 1, "the one that is a measure"
    assert published.whole.base_cell("said") is not None
    for band, table in published.bands.items():
        assert offers(table, "choose_how") <= 1, band


def offers(table: PublishedTable, question: str) -> int:
    """How many options of a question have a number there."""
    return sum(
        at == question and what.startswith("option") for at, what in table.numbers
    )


def test_ages_that_were_asked_different_things_are_never_counted_together() -> None:
    tally = invented(SURVEY, [SEPTEMBER], 150, random.Random(10))
    reader = Reader()
    reader.gets(tally, SEPTEMBER)
    found = reader.printed[0]
    apart = [question for question in QUESTIONS if question.by_band_only]
    assert {question.id for question in apart} >= {
        "choose_how",
        "talked_before",
        "my_story",
    }
    assert all(found.year.base_cell(question.id) is None for question in apart)
    assert found.bands["12-17"].base_cell("talked_before") is not None


def test_a_report_counts_from_the_year_to_the_last_full_quarter_and_what_came_since() -> (
    None
):
    to_september = [str(month) for month in months_needed(SEPTEMBER)]
    assert (len(to_september), to_september[0]) == (12, "2025-10")
    to_november = [str(month) for month in months_needed(Month(2026, 11))]
    assert to_november == [*to_september, "2026-10", "2026-11"]
