"""A report as Word and PDF lay it out: its cells in words, small things that belong side by side put together. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import flask_babel

from feedback_app.reports.document import (
    Block,
    Chapter,
    Chart,
    Paragraph,
    Quote,
    ReportDocument,
)
from feedback_app.reports.tables import CellValue, Table, printed_cell

_: Callable[..., str] = flask_babel.gettext
NARROW = 84
"""Letters up to which a table stands beside another, or beside a chart."""
MARKS = {"met": "✓", "unsure": "–", "short": "✗"}
COLOURS = {"met": "1d6b3a", "unsure": "7a5200", "short": "9b2c1f"}
"""What is said of a target -> its mark and colour, in the last cell of its row; the word stands beside them."""
DIGEST_SHOWN = 8
MOST_CHARTS = 5
"""In one row."""
SHORT_WORDS = 14
"""Letters of "fewer than 5" and the like, for which a column of numbers keeps room on one line."""


def subtitle_of(document: ReportDocument) -> str:
    """Under the title: whose report, which version, frozen when; or that it is a draft."""
    made = _day(document.made_on)
    if not document.version:
        return _(
            "%(service)s. A draft of %(day)s, not handed over.",
            service=document.service_name,
            day=made,
        )
    frozen = document.frozen_at
    return _(
        "%(service)s. Version %(version)s, made on %(day)s; figures frozen on %(frozen)s.",
        service=document.service_name,
        version=document.version,
        day=made,
        frozen=f"{_day(frozen)}, {frozen:%H:%M}" if frozen else made,
    )


def footer_of(document: ReportDocument) -> str:
    """At the foot of each page: the title, the version, the beginning of the digest."""
    version = (
        _("version %(version)s", version=document.version)
        if document.version
        else _("draft")
    )
    shown = document.digest[:DIGEST_SHOWN]
    return " · ".join(part for part in (document.title, version, shown) if part)


def lay_out(chapter: Chapter) -> list[dict[str, Any]]:
    """The blocks of a chapter from the top down: charts in one row, narrow tables that follow one another in pairs."""
    laid: list[dict[str, Any]] = []
    for is_small, group in groupby(chapter.blocks, _is_small):
        items = [_item(block) for block in group]
        if is_small and len(items) > 1:
            all_charts = all(one["kind"] == "chart" for one in items)
            columns = min(len(items), MOST_CHARTS) if all_charts else 2
            laid.append({"kind": "beside", "items": items, "columns": columns})
        else:
            laid += items
    return laid


def _is_small(block: Block) -> bool:
    """Whether it takes less than half the width of a page."""
    if isinstance(block, Table):
        return sum(column.width for column in block.columns) <= NARROW
    return isinstance(block, Chart)


def _item(block: Block) -> dict[str, Any]:
    if isinstance(block, Chart):
        return {"kind": "chart", "svg": str(block.svg), "alt": block.alt}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text, "origin": block.origin}
    if isinstance(block, Quote):
        return {"kind": "quote", "text": block.words, "band": block.band}
    return _table(block)


def _table(block: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": block.title,
        "header": block.has_header,
        "columns": [
            {
                "title": column.title,
                "number": column.kind != "text",
                "width": column.width,
                "first": number == 0,
                "worded": column.kind != "text"
                and _has_short_words([row.cells[number] for row in block.rows]),
            }
            for number, column in enumerate(block.columns)
        ],
        "rows": [
            {
                "bold": row.bold,
                "mark": MARKS.get(row.tone, ""),
                "colour": COLOURS.get(row.tone, ""),
                "cells": [
                    printed_cell(column, cell)
                    for column, cell in zip(block.columns, row.cells, strict=True)
                ],
            }
            for row in block.rows
        ],
    }


def _has_short_words(cells: Iterable[CellValue]) -> bool:
    words = [len(cell) for cell in cells if isinstance(cell, str) and cell]
    return bool(words) and max(words) <= SHORT_WORDS


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
