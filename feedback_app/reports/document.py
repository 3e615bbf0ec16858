"""What a report says from its first page to its last, before a format is chosen (decision 0036). Pure.

One document is written as a page, Word, PDF, workbook and CSV: a writer lays it out and computes nothing. Every number
of the document stands in `figures` too, one row each, so that all formats can be compared with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from feedback_app.reports.charts import SvgText
from feedback_app.reports.tables import Table

WhyHidden = Literal["", "fewer than 5", "not shown", "not enough answers yet"]
Origin = Literal["generated", "own", "note", "rule"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `origin`: made from the figures; the manager's own words; a note; a rule that explains.

    `key`: under which the manager may put words of their own in its place; "" where nobody may.
    """

    text: str
    origin: Origin = "generated"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A child's words as they leave: checked by a person, some covered. `band` in words."""

    words: str
    band: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of `reports/charts.py`, with the table that holds its numbers. `alt`: what it shows, in a sentence."""

    name: str
    svg: SvgText
    alt: str
    table: Table


Block = Paragraph | Quote | Chart | Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """A numbered part: its title, and what stands in it from the top down. `page_before`: it begins a new page."""

    title: str
    blocks: tuple[Block, ...]
    is_appendix: bool = False
    page_before: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the tidy table: one number, with all that it stands for.

    `share`, `low`, `high` from 0 to 1. None where it does not apply, or where `why_hidden` says why it is not shown.
    """

    period: str
    survey: str
    band: str
    question: str
    option: str
    count: int | None
    base: int | None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    why_hidden: WhyHidden = ""


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A whole report. `period`: `2026-10`, `2026-Q3`, `2026` or `2026-04-01--2026-06-30`; `period_name` in words.

    `version` is 0 for a draft. `frozen_at`: when its numbers were chosen; None for a draft of a running period.
    `digest`: what the frozen content is known by, in hexadecimal; "" for a draft.
    """

    kind: str
    title: str
    service_name: str
    period: str
    period_name: str
    version: int
    made_on: dt.date
    frozen_at: dt.datetime | None
    digest: str
    chapters: tuple[Chapter, ...]
    figures: tuple[Figure, ...] = field(default=())

    def all_tables(self) -> Iterator[Table]:
        """The tables of all chapters in order, those beside a chart as well."""
        for chapter in self.chapters:
            for block in chapter.blocks:
                if isinstance(block, Table):
                    yield block
                elif isinstance(block, Chart):
                    yield block.table


@dataclass(frozen=True, slots=True)
class BigFact:
    """A fact for children: `people` of `of` small people are drawn full. Never from fewer than 20 children."""

    text: str
    people: int
    of: int


@dataclass(frozen=True, slots=True)
class ChildPart:
    """A heading with short sentences under it, each a line of its own."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildWords:
    """The page in the words of one band. `age`: the band as people read it."""

    band: str
    age: str
    opening: str
    facts: tuple[BigFact, ...]
    parts: tuple[ChildPart, ...]


@dataclass(frozen=True, slots=True)
class ChildPage:
    """The children's page of a year (plan row 11a), one A4 a band, and the same as an A3 poster. It holds no quote."""

    title: str
    service_name: str
    period: str
    period_name: str
    made_on: dt.date
    words: tuple[ChildWords, ...]
