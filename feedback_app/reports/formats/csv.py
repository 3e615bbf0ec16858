"""Writes a report's tables as CSV that a spreadsheet opens safely: no cell is ever a formula (promise 30)."""

from __future__ import annotations

import csv
import io

from feedback_app.reports.tables import CellValue, Column, TableReport
from feedback_app.typed_text import is_visible

TRIGGERS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
    "﹢",
    "﹣",
    "﹦",
    "﹫",
)


def write_csv(report: TableReport) -> bytes:
    """Write all tables one below the other, an empty line between them; UTF-8 with the mark that Excel looks for.

    Every text is in quotes, so that a program which splits at semicolons or tabs as well keeps each cell whole.
    """
    out = io.StringIO()
    lines = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    for number, table in enumerate(report.all_tables()):
        if number:
            lines.writerow([])
        if table.title:
            lines.writerow([safe_cell(table.title)])
        if table.has_header:
            lines.writerow([safe_cell(column.title) for column in table.columns])
        for row in table.rows:
            lines.writerow(
                [
                    _csv_cell(column, cell)
                    for column, cell in zip(table.columns, row.cells, strict=True)
                ]
            )
    return out.getvalue().encode("utf-8-sig")


def safe_cell(cell: CellValue) -> CellValue:
    """Put ' before a text that a spreadsheet would take for a formula. Numbers stay numbers."""
    if isinstance(cell, str):
        seen = cell.lstrip()
        while seen and not is_visible(seen[0]):  # as a byte order mark before "="
            seen = seen[1:].lstrip()
        if cell.startswith(TRIGGERS) or seen.startswith(TRIGGERS):
            return "'" + cell
    return cell


def _csv_cell(column: Column, cell: CellValue) -> CellValue:
    if column.kind == "percent" and not isinstance(cell, str):
        return f"{round(100 * cell, 3):g}%"
    return safe_cell(cell)
