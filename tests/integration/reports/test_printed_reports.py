"""Word and PDF say what the document says: every cell of every table, every sentence, every chart in words."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from bench.support.world import World
from feedback_app.documents.letter_templates import BadTemplate
from feedback_app.month import Month
from feedback_app.reports.content.build_report import build_report
from feedback_app.reports.content.gather import gather_report
from feedback_app.reports.document import Chart, Paragraph, ReportDocument
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.printing.report_layout import MARKS
from feedback_app.reports.printing.report_pdf import report_pdf
from feedback_app.reports.printing.report_word import (
    OUR_TEMPLATE,
    report_template_problems,
    report_word,
)
from feedback_app.reports.publishing.stored import find_numbers
from feedback_app.reports.tables import Table, printed_cell
from tests.support.report_months import people_september

SEPTEMBER = Month(2026, 9)
BRACES = "{{ 7*7 }} <b> & {% raw %}"


@pytest.fixture
def document(lite: World) -> ReportDocument:
    """September's report, with braces in a sentence of the manager's."""
    people_september(lite)
    lite.choose_numbers()
    surveys, manager = lite.parts.catalogue.monthly_versions(), lite.manager()
    with lite.app.test_request_context(), lite.session() as session:
        gathered = gather_report(
            session,
            lite.parts.keys.text,
            lite.parts.settings,
            lite.parts.catalogue,
            Period(SEPTEMBER, SEPTEMBER),
            kind="month",
            ready=find_numbers(session, surveys, SEPTEMBER),
            person_id=manager.id,
            roles=["manager"],
        )
        return build_report(
            gathered, {"decision.1": BRACES}, version=3, digest="abcdef0123456789"
        )


def unmarked(cell: str) -> str:
    """A cell without the mark of what is said of a target."""
    for mark in MARKS.values():
        cell = cell.removeprefix(f"{mark} ")
    return " ".join(cell.split())


def rows_of(table: Table) -> list[list[str]]:
    head = [[column.title for column in table.columns]] if table.has_header else []
    body = [
        [
            printed_cell(c, cell)
            for c, cell in zip(table.columns, row.cells, strict=True)
        ]
        for row in table.rows
    ]
    return [[" ".join(cell.split()) for cell in line] for line in (*head, *body)]


def printed_tables(document: ReportDocument) -> list[list[list[str]]]:
    """The tables of the chapters; a chart's numbers stand in its words."""
    return [
        rows_of(block)
        for chapter in document.chapters
        for block in chapter.blocks
        if isinstance(block, Table)
    ]


def sentences(document: ReportDocument) -> list[str]:
    found = []
    for chapter in document.chapters:
        found.append(chapter.title)
        for block in chapter.blocks:
            if isinstance(block, Paragraph):
                found.append(block.text)
            elif isinstance(block, Chart):
                found.append(block.alt)
    return [" ".join(one.split()) for one in found]


def test_a_word_file_has_every_cell_and_sentence(
    lite: World, document: ReportDocument
) -> None:
    with lite.app.test_request_context():
        made = report_word(document)
        assert made == report_word(document)
    word = docx.Document(io.BytesIO(made))
    read = [
        [[unmarked(cell.text) for cell in row.cells] for row in table.rows]
        for table in word.tables
    ]
    assert read == printed_tables(document)
    words = " ".join(" ".join(p.text for p in word.paragraphs).split())
    for sentence in sentences(document):
        assert sentence in words
    assert BRACES in words
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings == [chapter.title for chapter in document.chapters]
    for table in word.tables:
        heads = [row for row in table.rows if row._tr.trPr.find(qn("w:tblHeader")) is not None]  # fmt: skip
        assert len(heads) <= 1
    pictures = list(word.element.body.iter(qn("wp:docPr")))
    charts = [b for c in document.chapters for b in c.blocks if isinstance(b, Chart)]
    assert [one.get("descr") for one in pictures] == [chart.alt for chart in charts]
    foot = "".join(p.text for p in word.sections[0].footer.paragraphs)
    assert "version 3 · abcdef01" in foot
    assert word.core_properties.title == document.title


def test_no_word_of_a_table_in_word_is_broken(
    lite: World, document: ReportDocument
) -> None:
    """At 8 points a letter takes 1.5 mm, a cell's own margins 2.1 mm; the page has 174 mm."""
    with lite.app.test_request_context():
        word = docx.Document(io.BytesIO(report_word(document)))
    for table in word.tables:
        assert sum(cell.width.mm for cell in table.rows[0].cells) < 174.2
        for row in table.rows:
            for cell in row.cells:
                longest = max(map(len, cell.text.split()), default=0)
                assert cell.width.mm > longest * 1.5 + 2.1, cell.text


def test_a_pdf_has_every_cell_and_is_tagged(
    lite: World, document: ReportDocument
) -> None:
    with lite.app.test_request_context():
        made = report_pdf(document)
        assert made == report_pdf(document)
    pdf = pypdf.PdfReader(io.BytesIO(made))
    pages = ["".join(page.extract_text().split()) for page in pdf.pages]
    words = "".join(pages)
    for table in printed_tables(document):
        for line in table:
            for cell in line:
                assert "".join(cell.split()) in words, cell
    for sentence in sentences(document):
        for word in sentence.split():
            assert word in words, sentence
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (pypdf's own truth)
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "pdfuaid:part>1" in root["/Metadata"].get_data().decode()
    tags = list(tags_of(root["/StructTreeRoot"]))
    kinds = [kind for kind, _words in tags]
    charts = [b for c in document.chapters for b in c.blocks if isinstance(b, Chart)]
    assert [words for kind, words in tags if kind == "/Figure"] == [
        chart.alt for chart in charts
    ]
    assert kinds.count("/Table") == len(printed_tables(document))
    assert kinds.count("/TH") >= len(printed_tables(document))
    assert kinds.count("/H1") == 1


def tags_of(node: object) -> list[tuple[str, str]]:
    """Each tag below a node of the structure tree, with its alternative words."""
    found = []
    stack = [node]
    while stack:
        one = stack.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            stack.extend(reversed(one))
        elif isinstance(one, dict):
            if "/S" in one:
                found.append((str(one["/S"]), str(one.get("/Alt", ""))))
            if "/K" in one:
                stack.append(one["/K"])
    return found


def test_a_template_that_cannot_be_used_says_why(lite: World, tmp_path: Path) -> None:
    assert report_template_problems(None) == []
    assert report_template_problems(tmp_path) == []
    own = tmp_path / "report.docx"
    own.write_bytes(OUR_TEMPLATE.read_bytes())
    assert report_template_problems(tmp_path) == []
    word = docx.Document(str(own))
    word.paragraphs[2].text = "{{ raport }}"
    word.save(str(own))
    assert "cannot be filled in" in report_template_problems(tmp_path)[0]
    word.paragraphs[2].text = "Here: {{ report }}"
    word.save(str(own))
    assert "and nothing else" in report_template_problems(tmp_path)[0]
    own.write_bytes(b"no Word file")
    with pytest.raises(BadTemplate):
        raise BadTemplate(report_template_problems(tmp_path)[0])


def test_the_template_is_what_its_maker_makes() -> None:
    from tools.report_template import make_template

    assert OUR_TEMPLATE.read_bytes() == make_template()
