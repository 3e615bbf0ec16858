"""The month's summary as a workbook: board, answers, comments, notes. Cells are text or true numbers (promise 30)."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from feedback_app.models.response import CHANNELS
from feedback_app.reports.figures.shares import Share
from feedback_app.reports.month import Summary, board_rows, method_notes, month_facts
from feedback_app.reports.publishing.published import Column, shown_percent
from feedback_app.reports.wording import band_name, channel_name, printed_number, quarter_name, share_state

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": False,
}
Line = Sequence[object]
LINE_POINTS = 15
TALLEST_POINTS = 409
"""What spreadsheets allow a row to be."""


def month_xlsx(found: Summary) -> bytes:
    """The workbook's bytes."""
    import xlsxwriter  # noqa: PLC0415 (10 MB that a worker needs once a month)

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {**OPTIONS, "in_memory": True})
    book.set_properties({"title": f"{found.service_name}: {found.month.name}", "author": found.service_name})
    for name, write in (
        (_("Board"), _board),
        (_("Answers"), _answers),
        (_("Comments"), _comments),
        (_("Notes"), _notes),
    ):
        write(_Sheet(book, name), found)
    book.close()
    return out.getvalue()


class _Sheet:
    """One sheet, written line by line."""

    def __init__(self, book: Any, name: str) -> None:
        self._sheet = book.add_worksheet(name)
        wrapped = {"text_wrap": True, "valign": "top"}
        self._plain = book.add_format({**wrapped, "align": "left", "indent": 1})
        self._number = book.add_format({**wrapped, "align": "right"})
        self._head = book.add_format({**wrapped, "bold": True, "bottom": 2, "align": "left", "indent": 1})
        self._bold = book.add_format({**wrapped, "bold": True, "align": "left", "indent": 1})
        self._bold_number = book.add_format({**wrapped, "bold": True, "align": "right"})
        self._percent = book.add_format({**wrapped, "num_format": "0%"})
        self._line = 0
        self._widths: tuple[int, ...] = ()
        self._numbers_from: int | None = None
        self._sheet.set_paper(9)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer("&L&A&RPage &P of &N")

    def widths(self, *widths: int, numbers_from: int | None = None) -> None:
        """How wide the columns are; from `numbers_from` on, words that stand for a number align as numbers do."""
        self._widths, self._numbers_from = widths, numbers_from
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def head(self, *cells: object, freeze: bool = True) -> None:
        """A header line; the first one stays in sight and is printed on each page."""
        if freeze:
            self._sheet.freeze_panes(self._line + 1, 0)
            self._sheet.repeat_rows(self._line)
        self._write(cells, self._head, self._head)

    def line(self, *cells: object, bold: bool = False) -> None:
        words, number = (self._bold, self._bold_number) if bold else (self._plain, self._number)
        self._write(cells, words, number)

    def gap(self) -> None:
        self._line += 1

    def _write(self, cells: Line, words: Any, number: Any) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, Percent):
                self._sheet.write_number(self._line, column, cell, self._percent)
            elif isinstance(cell, int | float):
                self._sheet.write_number(self._line, column, cell, number)
            elif cell is not None and cell != "":
                as_number = self._numbers_from is not None and column >= self._numbers_from
                self._sheet.write_string(self._line, column, str(cell), number if as_number else words)
        self._sheet.set_row(self._line, self._height(cells))
        self._line += 1

    def _height(self, cells: Line) -> int:
        """Room for the tallest cell's wrapped lines: not every program fits rows to their words by itself."""
        lines = 1
        for cell, width in zip(cells, self._widths, strict=False):
            if isinstance(cell, str):
                lines = max(lines, sum(max(1, math.ceil(len(line) / width)) for line in cell.split("\n")))
        return min(lines * LINE_POINTS, TALLEST_POINTS)


class Percent(float):
    """A share, to be shown as a whole percent."""


def _board(sheet: _Sheet, found: Summary) -> None:
    sheet.widths(34, 12, 12, 12, 12, 12, 44, 12, 12)
    head, *rows, total = board_rows(found.board)
    sheet.head(*head)
    for row in rows:
        sheet.line(*row)
    sheet.line(*total, bold=True)
    sheet.gap()
    for fact in month_facts(found.board):
        sheet.line(*fact)
    if found.published:
        sheet.gap()
        sheet.line(_("How the children answered"), bold=True)
        for channel in CHANNELS[:4]:
            sheet.line(channel_name(channel), printed_number(found.published.whole.channel_cell(channel)))


def _answers(sheet: _Sheet, found: Summary) -> None:
    published = found.published
    if published is None:
        sheet.widths(80)
        sheet.head(_("Answers"))
        sheet.line(_("The month is not over. Answers are handed over once it is."))
        return
    quarter = quarter_name(published.quarter)
    columns = [(found.month.name, published.whole)]
    columns += [
        (_("Age %(band)s, %(quarter)s", band=band_name(b), quarter=quarter), c) for b, c in published.bands.items()
    ]
    sheet.widths(44, 44, *(15 for _column in columns for _twice in range(2)), numbers_from=2)
    sheet.head(
        _("Question"), _("Answer"), *(cell for name, _column in columns for cell in (name, _("%(of)s: share", of=name)))
    )
    sheet.line(
        _("Children heard"),
        "",
        *(cell for _name, column in columns for cell in (printed_number(column.heard_cell()), "")),
    )
    for question in published.questions:
        if all(column.base_cell(question.id) is None for _name, column in columns):
            continue
        bases = [column.base_cell(question.id) for _name, column in columns]
        sheet.line(
            question.text, _("Children who answered"), *(c for b in bases for c in (printed_number(b), "")), bold=True
        )
        for option, label in question.options.items():
            counts = [column.option_cell(question.id, option) for _name, column in columns]
            shares = [shown_percent(c, b) for c, b in zip(counts, bases, strict=True)]
            cells = [cell for c, s in zip(counts, shares, strict=True) for cell in (printed_number(c), _as_percent(s))]
            sheet.line("", label, *cells)
    _measures(sheet, found, columns)


def _measures(sheet: _Sheet, found: Summary, columns: Sequence[tuple[str, Column]]) -> None:
    """Shares with a plan row: count, base, percent, interval, target."""
    sheet.gap()
    sheet.head(
        _("Measure"), _("Whose answers"), _("Plan row"), _("Children"), _("Of"), _("Share"), _("From"), _("To"),
        _("Target"), _("State"), freeze=False,
    )  # fmt: skip
    for question in found.published.questions if found.published else ():
        for measure in question.measures:
            for name, column in columns:
                pair = column.measure_cells(question, measure)
                if pair is None or (column is not columns[0][1]) != measure.by_band_only:
                    continue
                count, base = pair
                if base.value == 0:
                    continue
                target = "" if measure.target is None else Percent(measure.target)
                cells: list[object] = [measure.title, name, measure.row, printed_number(count), printed_number(base)]
                if count.value is not None and base.value is not None and shown_percent(count, base) is not None:
                    share = Share(count.value, base.value, measure.target, measure.above)
                    low, high = share.percent_interval
                    cells += [
                        _as_percent(share.whole_percent),
                        _as_percent(low),
                        _as_percent(high),
                        target,
                        share_state(share),
                    ]
                else:
                    cells += [_("not enough answers yet"), "", "", target]
                sheet.line(*cells)


def _comments(sheet: _Sheet, found: Summary) -> None:
    sheet.widths(12, 110)
    sheet.head(_("Age"), _("Words"))
    for band, words in found.spoken:
        sheet.line(band, words)
    if not found.spoken:
        sheet.line("", _("No comment of this month has been read yet, or there is none."))


def _notes(sheet: _Sheet, found: Summary) -> None:
    sheet.widths(120)
    sheet.head(_("How to read this"))
    for note in method_notes(found):
        sheet.line(note)


def _as_percent(whole: int | None) -> Percent | str:
    return "" if whole is None else Percent(whole / 100)
