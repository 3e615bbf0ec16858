"""Writes a report as a workbook: a sheet a chapter with its title and month, native charts, and a sheet of tidy rows.

Cells are text or numbers, never formulas (promise 30).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any

from feedback_app.reports.document import (
    Block,
    Chapter,
    Chart,
    Figure,
    Quote,
    ReportDocument,
)
from feedback_app.reports.formats.xlsx import (
    A4,
    LINE_POINTS,
    OPTIONS,
    TALLEST_POINTS,
    CellStyles,
    lines_needed,
)
from feedback_app.reports.tables import CellValue, Table, TableRow

COLUMNS = tuple(one.name for one in fields(Figure))
PERCENTS = {"share", "low", "high"}
LONGEST_NAME = 31
"""Of a sheet, in characters."""
CHART_LINES, CHART_WIDTH, CHART_HEIGHT = 12, 390, 225
MOST_ON_ONE_PAGE = 2
"""Charts: a chapter with more of them may go on to a second page."""
TEXT_WIDTH = 120


def write_workbook(document: ReportDocument) -> bytes:
    """Write the workbook and return its bytes: the same for the same document."""
    import xlsxwriter  # noqa: PLC0415 (10 MB that a worker needs once a month)

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties(
        {
            "title": document.title,
            "author": document.service_name,
            "created": document.frozen_at,
        }
    )
    styles = CellStyles(book)
    names: list[str] = []
    for chapter in document.chapters:
        if not chapter.blocks:
            continue
        name = _sheet_name(chapter.title, names)
        names.append(name)
        _ChapterSheet(book, name, styles, document, chapter).write_chapter()
    _write_figures(book, _sheet_name("Data", names), styles, document)
    book.close()
    return out.getvalue()


class _ChapterSheet:
    """One chapter, block by block from the top down."""

    def __init__(
        self,
        book: Any,
        name: str,
        styles: CellStyles,
        document: ReportDocument,
        chapter: Chapter,
    ) -> None:
        self._book, self._sheet, self._styles = book, book.add_worksheet(name), styles
        self._document, self._chapter = document, chapter
        self._name, self._line, self._frozen = name, 0, False
        self._charts: list[tuple[Any, str]] = []
        tables = [_table_of(block) for block in chapter.blocks]
        self._widths = _widest([table for table in tables if table])
        for number, width in enumerate(self._widths):
            self._sheet.set_column(number, number, width)
        _set_up_paper(self._sheet)
        charts = sum(isinstance(block, Chart) for block in chapter.blocks)
        if charts <= MOST_ON_ONE_PAGE and not chapter.is_appendix:
            self._sheet.fit_to_pages(1, 1)

    def write_chapter(self) -> None:
        """The title with the month above, then every block."""
        self._write_words(self._chapter.title, self._styles.title)
        self._write_words(
            f"{self._document.title} · {self._document.service_name}", self._styles.text
        )
        for block in self._chapter.blocks:
            self._line += 1
            self._write_block(block)
        self._put_charts()

    def _write_block(self, block: Block) -> None:
        if isinstance(block, Table):
            self._write_table(block)
        elif isinstance(block, Chart):
            self._write_chart(block)
        elif isinstance(block, Quote):
            self._write_words(f"“{block.words}” {block.band}", self._styles.text)
        else:
            self._write_words(block.text, self._styles.text)

    def _write_words(self, words: str, style: Any) -> None:
        """A line of words over all columns, so that it wraps on paper."""
        last = max(1, len(self._widths) - 1)
        self._sheet.merge_range(self._line, 0, self._line, last, "", style)
        self._sheet.write_string(self._line, 0, words, style)
        room = sum(self._widths) if len(self._widths) > 1 else TEXT_WIDTH
        height = lines_needed(words, room) * LINE_POINTS
        self._sheet.set_row(self._line, min(max(height, LINE_POINTS), TALLEST_POINTS))
        self._line += 1

    def _write_table(self, table: Table) -> tuple[int, int]:
        """Write it; its first and last line of cells."""
        if table.title:
            self._write_words(table.title, self._styles.bold_text)
        if table.has_header:
            self._write_cells(
                [(column.title, self._styles.header) for column in table.columns]
            )
            if not self._frozen:
                self._sheet.freeze_panes(self._line, 0)
                self._sheet.repeat_rows(self._line - 1)
                self._frozen = True
        first = self._line
        for row in table.rows:
            self._write_cells(self._styled(table, row))
        return first, self._line - 1

    def _styled(self, table: Table, row: TableRow) -> list[tuple[CellValue, Any]]:
        pairs = zip(table.columns, row.cells, strict=True)
        cells = [
            (cell, self._styles.style_for(column, cell, bold=row.bold))
            for column, cell in pairs
        ]
        if row.tone:
            cells[-1] = (cells[-1][0], self._styles.tones[row.tone])
        return cells

    def _write_cells(self, cells: Sequence[tuple[CellValue, Any]]) -> None:
        most = 1
        for number, (cell, style) in enumerate(cells):
            if not isinstance(cell, str):
                self._sheet.write_number(self._line, number, cell, style)
            elif cell:
                self._sheet.write_string(self._line, number, cell, style)
                most = max(most, lines_needed(cell, self._widths[number]))
        self._sheet.set_row(self._line, min(most * LINE_POINTS, TALLEST_POINTS))
        self._line += 1

    def _write_chart(self, block: Chart) -> None:
        """The numbers under what the drawing says; the spreadsheet's own chart of them stands below all blocks."""
        self._write_words(block.alt, self._styles.bold_text)
        first, last = self._write_table(block.table)
        kinds = [column.kind for column in block.table.columns]
        is_share = "percent" in kinds
        values = kinds.index("percent" if is_share else "number")
        kind = "line" if is_share and last > first else "column"
        chart = self._book.add_chart({"type": kind})
        chart.add_series(
            {
                "categories": [self._name, first, 0, last, 0],
                "values": [self._name, first, values, last, values],
                "marker": {"type": "circle", "size": 7},
                "data_labels": {"value": True},
                "fill": {"color": "#0F5C63"},
                "line": {"color": "#0F5C63", "width": 2.5},
            }
        )
        chart.set_title({"name": block.alt, "name_font": {"size": 10, "bold": False}})
        chart.set_y_axis(
            {"min": 0, "max": 1, "num_format": "0%"} if is_share else {"min": 0}
        )
        chart.set_legend({"none": True})
        chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
        self._charts.append((chart, block.alt))

    def _put_charts(self) -> None:
        """Two beside one another, so that a page holds them."""
        self._line += 1
        for number, (chart, alt) in enumerate(self._charts):
            at = self._line + number // 2 * CHART_LINES
            options = {"description": alt, "x_offset": number % 2 * (CHART_WIDTH + 12)}
            self._sheet.insert_chart(at, 0, chart, options)


def _write_figures(
    book: Any, name: str, styles: CellStyles, document: ReportDocument
) -> None:
    """The tidy sheet: one row a figure, a filter on each column."""
    sheet = book.add_worksheet(name)
    for number, (column, width) in enumerate(
        zip(COLUMNS, (24, 22, 8, 60, 44, 9, 9, 9, 9, 9, 24), strict=True)
    ):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, column, styles.header)
    for line, figure in enumerate(document.figures, 1):
        for number, cell in enumerate(astuple(figure)):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(line, number, cell, styles.plain)
            elif cell is not None:
                is_share = COLUMNS[number] in PERCENTS
                style = styles.tidy_share if is_share else styles.plain
                sheet.write_number(line, number, cell, style)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(document.figures)), len(COLUMNS) - 1)
    _set_up_paper(sheet)
    sheet.repeat_rows(0)


def _set_up_paper(sheet: Any) -> None:
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _table_of(block: Block) -> Table | None:
    if isinstance(block, Chart):
        return block.table
    return block if isinstance(block, Table) else None


def _widest(tables: Sequence[Table]) -> list[int]:
    """Each column is as wide as the widest that any of the tables has in that place; of words alone a wide page."""
    widths: list[int] = []
    for table in tables:
        for number, column in enumerate(table.columns):
            if number == len(widths):
                widths.append(column.width)
            widths[number] = max(widths[number], column.width)
    return widths or [TEXT_WIDTH // 2, TEXT_WIDTH // 2]


def _sheet_name(title: str, used: Sequence[str]) -> str:
    """A name that a sheet may have, and no other has."""
    plain = re.sub(r"[\[\]:*?/\\']", "", title)[:LONGEST_NAME].strip() or "Sheet"
    name, number = plain, 1
    while name.casefold() in {one.casefold() for one in used}:
        number += 1
        end = f" {number}"
        name = plain[: LONGEST_NAME - len(end)] + end
    return name
