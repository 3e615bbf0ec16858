"""Writes a report as a workbook, a sheet for each section. Cells are text or numbers, never formulas (promise 30)."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from feedback_app.reports.tables import (
    CellValue,
    Column,
    ReportSection,
    Table,
    TableReport,
    TableRow,
)

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": False,
}
A4 = 9
TONES = {"met": "#0F5C63", "unsure": "#8A5A00", "short": "#A3261F", "few": "#4A5663"}
"""The colours of words about a target, dark enough on white paper; the words say the same."""
LINE_POINTS = 15
TALLEST_POINTS = 409
"""The greatest height of a row that spreadsheets allow."""


def write_xlsx(report: TableReport) -> bytes:
    """Write the workbook and return its bytes."""
    import xlsxwriter  # noqa: PLC0415 (10 MB that a worker needs once a month)

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties({"title": report.title, "author": report.author})
    styles = CellStyles(book)
    for section in report.sections:
        _Sheet(book.add_worksheet(section.title), styles, section).write_tables()
    book.close()
    return out.getvalue()


class CellStyles:
    """The cell formats that all sheets of one workbook share."""

    def __init__(self, book: Any) -> None:
        wrapped = {"text_wrap": True, "valign": "top"}
        left = {**wrapped, "align": "left", "indent": 1}
        right = {**wrapped, "align": "right"}
        self.text = book.add_format(left)
        self.number = book.add_format(right)
        self.bold_text = book.add_format({**left, "bold": True})
        self.bold_number = book.add_format({**right, "bold": True})
        self.header = book.add_format({**left, "bold": True, "bottom": 2})
        self.title = book.add_format({**left, "bold": True, "font_size": 14})
        self.plain = book.add_format({"valign": "top"})
        self.tidy_share = book.add_format({"valign": "top", "num_format": "0.0##"})
        self.tones = {
            tone: book.add_format({**left, "bold": True, "font_color": colour})
            for tone, colour in TONES.items()
        }
        self.percents = [
            book.add_format({**right, "num_format": number})
            for number in ("0%", "0.0%", "0.00%", "0.000%")
        ]

    def style_for(self, column: Column, cell: CellValue, *, bold: bool) -> Any:
        """The format of a cell. Words in a column of numbers align as numbers do."""
        if column.kind == "percent" and not isinstance(cell, str):
            # As many decimals as the share has: one that lies near its target has some (figures/shares.py).
            shown = f"{round(100 * cell, 3):g}"
            return self.percents[len(shown.partition(".")[2])]
        if column.kind == "text":
            return self.bold_text if bold else self.text
        return self.bold_number if bold else self.number


class _Sheet:
    """One sheet, written line by line."""

    def __init__(self, sheet: Any, styles: CellStyles, section: ReportSection) -> None:
        self._sheet, self._styles, self._section = sheet, styles, section
        self._line = 0
        self._has_frozen_header = False
        self._widths = _sheet_widths(section.tables)
        for number, width in enumerate(self._widths):
            sheet.set_column(number, number, width)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")

    def write_tables(self) -> None:
        """Write the section's tables one below the other, an empty line between them."""
        for number, table in enumerate(self._section.tables):
            if number:
                self._line += 1
            self._write_table(table)

    def _write_table(self, table: Table) -> None:
        if table.title:
            self._write_line([(table.title, self._styles.bold_text)])
        if table.has_header:
            self._freeze_first_header()
            self._write_line(
                [(column.title, self._styles.header) for column in table.columns]
            )
        for row in table.rows:
            self._write_line(self._styled_cells(table, row))

    def _freeze_first_header(self) -> None:
        """Keep the sheet's first header in sight, and print it on each page."""
        if not self._has_frozen_header:
            self._sheet.freeze_panes(self._line + 1, 0)
            self._sheet.repeat_rows(self._line)
            self._has_frozen_header = True

    def _styled_cells(self, table: Table, row: TableRow) -> list[tuple[CellValue, Any]]:
        pairs = zip(table.columns, row.cells, strict=True)
        return [
            (cell, self._styles.style_for(column, cell, bold=row.bold))
            for column, cell in pairs
        ]

    def _write_line(self, cells: Sequence[tuple[CellValue, Any]]) -> None:
        for number, (cell, style) in enumerate(cells):
            if not isinstance(cell, str):
                self._sheet.write_number(self._line, number, cell, style)
            elif cell:
                self._sheet.write_string(self._line, number, cell, style)
        self._sheet.set_row(
            self._line, self._line_height([cell for cell, _style in cells])
        )
        self._line += 1

    def _line_height(self, cells: Sequence[CellValue]) -> int:
        """Points for the tallest cell once wrapped: not every program fits a row's height to its words by itself."""
        most_lines = 1
        for cell, width in zip(cells, self._widths, strict=False):
            if isinstance(cell, str):
                most_lines = max(most_lines, lines_needed(cell, width))
        return min(most_lines * LINE_POINTS, TALLEST_POINTS)


def lines_needed(words: str, width: int) -> int:
    """How many lines words take in a cell of so many characters."""
    return sum(max(1, math.ceil(len(line) / width)) for line in words.split("\n"))


def _sheet_widths(tables: Sequence[Table]) -> list[int]:
    """Each column of a sheet is as wide as the widest column that any of its tables has in that place."""
    widths: list[int] = []
    for table in tables:
        for number, column in enumerate(table.columns):
            if number == len(widths):
                widths.append(column.width)
            widths[number] = max(widths[number], column.width)
    return widths
