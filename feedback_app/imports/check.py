"""What is wrong with a row, said so that whoever has the spreadsheet open finds it: row, heading, what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _

from feedback_app.imports.mapping import SheetKind
from feedback_app.imports.sheet_process import MOST_CHARACTERS
from feedback_app.imports.sheets import CouncilSheet, SheetRow
from feedback_app.month import NAMES
from feedback_app.typed_text import clean_line, drop_unseen, plain_digits

MOST_SHOWN = 200
"""Problems that a page shows; beyond that their number."""
EXAMPLES = 3
State = Literal["new", "changed", "same"]
Entry = TypeVar("Entry")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_NAMED = re.compile(r"(\d{1,2})[-\s]+([a-z]{3,9})\.?[-\s,]+(\d{4})")
_CLOCK = re.compile(r"[t\s]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|\s?[ap]m)?$")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong: the row's number as the spreadsheet shows it, the heading of the column, what to do."""

    row: int
    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class Checked(Generic[Entry]):
    """A file that was looked at whole. `entries`: rows that hold, with what each would do; `examples`: the first of
    them as (label, value) pairs; `notes`: what should be known and is no problem.
    """

    entries: tuple[tuple[State, Entry], ...]
    problems: tuple[RowProblem, ...]
    examples: tuple[tuple[tuple[str, str], ...], ...]
    notes: tuple[str, ...] = ()

    def count_of(self, state: State) -> int:
        """How many rows are new, changed or as they stand already."""
        return sum(one == state for one, _entry in self.entries)

    @property
    def changes_anything(self) -> bool:
        """Whether storing it would do anything."""
        return any(state != "same" for state, _entry in self.entries)

    @property
    def shown_problems(self) -> tuple[RowProblem, ...]:
        """The first of them, by row."""
        return self.problems[:MOST_SHOWN]

    @property
    def rows_with_problems(self) -> int:
        """In how many rows something is wrong."""
        return len({one.row for one in self.problems})

    def counts_in_words(self) -> str:
        """For example "200 new, 12 changed"; without what stays as it is."""
        new, changed = self.count_of("new"), self.count_of("changed")
        parts = [
            ngettext("%(num)s new", "%(num)s new", new) if new else "",
            ngettext("%(num)s changed", "%(num)s changed", changed) if changed else "",
        ]
        return ", ".join(part for part in parts if part)


@dataclass(slots=True)
class RowReader:
    """One row while it is read: its cells by field, and what was found wrong with it."""

    row: SheetRow
    sheet: CouncilSheet
    kind: SheetKind
    columns: Mapping[str, int]
    problems: list[RowProblem] = field(default_factory=list)

    def cell_of(self, key: str) -> str:
        """The text of a field as people see it; "" where it is empty, too long, or has no column."""
        if key not in self.columns:
            return ""
        cell = self.row.cells[self.columns[key]]
        if len(cell) > MOST_CHARACTERS:
            self.blame_field(
                key, _("Shorten it to %(most)s characters.", most=MOST_CHARACTERS)
            )
            return ""
        if cell.isascii() and cell.isprintable():
            return cell  # as nearly all of them are, and sheets.py has folded the white space
        return clean_line(drop_unseen(cell))

    def needed_cell(self, key: str, words: LazyString) -> str:
        """The same of a field that must be filled in; `words` say so."""
        before = len(self.problems)
        cell = self.cell_of(key)
        if not cell and len(self.problems) == before:
            self.blame_field(key, str(words))
        return cell

    def day_of(self, key: str) -> dt.date | None:
        """The day in a field; None where it is empty or none, which is noted."""
        cell = self.cell_of(key)
        if not cell:
            return None
        try:
            return read_day(cell)
        except ValueError:
            self.blame_field(key, not_a_day(cell))
            return None

    def whole_number(self, key: str, most: int) -> int | None:
        """The number in a field, from 0 to `most`; None where there is none, which is noted."""
        cell = plain_digits(self.cell_of(key)).replace(",", "")
        if cell.isdecimal() and len(cell) < 10 and int(cell) <= most:
            return int(cell)
        self.blame_field(key, _("Write a whole number from 0 to %(most)s.", most=most))
        return None

    def blame_field(self, key: str, words: str) -> None:
        """Note what is wrong with a field."""
        heading = (
            self.sheet.headings[self.columns[key]]
            if key in self.columns
            else next(str(one.label) for one in self.kind.fields if one.key == key)
        )
        self.problems.append(RowProblem(self.row.number, heading, words))


def read_rows(
    kind: SheetKind, sheet: CouncilSheet, columns: Mapping[str, int]
) -> Iterator[RowReader]:
    """A reader for each row."""
    for row in sheet.rows:
        yield RowReader(row, sheet, kind, columns)


def read_day(text: str) -> dt.date:
    """2026-11-14, 14/11/2026, 14.11.2026 or 14 Nov 2026, with or without a time of day. Raises ValueError.

    The day stands before the month, as people in England write it: 11/14/2026 is no day and never taken for one.
    """
    plain = _CLOCK.sub("", plain_digits(clean_line(text)).casefold())
    if found := _YEAR_FIRST.fullmatch(plain):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(plain):
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    if found := _NAMED.fullmatch(plain):
        for number, name in enumerate(NAMES, 1):
            if name.casefold().startswith(found[2]):
                return dt.date(int(found[3]), number, int(found[1]))
    raise ValueError("not a day")


def not_a_day(cell: str) -> str:
    """What to say of a cell that holds none."""
    return str(
        _(
            "“%(cell)s” is not a date. Write day, month and year, such as 14/11/2026.",
            cell=shorten_cell(cell),
        )
    )


def shorten_cell(cell: str) -> str:
    """A cell as a message quotes it."""
    return cell if len(cell) <= 40 else f"{cell[:39]}…"


def by_row(problems: Iterable[RowProblem]) -> tuple[RowProblem, ...]:
    """In the order of the rows; within a row as they were found."""
    return tuple(sorted(problems, key=lambda one: one.row))


def first_examples(
    entries: Sequence[Entry], in_words: Callable[[Entry], Iterable[tuple[str, str]]]
) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The first three in words, without what is empty."""
    return tuple(
        tuple(pair for pair in in_words(one) if pair[1]) for one in entries[:EXAMPLES]
    )
