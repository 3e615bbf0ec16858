"""Cohorts: how many children of a kind there were on a date (reports/cohorts.py enters each)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from feedback_app import clock, labels
from feedback_app.imports.check import (
    Checked,
    RowProblem,
    RowReader,
    State,
    by_row,
    first_examples,
    read_rows,
    shorten_cell,
)
from feedback_app.imports.mapping import SheetField, SheetKind
from feedback_app.imports.sheets import CouncilSheet
from feedback_app.models.report import COHORT_KINDS
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.cohorts import enter_cohort, find_cohort
from feedback_app.survey.model import BANDS
from feedback_app.typed_text import plain_digits

MOST_CHILDREN = 100_000
SOURCE_LIMIT = 120
YEARS_BACK = 10
_BAND = re.compile(r"(\d{1,2})\s*(?:-|\N{EN DASH}|to)\s*(\d{1,2})")
KIND = SheetKind(
    "cohorts",
    (
        SheetField(
            "what",
            _l("Which children"),
            ("cohort", "which children", "kind", "what"),
            _l(
                "“children in care”, or “children of 8 and over with a child protection plan”."
            ),
            needed=True,
        ),
        SheetField(
            "band",
            _l("Age band"),
            ("age band", "band", "age group", "age"),
            _l(
                "4\N{EN DASH}7, 8\N{EN DASH}11, 12\N{EN DASH}17, 16\N{EN DASH}25; empty for all ages together."
            ),
        ),
        SheetField(
            "on_date",
            _l("On which date"),
            ("date", "on date", "as at"),
            _l("The day on which they were counted."),
            needed=True,
        ),
        SheetField(
            "number",
            _l("How many children"),
            ("number", "children", "count", "how many"),
            _l("A whole number."),
            needed=True,
        ),
        SheetField(
            "source",
            _l("Where it is from"),
            ("source", "from"),
            _l("In your words, such as: case system, monthly list."),
        ),
    ),
    example={
        "what": "children in care",
        "band": "",
        "on_date": "2026-10-31",
        "number": "412",
        "source": "case system, monthly list",
    },
)


@dataclass(frozen=True, slots=True)
class CohortEntry:
    """One row that holds, as `enter_cohort` takes it."""

    what: str
    band: str | None
    on_date: dt.date
    number: int
    source: str


def check_cohorts(
    session: Session, sheet: CouncilSheet, columns: Mapping[str, int]
) -> Checked[CohortEntry]:
    """Every problem of every row, and what each row that holds would do."""
    seen: dict[tuple[str, str | None, dt.date], int] = {}
    entries: list[tuple[State, CohortEntry]] = []
    problems: list[RowProblem] = []
    for reader in read_rows(KIND, sheet, columns):
        entry = _read_cohort(reader, seen)
        problems += reader.problems
        if entry is not None and not reader.problems:
            entries.append((_state_of(session, entry), entry))
    return Checked(
        tuple(entries),
        by_row(problems),
        first_examples([one for _state, one in entries], _in_words),
    )


def store_cohorts(
    session: Session,
    ring: KeyRing,
    entries: Sequence[tuple[State, CohortEntry]],
    *,
    by: str,
) -> None:
    """Enter what does not stand already, oldest date first, in the session's transaction."""
    for state, entry in sorted(entries, key=lambda one: one[1].on_date):
        if state != "same":
            enter_cohort(
                session,
                ring,
                what=entry.what,
                band=entry.band,
                on_date=entry.on_date,
                number=entry.number,
                source=entry.source,
                person_id=by,
            )


def _read_cohort(
    reader: RowReader, seen: dict[tuple[str, str | None, dt.date], int]
) -> CohortEntry | None:
    what, band = _read_what(reader), _read_band(reader)
    day = reader.day_of("on_date")
    if day is None and not reader.cell_of("on_date"):
        reader.blame_field("on_date", _("Write the day on which they were counted."))
    if day and day > clock.today():
        reader.blame_field(
            "on_date", _("This day is still to come. Put the date right.")
        )
    if day and day.year < clock.today().year - YEARS_BACK:
        reader.blame_field(
            "on_date",
            _(
                "This is more than %(years)s years ago. Put the date right, or delete the row.",
                years=YEARS_BACK,
            ),
        )
    number = reader.whole_number("number", MOST_CHILDREN)
    source = reader.cell_of("source")
    if len(source) > SOURCE_LIMIT:
        reader.blame_field(
            "source", _("Shorten it to %(most)s characters.", most=SOURCE_LIMIT)
        )
    if what == "plan_8_over" and band == "4-7":
        reader.blame_field(
            "band", _("This count begins at 8 years. Choose another age band.")
        )
    if what is None or day is None or number is None:
        return None
    if (what, band, day) in seen:
        reader.blame_field(
            "number",
            _(
                "Row %(row)s counts the same children on the same date. Keep one of them.",
                row=seen[what, band, day],
            ),
        )
    seen.setdefault((what, band, day), reader.row.number)
    return CohortEntry(what, band, day, number, source)


def _read_what(reader: RowReader) -> str | None:
    cell = reader.needed_cell("what", _l("Write which children were counted."))
    names = {labels.label("cohort_kind", one).casefold(): one for one in COHORT_KINDS}
    names |= {one: one for one in COHORT_KINDS} | {
        "in care": "in_care",
        "children looked after": "in_care",
    }
    found = names.get(cell.casefold())
    if cell and found is None:
        reader.blame_field(
            "what",
            _(
                "“%(cell)s” is not known. Write: %(kinds)s.",
                cell=shorten_cell(cell),
                kinds=_(" or ").join(
                    labels.label("cohort_kind", one) for one in COHORT_KINDS
                ),
            ),
        )
    return found


def _read_band(reader: RowReader) -> str | None:
    cell = plain_digits(reader.cell_of("band")).casefold()
    if cell in ("", "all", "all ages"):
        return None
    found = _BAND.fullmatch(cell)
    if found and f"{found[1]}-{found[2]}" in BANDS:
        return f"{found[1]}-{found[2]}"
    reader.blame_field(
        "band",
        _(
            "“%(cell)s” is no age band. Write 4-7, 8-11, 12-17 or 16-25, or leave it empty for all.",
            cell=shorten_cell(cell),
        ),
    )
    return None


def _state_of(session: Session, entry: CohortEntry) -> State:
    standing = find_cohort(session, entry.what, entry.band, entry.on_date)
    if standing is None or standing.on_date != entry.on_date:
        return "new"
    return "same" if standing.number == entry.number else "changed"


def _in_words(entry: CohortEntry) -> list[tuple[str, str]]:
    return [
        (
            str(_("Children")),
            labels.as_sentence(labels.label("cohort_kind", entry.what)),
        ),
        (
            str(_("Age")),
            labels.label("band", entry.band) if entry.band else _("all ages"),
        ),
        (str(_("Date")), format_date(entry.on_date, "d MMMM y")),
        (str(_("Number")), str(entry.number)),
        (str(_("Source")), entry.source),
    ]
