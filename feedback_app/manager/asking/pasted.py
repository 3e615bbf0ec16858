"""A list of references as people paste it: one a line, or a piece of a table, with its heading and further columns.

What was understood is shown before any link is made: which column holds the references, what looks like a heading,
which stand in the list twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback_app.typed_text import REFERENCE_LIMIT, clean_reference, reference_key

SEPARATORS = ("\t", ";", ",")
"""What cells of one line may stand between; the first of them that occurs anywhere in the list is taken."""
EVERY_CELL = "cells"
"""The choice by which each cell of each line is a reference of its own."""
HEADINGS = frozenset(
    (
        "reference", "references", "ref", "refs", "case", "case number", "case no", "case no.", "case id", "case ref",
        "case reference", "id", "child", "child id", "child reference", "children", "name", "number", "no", "no.",
        "person id", "system id", "client id", "mosaic id", "liquidlogic id", "unique id", "upn",
    )
)  # fmt: skip
_LINE_END = re.compile(r"\r\n|\r|\n")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line of the list: its number as people count, from 1, and its cells, cleaned."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Double:
    """A reference that stands in the list more than once: it becomes one link."""

    reference: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PastedList:
    """The lines that hold anything."""

    lines: tuple[PastedLine, ...]

    @property
    def column_count(self) -> int:
        """How many cells its longest line has."""
        return max((len(line.cells) for line in self.lines), default=0)

    def sample_cells(self, column: int) -> tuple[str, ...]:
        """The first few cells of a column, counted from 0."""
        cells = [line.cells[column] for line in self.lines if column < len(line.cells)]
        return tuple(cell for cell in cells if cell)[:4]

    def first_cell(self, column: str) -> str:
        """What the first line has in that column; "" for no column or a shorter line."""
        if not (self.lines and column.isdecimal()):
            return ""
        cells = self.lines[0].cells
        return cells[int(column)] if int(column) < len(cells) else ""

    def guess_column(self) -> str:
        """The column that holds the references, as a choice of the form; "" where that is for a person to say."""
        return "0" if self.column_count == 1 else ""

    def looks_like_heading(self, column: str) -> bool:
        """Whether the first line is a heading: a word for references, or the only one without a digit."""
        if not self.lines or not column.isdecimal():
            return False
        cells = [cell for _number, cell in self._column(int(column))]
        if not cells:
            return False
        first, others = cells[0], cells[1:]
        if first.casefold() in HEADINGS:
            return True
        return (
            len(others) > 1
            and not _DIGIT.search(first)
            and all(_DIGIT.search(cell) for cell in others)
        )

    def choose_references(self, column: str, *, heading: bool) -> list[tuple[int, str]]:
        """(line, reference) in order, each reference once; `heading`: the first line is left out."""
        seen: set[str] = set()
        found = []
        for number, cell in self._chosen(column, heading=heading):
            key = reference_key(cell)
            if key not in seen:
                seen.add(key)
                found.append((number, cell))
        return found

    def find_doubles(self, column: str, *, heading: bool) -> list[Double]:
        """The references that stand there more than once, with their lines."""
        lines: dict[str, list[int]] = defaultdict(list)
        words: dict[str, str] = {}
        for number, cell in self._chosen(column, heading=heading):
            key = reference_key(cell)
            lines[key].append(number)
            words.setdefault(key, cell)
        return [
            Double(words[key], tuple(numbers))
            for key, numbers in lines.items()
            if len(numbers) > 1
        ]

    def too_long(self, column: str, *, heading: bool) -> list[int]:
        """The lines whose reference has too many characters."""
        return [
            number
            for number, cell in self._chosen(column, heading=heading)
            if len(cell) > REFERENCE_LIMIT
        ]

    def _chosen(self, column: str, *, heading: bool) -> Iterator[tuple[int, str]]:
        cells: Sequence[tuple[int, str]] = (
            [(line.number, cell) for line in self.lines for cell in line.cells if cell]
            if column == EVERY_CELL
            else self._column(int(column) if column.isdecimal() else self.column_count)
        )
        yield from cells[1:] if heading else cells

    def _column(self, column: int) -> list[tuple[int, str]]:
        return [
            (line.number, line.cells[column])
            for line in self.lines
            if column < len(line.cells) and line.cells[column]
        ]


def read_pasted(pasted: str | None) -> PastedList:
    """Read the list. A line ends where a keyboard ends it (LF, CR), and nowhere else; empty lines are left out."""
    raw = _LINE_END.split(pasted or "")
    separator = next(
        (one for one in SEPARATORS if any(one in line for line in raw)), ""
    )
    lines = []
    for number, line in enumerate(raw, 1):
        cells = line.split(separator) if separator else [line]
        cleaned = tuple(clean_reference(cell.strip().strip('"')) for cell in cells)
        if any(cleaned):
            lines.append(PastedLine(number, cleaned))
    return PastedList(tuple(lines))
