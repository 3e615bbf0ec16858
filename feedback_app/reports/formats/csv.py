"""The month's board as CSV that a spreadsheet opens safely: cells are text or numbers, never formulas (promise 30)."""

from __future__ import annotations

import csv
import io

from feedback_app.reports.month import Cells, Summary, board_rows, method_notes, month_facts

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫")


def safe_cell(cell: str | int) -> str | int:
    """A text cell that no spreadsheet takes for a formula: a leading ' stops it. Numbers stay numbers."""
    if isinstance(cell, str) and (cell.startswith(TRIGGERS) or cell.lstrip().startswith(TRIGGERS)):
        return "'" + cell
    return cell


def month_csv(found: Summary) -> bytes:
    """The board with its totals, the month's facts, and the notes; UTF-8 with a mark that Excel knows it by."""
    lines: list[Cells] = [
        *board_rows(found.board),
        [],
        *month_facts(found.board),
        [],
        *([note] for note in method_notes(found)),
    ]
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")
