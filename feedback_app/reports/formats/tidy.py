"""Writes a report's figures as tidy CSV (RFC 4180): a row a figure, the same columns in every report (promise 30)."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields

from feedback_app.reports.document import Figure, ReportDocument
from feedback_app.reports.formats.csv import safe_cell

COLUMNS = tuple(one.name for one in fields(Figure))


def write_tidy(document: ReportDocument) -> bytes:
    """Write all figures; UTF-8 with the mark that Excel looks for, lines that end in CRLF, every text in quotes.

    A number that is not there is an empty cell.
    """
    out = io.StringIO()
    lines = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for figure in document.figures:
        lines.writerow(
            ["" if cell is None else safe_cell(cell) for cell in astuple(figure)]
        )
    return out.getvalue().encode("utf-8-sig")
