"""Writes a report's tables as CSV that a spreadsheet opens safely: no cell is ever a formula (promise 30)."""

from __future__ import annotations

import csv
import io

from feedback_app.reports.tables import CellValue, Column, TableReport

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
    """Write all tables one below the other, an empty line between them; UTF-8 with the mark that Excel looks for."""
    out = io.StringIO()
    lines = csv.writer(out)
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
    if isinstance(cell, str) and (
        cell.startswith(TRIGGERS) or cell.lstrip().startswith(TRIGGERS)
    ):
        return "'" + cell
    return cell


def _csv_cell(column: Column, cell: CellValue) -> CellValue:
    if column.kind == "percent" and not isinstance(cell, str):
        return f"{cell:.0%}"
    return safe_cell(cell)
