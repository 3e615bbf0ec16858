"""A report as a Word document, from a template that a council restyles in Word (docs/reports.md).

docxtpl fills in the template's fields, sandboxed; in the place of `{{ report }}` stand the chapters, in the template's
own styles. What a report says is text and never template. The same document is the same file, byte for byte.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from feedback_app.documents.letter_templates import (
    REPORT_TEMPLATE,
    BadTemplate,
    make_sandbox,
    open_template,
)
from feedback_app.documents.letters import as_word_text
from feedback_app.documents.typesetting import draw_png
from feedback_app.documents.zip_times import without_times
from feedback_app.reports.document import Chapter, Paragraph, Quote, ReportDocument
from feedback_app.reports.printing.report_layout import (
    SHORT_WORDS,
    footer_of,
    lay_out,
    subtitle_of,
)
from feedback_app.reports.tables import Column, Table, TableRow

OUR_TEMPLATE = Path(__file__).with_name(REPORT_TEMPLATE)
TABLE_STYLE = "Report table"
STYLES = {"generated": "Report sentence", "own": "Own words", "rule": "Note", "note": "Note"}  # fmt: skip
"""Where a paragraph is from -> the template's style of it."""
PAGE_MILLIMETRES = 174
LETTER_MILLIMETRES = 1.75
"""How wide a letter of a table's column is where there is room for all."""
LEAST_LETTER, CELL_MILLIMETRES, LEAST_MILLIMETRES = 1.65, 3.4, 10
"""The same where there is not; what a cell keeps free at its sides; the narrowest column."""
BOLD_LETTER = 1.2
"""How wide a letter in bold is beside another."""
CHART_MILLIMETRES = 57
ROWS_KEPT_TOGETHER = 12
"""Up to so many rows a table stays on one page, as it does in the PDF."""
PLACE = "[the report stands here]"


def report_template(own_folder: Path | None) -> Path:
    """The template: the council's own where there is one, else ours."""
    if own_folder is not None and (own_folder / REPORT_TEMPLATE).is_file():
        return own_folder / REPORT_TEMPLATE
    return OUR_TEMPLATE


def report_word(document: ReportDocument, template: Path = OUR_TEMPLATE) -> bytes:
    """That report as a Word document. Raises BadTemplate where the template cannot be used."""
    word = _fill_fields(document, template)
    try:
        _ReportWriter(word, document).write_chapters()
    except KeyError as missing:
        raise BadTemplate(
            f"{template.name}: it has no style {missing}. Take it over from our template (docs/reports.md)."
        ) from missing
    facts = word.core_properties
    facts.title, facts.author = document.title[:255], document.service_name[:255]
    facts.language = "en-GB"
    made = document.frozen_at or datetime.combine(
        document.made_on, datetime.min.time(), UTC
    )
    facts.created = facts.modified = made.replace(tzinfo=None)
    facts.last_modified_by = document.service_name[:255]
    out = io.BytesIO()
    word.save(out)
    return without_times(out.getvalue())


def _fill_fields(document: ReportDocument, path: Path) -> Any:
    """The template with its fields filled in, as a document of python-docx."""
    template = open_template(path)
    texts = {
        "title": document.title,
        "subtitle": subtitle_of(document),
        "service_name": document.service_name,
        "period": document.period_name,
        "footer": footer_of(document),
        "of": _("of"),
        "report": PLACE,
    }
    try:
        template.render(
            {name: as_word_text(text) for name, text in texts.items()},
            jinja_env=make_sandbox(),
        )
    except Exception as error:
        raise BadTemplate(
            f"{path.name}: it cannot be filled in ({type(error).__name__}). Compare it with docs/reports.md."
        ) from error
    if not any(one.text.strip() == PLACE for one in template.docx.paragraphs):
        raise BadTemplate(
            f"{path.name}: a paragraph must hold {{{{ report }}}} and nothing else."
        )
    return template.docx


class _ReportWriter:
    """Puts the chapters where the template has a place for them."""

    def __init__(self, word: Any, document: ReportDocument) -> None:
        self._word, self._document = word, document
        self._place = next(one for one in word.paragraphs if one.text.strip() == PLACE)

    def write_chapters(self) -> None:
        """All chapters; the place itself goes."""
        for chapter in self._document.chapters:
            heading = self._add_paragraph(chapter.title, "Heading 1")
            heading.paragraph_format.page_break_before = chapter.page_before
            for block in lay_out(chapter):
                items = block["items"] if block["kind"] == "beside" else [block]
                for one in items:
                    if one["kind"] != "chart":
                        self._write_block(one)
                charts = [one for one in items if one["kind"] == "chart"]
                if charts:
                    self._write_charts(charts)
        self._place._p.getparent().remove(self._place._p)

    def _write_block(self, block: Mapping[str, Any]) -> None:
        if block["kind"] == "paragraph":
            words = block["text"]
            if block["origin"] == "own":
                words = f"{words} {_('(the manager’s own words)')}"
            self._add_paragraph(words, STYLES[block["origin"]])
        elif block["kind"] == "quote":
            self._add_paragraph(f"{block['text']} ({block['band']})", "Quote")
        else:
            self._write_table(block)

    def _add_paragraph(self, words: str, style: str) -> Any:
        made = self._word.add_paragraph(words, style=self._word.styles[style])
        self._place._p.addprevious(made._p)
        return made

    def _write_table(self, block: Mapping[str, Any]) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 (reports only)
        from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415 (reports only)

        if block["title"]:
            self._add_paragraph(block["title"], "Heading 2")
        columns, rows = block["columns"], block["rows"]
        head = [[column["title"] for column in columns]] if block["header"] else []
        table = self._word.add_table(len(head) + len(rows), len(columns))
        table.style = self._word.styles[TABLE_STYLE]
        table.autofit = False
        is_whole = len(rows) <= ROWS_KEPT_TOGETHER or None
        self._place._p.addprevious(table._tbl)
        _mark_rows(table, has_head=bool(head))
        lines = [*head, *(row["cells"] for row in rows)]
        kinds = [*({"bold": True, "mark": ""} for _line in head), *rows]
        widths = [Mm(width) for width in _widths(block)]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for line, cells, kind in zip(table.rows, lines, kinds, strict=True):
            for cell, words, column, width in zip(
                line.cells, cells, columns, widths, strict=True
            ):
                cell.width = width
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(0)
                paragraph.paragraph_format.keep_with_next = is_whole
                run = paragraph.add_run(words)
                run.bold = kind["bold"] or None
                if column["number"]:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if kind["mark"]:
                run.text = f"{kind['mark']} {run.text}"
                run.font.color.rgb = RGBColor.from_string(kind["colour"].upper())
        self._add_paragraph("", "Table gap")

    def _write_charts(self, charts: list[Mapping[str, Any]]) -> None:
        """In one line, each with its words for who cannot see it; under them what they say."""
        from docx.oxml.ns import qn  # noqa: PLC0415 (reports only)
        from docx.shared import Mm  # noqa: PLC0415 (reports only)

        line = self._add_paragraph("", "Note")
        width = min(CHART_MILLIMETRES, (PAGE_MILLIMETRES - 10) / len(charts))
        for chart in charts:
            run = line.add_run()
            run.add_picture(io.BytesIO(draw_png(chart["svg"])), width=Mm(width))
            for place in run._r.iter(qn("wp:inline")):
                # Some programs put a gap of their own beside a picture that names none.
                place.set("distL", "0")
                place.set("distR", "0")
            for facts in run._r.iter(qn("wp:docPr")):
                facts.set("descr", chart["alt"])
        self._add_paragraph(". ".join(chart["alt"] for chart in charts), "Note")


def _widths(block: Mapping[str, Any]) -> list[float]:
    """Millimetres of each column: as wide as it likes to be; without room for all, long texts share what is left.

    No word is broken, unless the longest ones of a line do not fit beside one another.
    """
    every = range(len(block["columns"]))
    least, wraps = zip(*(_room_needed(block, n) for n in every), strict=True)
    usual = [
        max(column["width"] * LETTER_MILLIMETRES, low)
        for column, low in zip(block["columns"], least, strict=True)
    ]
    if sum(usual) <= PAGE_MILLIMETRES:
        return usual
    sharing = {n for n in every if wraps[n]}
    while True:
        taken = sum(least[n] for n in every if n not in sharing)
        share = (PAGE_MILLIMETRES - taken) / max(sum(usual[n] for n in sharing), 1)
        tight = {n for n in sharing if usual[n] * share < least[n]}
        if not tight:
            break
        sharing -= tight
    widths = [usual[n] * share if n in sharing else least[n] for n in every]
    return [width * min(1, PAGE_MILLIMETRES / sum(widths)) for width in widths]


def _room_needed(block: Mapping[str, Any], number: int) -> tuple[float, bool]:
    """Millimetres for the longest word of a column, or its longest short number; whether longer cells wrap."""
    column = block["columns"][number]
    parts = [(word, True) for word in column["title"].split()]
    wraps = not column["number"]
    for row in block["rows"]:
        cell = row["cells"][number]
        is_whole = column["number"] and len(cell) <= SHORT_WORDS
        wraps = wraps or not is_whole
        words = [cell] if is_whole else cell.split()
        parts += [(word, row["bold"]) for word in words]
    letters = [len(part) * (BOLD_LETTER if bold else 1) for part, bold in parts]
    room = CELL_MILLIMETRES + max(letters, default=0) * LEAST_LETTER
    return max(LEAST_MILLIMETRES, room), wraps


def _mark_rows(table: Any, *, has_head: bool) -> None:
    """No row breaks over two pages, and the head stands on each page."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 (reports only)

    for number, row in enumerate(table.rows):
        facts = row._tr.get_or_add_trPr()
        facts.append(OxmlElement("w:cantSplit"))
        if has_head and number == 0:
            facts.append(OxmlElement("w:tblHeader"))
    if not has_head:
        look = table._tbl.tblPr.find(
            "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tblLook"
        )
        if look is not None:
            table._tbl.tblPr.remove(look)


def report_template_problems(own_folder: Path | None) -> list[str]:
    """What is wrong with the council's own template: a trial report of one paragraph and one table is made with it."""
    path = report_template(own_folder)
    if path == OUR_TEMPLATE:
        return []
    table = Table("", (Column("Of", "number"),), (TableRow((1,)),))
    blocks = (
        Paragraph("{{ 7*7 }}"),
        Paragraph("Own", "own"),
        Paragraph("Rule", "rule"),
        Quote("Words", "8-11"),
        table,
    )
    document = ReportDocument(
        "month",
        "Trial",
        "Service",
        "2026-10",
        "October 2026",
        1,
        date(2026, 11, 6),
        None,
        "",
        (Chapter("One", blocks),),
    )
    try:
        report_word(document, path)
    except BadTemplate as problem:
        return [str(problem)]
    return []
