"""Which heading of a council's file holds what: known by name, or chosen once and kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.imports.sheets import CouncilSheet, heading_key
from feedback_app.models.review import ColumnMap

KindName = Literal["reviews", "people", "targets", "cohorts"]
HEADING_LIMIT = 120
_NEVER = re.compile(
    r"\b(?:dob|d o b|birth\w*|born|nhs\w*|upn|uln|ni number|national insurance\w*|forenames?|surnames?|first names?"
    r"|last names?|family names?|child\w* names?|childs name|child s name|young person\w* names?|postcode|ethnicity)\b"
)
"""What no column of reviews may hold, by its heading: a date of birth, a national number, a child's name."""


@dataclass(frozen=True, slots=True)
class SheetField:
    """One thing that a file may hold. `names`: headings by which it is known; the first stands in the example."""

    key: str
    label: LazyString
    names: tuple[str, ...]
    hint: LazyString
    needed: bool = False


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of file. `about_children`: columns that would name a child are not offered.

    `one_of`: fields of which the file must hold at least one; `example`: cells of an invented row.
    """

    name: KindName
    fields: tuple[SheetField, ...]
    example: Mapping[str, str]
    about_children: bool = False
    one_of: tuple[str, ...] = ()

    def known_headings(self, kept: Mapping[str, str]) -> frozenset[str]:
        """All headings by which a file of this kind is told, with those that were kept."""
        names = [name for field in self.fields for name in field.names]
        return frozenset(heading_key(one) for one in (*names, *kept.values()))

    def missing_fields(self, columns: Mapping[str, int]) -> list[SheetField]:
        """The fields that no column was found for and that must be there."""
        lacking = [one for one in self.fields if one.needed and one.key not in columns]
        if self.one_of and not any(key in columns for key in self.one_of):
            lacking += [one for one in self.fields if one.key in self.one_of]
        return lacking

    def offered_columns(self, sheet: CouncilSheet) -> list[int]:
        """The columns that may be chosen, by their number from 0."""
        return [
            column
            for column, heading in enumerate(sheet.headings)
            if not (self.about_children and _NEVER.search(heading_key(heading)))
        ]


def read_kept(session: Session, kind: KindName) -> dict[str, str]:
    """Field -> heading, as it was chosen for the last file of that kind."""
    rows = session.scalars(select(ColumnMap).where(ColumnMap.kind == kind))
    return {row.field: row.heading for row in rows}


def keep_columns(
    session: Session, kind: SheetKind, sheet: CouncilSheet, columns: Mapping[str, int]
) -> None:
    """Remember which heading holds what, for the next file; a field without a column is forgotten."""
    standing = session.scalars(select(ColumnMap).where(ColumnMap.kind == kind.name))
    rows = {row.field: row for row in standing}
    for field in kind.fields:
        row = rows.get(field.key)
        if field.key not in columns:
            if row is not None:
                session.delete(row)
            continue
        heading = sheet.headings[columns[field.key]][:HEADING_LIMIT]
        if row is None:
            session.add(ColumnMap(kind=kind.name, field=field.key, heading=heading))
        elif row.heading != heading:
            row.heading = heading
    session.flush()


def guess_columns(
    kind: SheetKind, sheet: CouncilSheet, kept: Mapping[str, str]
) -> dict[str, int]:
    """Field -> column: the heading that was kept, else one that is known by name. Each column is taken once."""
    offered = kind.offered_columns(sheet)
    by_heading: dict[str, int] = {}
    for column in offered:
        by_heading.setdefault(heading_key(sheet.headings[column]), column)
    found: dict[str, int] = {}
    wanted = [(one, [kept[one.key]]) for one in kind.fields if one.key in kept]
    wanted += [(one, list(one.names)) for one in kind.fields]
    for field, headings in wanted:
        for heading in headings:
            column = by_heading.get(heading_key(heading), -1)
            if column >= 0 and field.key not in found and column not in found.values():
                found[field.key] = column
    return found


def chosen_columns(
    kind: SheetKind, sheet: CouncilSheet, choices: Mapping[str, str]
) -> dict[str, int]:
    """Field -> column, of what was chosen on the page; what is none of the columns that are offered is left out."""
    offered = {str(column) for column in kind.offered_columns(sheet)}
    return {
        field.key: int(choices[field.key])
        for field in kind.fields
        if choices.get(field.key) in offered
    }


def column_twice(columns: Mapping[str, int]) -> Sequence[str]:
    """The fields that share a column with another."""
    taken = list(columns.values())
    return [key for key, column in columns.items() if taken.count(column) > 1]
