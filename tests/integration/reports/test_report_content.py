"""What a report says: made from figures, the same numbers everywhere, and no small one of what children answered."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from html.parser import HTMLParser

import openpyxl
import pytest
from flask import render_template_string
from sqlalchemy import select

from bench.support.world import World
from feedback_app.labels import label
from feedback_app.models.text import QueueEntry
from feedback_app.month import Month
from feedback_app.privacy.covered import Span
from feedback_app.reading import kept_comments
from feedback_app.reading.marks import mark_read
from feedback_app.reports.content.build_report import build_report, editable_sentences
from feedback_app.reports.content.bulletin import bulletin_paragraph
from feedback_app.reports.content.children_page import build_child_page
from feedback_app.reports.content.first_minute import MOST_WORDS, count_words
from feedback_app.reports.content.gather import gather_report
from feedback_app.reports.content.method import data_dictionary
from feedback_app.reports.document import Paragraph, Quote, ReportDocument
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.formats.tidy import COLUMNS, write_tidy
from feedback_app.reports.formats.workbook import write_workbook
from feedback_app.reports.publishing.stored import (
    ask_for_numbers,
    find_numbers,
    note_left,
)
from feedback_app.reports.tables import CellValue
from tests.support.built_reports import chapter, gathered, report
from tests.support.report_months import people_september

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
PAGE = '{% from "manager/report/_document.html" import document with context %}{{ document(report) }}'
WORK = ("Heard", "In one minute", "You said, we did", "Response rate")
"""Counts of work, which are shown as they are (docs/rules.md, Visibility)."""


class Cells(HTMLParser):
    """The text of all cells and paragraphs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th"):
            self._inside = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.cells[-1] += data


def cells(document: ReportDocument) -> Iterator[tuple[str, CellValue]]:
    """Every cell of every table with its column's kind."""
    for table in document.all_tables():
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                yield column.kind, cell


def printed(kind: str, cell: CellValue) -> str:
    if kind == "percent" and not isinstance(cell, str):
        return f"{round(100 * cell, 3):g}%"
    return str(cell)


def minute(document: ReportDocument) -> list[str]:
    return [
        block.text
        for block in document.chapters[0].blocks
        if isinstance(block, Paragraph)
    ]


def test_a_month_says_in_a_minute_what_it_says_everywhere(lite: World) -> None:
    people_september(lite)
    document = report(lite, SEPTEMBER)
    assert document.title == "What children told us: Rate my Review, September 2026"
    assert (document.period, document.version) == ("2026-09", 0)
    assert minute(document) == [
        "24 children were heard (16 who took part in their review, 8 who did not).",
        "2 of 2 IROs heard one of each.",
        "We asked 24; 0 said no, 0 did not answer.",
        "No earlier twelve months were handed over to compare with.",
    ]
    assert sum(count_words(words) for words in minute(document)) <= MOST_WORDS
    assert [one.title for one in document.chapters if not one.is_appendix] == [
        "In one minute", "Heard", "Who is behind the figures", "Four figures", "IRO says, child says",
        "Why not, and what would help", "In their words", "You said, we did", "Safety and requests", "For decision",
    ]  # fmt: skip
    assert bulletin_paragraph(document).startswith(
        "What children told us: Rate my Review, September 2026. 24 children were heard"
    )

    # As 24 children said it: each IRO's every fourth did not know, every third was not there.
    year = "2025-10-01--2026-09-30"
    known = {
        (figure.period, figure.question): (figure.count, figure.base, figure.share)
        for figure in document.figures
        if not figure.option and not figure.band
    }
    assert known[year, "Know who their IRO is"] == (18, 24, 0.75)
    assert known["2026-09", "Know who their IRO is"] == (18, 24, 0.75)
    assert known[year, "Were told what was decided"] == (24, 24, 1.0)
    assert known[year, "Say the meeting was good"] == (16, 16, 1.0)

    # Every number of a table stands among the figures, and the other way round.
    in_figures: Counter[float] = Counter()
    for figure in document.figures:
        for number in (
            figure.count,
            figure.base,
            figure.share,
            figure.low,
            figure.high,
        ):
            if number is not None:
                in_figures[round(number, 5)] += 1
    in_tables = {
        round(cell, 5) for _kind, cell in cells(document) if not isinstance(cell, str)
    }
    assert in_tables <= set(in_figures)
    in_words = {
        float(word)
        for words in minute(document)
        for word in words.replace("(", "").replace(";", "").split()
        if word.isdigit()
    }
    assert set(in_figures) <= in_tables | in_words
    assert len({astuple(figure)[:5] for figure in document.figures}) == len(
        document.figures
    )

    # Nothing of 1 to 4 children leaves of what children answered or asked for.
    for figure in document.figures:
        if not figure.question.startswith(WORK):
            assert figure.count is None or not 1 <= figure.count <= 4, figure
            assert figure.base is None or not 1 <= figure.base <= 4, figure
        hidden = figure.count is None or (figure.why_hidden and figure.share is None)
        assert not hidden or figure.why_hidden, figure
    safety = chapter(document, "Safety and requests")
    assert [row.cells for row in safety.blocks[0].rows][-1] == (  # type: ignore[union-attr]
        "asked for an advocate",
        "fewer than 5",
    )

    # All formats say the same.
    rows = list(csv.reader(io.StringIO(write_tidy(document).decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [tuple(row) for row in rows[1:]] == [
        tuple("" if cell is None else str(cell) for cell in astuple(figure))
        for figure in document.figures
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(document)))
    data = list(book["Data"].iter_rows(min_row=2, values_only=True))
    assert data == [
        tuple(cell if cell != "" else None for cell in astuple(figure))
        for figure in document.figures
    ]
    in_book = Counter(
        cell
        for sheet in book
        if sheet.title != "Data"
        for line in sheet.iter_rows(values_only=True)
        for cell in line
        if isinstance(cell, int | float)
    )
    assert in_book == Counter(
        cell for _kind, cell in cells(document) if not isinstance(cell, str)
    )
    assert all(
        "September 2026" in str(sheet["A2"].value) for sheet in book.worksheets[:-1]
    )
    assert not any(
        str(cell.value).startswith("=") for sheet in book for line in sheet for cell in line
    )  # fmt: skip
    assert len(book["Four figures"]._charts) >= 2
    with lite.app.test_request_context():
        page = Cells()
        page.feed(render_template_string(PAGE, report=document))
    expected = Counter(printed(kind, cell) for kind, cell in cells(document))
    found = Counter(cell.strip() for cell in page.cells)
    for words, number in expected.items():
        assert not words or found[words] >= number, words


def test_the_managers_words_stand_in_place_and_are_marked(lite: World) -> None:
    lite.response(lite.iro("Officer Oak"), month="2026-09")
    found = gathered(lite, SEPTEMBER)
    with lite.app.test_request_context():
        keys = [one.key for one in editable_sentences(found)]
        own = {
            "minute.pairs": "Two IROs were ill.",
            "decision.2": "Screens in two rooms.",
            "minute.heard": " ",
        }
        document = build_report(
            found, own, version=2, digest="ab", changes=["One more."]
        )
    assert keys[:4] == ["minute.heard", "minute.pairs", "minute.asked", "minute.moved"]
    assert keys[-3:] == ["decision.1", "decision.2", "decision.3"]
    first = document.chapters[0].blocks
    assert Paragraph("Two IROs were ill.", "own", "minute.pairs") in first
    assert first[0].origin == "generated"  # type: ignore[union-attr]
    asked = chapter(document, "For decision").blocks
    assert [one.text for one in asked] == [  # type: ignore[union-attr]
        "Nothing is put forward.",
        "Screens in two rooms.",
    ]
    changed = chapter(document, "What changed since the version before").blocks
    assert [one.text for one in changed] == ["One more."]  # type: ignore[union-attr]


def test_a_running_month_has_no_answers_and_a_long_one_its_chapters(
    lite: World,
) -> None:
    iro = lite.iro("Officer Oak")
    for month in ("2026-07", "2026-09", "2026-10"):
        for _child in range(6):
            lite.response(iro, month=month, answers={"know_iro": ["yes"]})
    running = report(lite, OCTOBER)
    assert "handed over once the month is over" in minute(running)[-1]
    assert not any(figure.question.startswith("Know") for figure in running.figures)
    quarter = report(lite, SEPTEMBER, "quarter")
    assert quarter.period == "2026-Q3"
    assert minute(quarter)[0].startswith("12 children were heard")
    titles = [one.title for one in quarter.chapters]
    assert {"By age", "By how the review was held", "Six standing questions"} <= set(
        titles
    )
    year = report(lite, SEPTEMBER, "year")
    assert year.period == "2025-10-01--2026-09-30"
    gap = chapter(year, "Dispute resolution").blocks[0]
    assert gap == Paragraph("From your case system.", "note", "gap.disputes")
    for document in (quarter, year):
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(document)))
        assert len(book.worksheets) == len(document.chapters) + 1
        for figure in document.figures:
            if not figure.question.startswith(WORK):
                assert figure.count is None or not 1 <= figure.count <= 4, figure


def test_lines_and_movements_know_only_what_left(lite: World) -> None:
    iro = lite.iro("Officer Oak")
    for month, said in (("2026-06", "yes"), ("2026-09", "no")):
        for _child in range(12):
            answers = {"know_iro": [said]}
            lite.response(iro, month=month, band="12-17", answers=answers)
    surveys = lite.parts.catalogue.monthly_versions()
    points = chapter(report(lite, SEPTEMBER), "Four figures").blocks[1]
    assert len(points.table.rows) == 1  # type: ignore[union-attr]
    with lite.session(reading=False) as session:
        ask_for_numbers(session, Month(2026, 6))
        session.commit()
    lite.choose_numbers()
    with lite.session(reading=False) as session:
        june = find_numbers(session, surveys, Month(2026, 6))
        assert june is not None
        assert note_left(session, june.id, lite.manager().id)
        session.commit()
    document = report(lite, SEPTEMBER)
    assert minute(document)[-1] == (
        "No figure moved beyond chance, except: Know who their IRO is (down, more than chance)."
    )
    points = chapter(document, "Four figures").blocks[1]
    assert [row.cells[0] for row in points.table.rows] == [  # type: ignore[union-attr]
        "June 2026",
        "September 2026",
    ]


def test_quotes_are_read_covered_and_stand_with_an_age_alone(lite: World) -> None:
    iro = lite.iro("Officer Oak")
    lite.response(
        iro, month="2026-09", band="12-17", texts={"better": "Kai was kind to me"}
    )
    manager, ring = lite.manager(), lite.parts.keys.audit
    with lite.session(reading=False) as session:
        entry = session.scalars(select(QueueEntry)).one()
        mark_read(
            session,
            ring,
            entry,
            reader="manager",
            outcome="nothing_to_do",
            person_id=manager.id,
        )
        session.flush()
        response = kept_comments.response_of_entry(session, entry)
        kept_comments.choose_quote(
            session, ring, entry, response, person_id=manager.id, ticked=True
        )
        kept_comments.cover_places(
            session, ring, entry, [Span(0, 3, "name")], person_id=manager.id
        )
        session.commit()
    for kind in ("month", "quarter"):
        told = chapter(report(lite, SEPTEMBER, kind), "In their words").blocks
        assert told[0] == Quote("[name] was kind to me", "Age 12–17")
    with lite.session(reading=False) as session:
        entry = session.scalars(select(QueueEntry)).one()
        mark_read(
            session,
            ring,
            entry,
            reader="lead",
            outcome="concern",
            person_id=manager.id,
        )
        session.commit()
    told = chapter(report(lite, SEPTEMBER), "In their words").blocks
    assert len(told) == 1, "a concern was found in it since: it does not leave"


def test_any_months_make_a_report_of_sums_that_give_nothing_away(lite: World) -> None:
    iro = lite.iro("Officer Oak")
    for month, children in (("2026-07", 6), ("2026-08", 3), ("2026-09", 1)):
        for _child in range(children):
            lite.response(iro, month=month, answers={"know_iro": ["yes"]})
    lite.choose_numbers()
    manager, parts = lite.manager(), lite.parts
    surveys = parts.catalogue.monthly_versions()
    with lite.app.test_request_context(), lite.session() as session:
        period = Period(Month(2026, 8), SEPTEMBER)
        found = gather_report(
            session, parts.keys.text, parts.settings, parts.catalogue, period, kind="own",
            ready=find_numbers(session, surveys, SEPTEMBER), person_id=manager.id, roles=["manager"],
        )  # fmt: skip
        document = build_report(found)
    assert document.period == "2026-08-01--2026-09-30"
    language = [one for one in document.figures if one.question == "Language"]
    # English alone: all who were heard, whose number stands as a count of work; it is hidden all the same.
    assert [one.count for one in language] == [None]


@pytest.mark.parametrize("children", [19, 20])
def test_the_childrens_page_has_no_figure_from_fewer_than_twenty(
    lite: World, children: int
) -> None:
    for _child in range(children):
        lite.response(
            month="2026-09",
            band="12-17",
            answers={"know_iro": ["yes"]},
            texts={"better": "My dog Rex"},
        )
    lite.action("Biscuits")
    found = gathered(lite, SEPTEMBER)
    with lite.app.test_request_context(), lite.session() as session:
        page = build_child_page(
            session, lite.parts.settings, SEPTEMBER, found.published
        )
    assert [words.band for words in page.words] == ["4-7", "8-11", "12-17"]
    oldest = page.words[-1]
    enough = children >= 20
    assert ("20 children and young people" in oldest.opening) == enough
    assert [fact.text for fact in oldest.facts] == (
        ["5 of 5 know who their IRO is."] if enough else []
    )
    lines = [line for part in oldest.parts for line in part.lines]
    assert "Biscuits (12-17). We did it (12-17)." in lines
    assert not any("Rex" in line for line in lines)
    assert "Who to call" in [part.title for part in oldest.parts]


def test_the_dictionary_names_each_column_of_the_data(lite: World) -> None:
    with lite.app.test_request_context():
        table = data_dictionary().sections[0].tables[0]
        assert label("band", "8-11") == "8–11"
    assert tuple(row.cells[0] for row in table.rows) == COLUMNS
