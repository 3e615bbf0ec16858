"""Neutral tables: what a report says, before a format is chosen. `formats/` writes them and computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

CellValue = str | int | float
"""A text, a count, or (in a percent column) a share from 0 to 1. "" is an empty cell."""

ColumnKind = Literal["text", "number", "percent"]
Tone = Literal["", "met", "unsure", "short", "few"]
"""How what a line says in its last cell is coloured, with a mark beside the words: target met, not certain or nearly,
not met, not enough answers; "" for no colour."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header ("" for none), what its cells hold, and its width in characters.

    A number or percent column may hold words that stand for a number ("fewer than 5"): they align as numbers do.
    """

    title: str
    kind: ColumnKind = "text"
    width: int = 12


def printed_cell(column: Column, cell: CellValue) -> str:
    """A cell as it is read on a page: a share as a per cent, a number as it is, words as they are."""
    if isinstance(cell, str) or column.kind != "percent":
        return str(cell)
    return f"{round(100 * cell, 3):g}%"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of cells, from the first column on. `bold`: a total, or the line that a group of lines begins with."""

    cells: tuple[CellValue, ...]
    bold: bool = False
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows. `title` stands above the table; "" where the section's own title is enough.

    Raises ValueError for a row that has not one cell for each column.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"{len(row.cells)} cells for {len(self.columns)} columns: {row.cells}"
                )

    @property
    def has_header(self) -> bool:
        """Whether any column has a title to be written."""
        return any(column.title for column in self.columns)


@dataclass(frozen=True, slots=True)
class ReportSection:
    """Tables that belong together: a sheet of a workbook, a chapter of a document."""

    title: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class TableReport:
    """A whole report, ready to be written in any format."""

    title: str
    author: str
    sections: tuple[ReportSection, ...]

    def all_tables(self) -> Iterator[Table]:
        """The tables of all sections, in order."""
        for section in self.sections:
            yield from section.tables
