"""From a file to what is shown of it: which columns are still to be chosen, what is wrong, what storing it would do."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.imports.carried import open_sheet, seal_sheet
from feedback_app.imports.check import Checked
from feedback_app.imports.mapping import (
    SheetField,
    SheetKind,
    chosen_columns,
    column_twice,
    guess_columns,
    read_kept,
)
from feedback_app.imports.sheets import BadFile, CouncilSheet, read_sheet
from feedback_app.privacy.keys import Keys

CheckSheet = Callable[[CouncilSheet, Mapping[str, int]], Checked[Any]]
COLUMN_PREFIX = "column_"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A field beside the columns that may hold it. `chosen`: the number of one, "" for none."""

    field: SheetField
    name: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    problem: str


@dataclass(frozen=True, slots=True)
class FileStep:
    """A file as it is understood so far.

    `carried`: its rows, sealed, for the next form; `checked`: None while a column is still to be chosen; `shown` tells
    the next press that exactly this was seen.
    """

    kind: SheetKind
    sheet: CouncilSheet
    columns: Mapping[str, int]
    choices: tuple[ColumnChoice, ...]
    carried: str
    checked: Checked[Any] | None
    shown: str

    @property
    def may_store(self) -> bool:
        """Whether there is something to store, and nothing wrong."""
        checked = self.checked
        return bool(checked and not checked.problems and checked.changes_anything)

    @property
    def choices_to_make(self) -> tuple[ColumnChoice, ...]:
        """The columns that nothing is known of and that must be there, or that were chosen twice."""
        return tuple(one for one in self.choices if one.problem)

    @property
    def other_choices(self) -> tuple[ColumnChoice, ...]:
        """All others."""
        return tuple(one for one in self.choices if not one.problem)


def take_step(
    session: Session,
    keys: Keys,
    kind: SheetKind,
    check: CheckSheet,
    *,
    content: bytes | None,
    form: Mapping[str, str],
    person_id: str,
) -> FileStep:
    """Read a file that was chosen just now (`content`), or the rows that the form carries, and check what can be.

    `check`: looks at the rows when all columns are known. Raises BadFile.
    """
    if content is not None:
        kept = read_kept(session, kind.name)
        sheet = read_sheet(content, kind.known_headings(kept))
        columns = guess_columns(kind, sheet, kept)
        carried = seal_sheet(keys, sheet, kind=kind.name, person_id=person_id)
    else:
        carried = form.get("rows", "")
        if not carried:
            raise BadFile(_("Choose a file."))
        sheet = open_sheet(keys, carried, kind=kind.name, person_id=person_id)
        chosen = {
            name.removeprefix(COLUMN_PREFIX): value
            for name, value in form.items()
            if name.startswith(COLUMN_PREFIX)
        }
        columns = chosen_columns(kind, sheet, chosen)
    choices = _choices(kind, sheet, columns)
    ready = not any(one.problem for one in choices)
    checked = check(sheet, columns) if ready else None
    state = (
        kind.name,
        sorted(columns.items()),
        checked and [one for one, _entry in checked.entries],
        checked and checked.problems,
    )
    shown = hashlib.sha256(repr(state).encode()).hexdigest()[:32]
    return FileStep(kind, sheet, columns, choices, carried, checked, shown)


def write_example(kind: SheetKind) -> str:
    """A file with the headings that are known by name and one invented row, as CSV that spreadsheets open."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([field.names[0] for field in kind.fields])
    writer.writerow([kind.example[field.key] for field in kind.fields])
    return "\ufeff" + out.getvalue()


def _choices(
    kind: SheetKind, sheet: CouncilSheet, columns: Mapping[str, int]
) -> tuple[ColumnChoice, ...]:
    options = tuple(
        (str(column), sheet.headings[column]) for column in kind.offered_columns(sheet)
    )
    missing = {one.key for one in kind.missing_fields(columns)}
    twice = set(column_twice(columns))
    either = missing & set(kind.one_of)
    found = []
    for field in kind.fields:
        chosen = str(columns[field.key]) if field.key in columns else ""
        problem = ""
        if field.key in twice:
            problem = str(
                _(
                    "This column is chosen for something else too. Choose another, or none."
                )
            )
        elif field.key in either:
            problem = str(_("Choose the column of one of these days, or of both."))
        elif field.key in missing:
            problem = str(_("Choose the column that holds this."))
        name = f"{COLUMN_PREFIX}{field.key}"
        found.append(ColumnChoice(field, name, options, chosen, problem))
    return tuple(found)
