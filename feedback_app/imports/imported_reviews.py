"""Reviews from the case system: the table `ssd_cla_reviews` of the Standard Safeguarding Dataset, with columns of the
council's own for the IRO and the reference.

A row is known again by the keyed digest of its review id, so a file that is read twice doubles nothing. Columns that a
file has are taken as they are, columns that it lacks keep what stands. A reference is never taken away by an empty
cell, and none is stored whose clock has run out (invitations/review_references.py).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from feedback_app import clock, labels
from feedback_app.imports.case_references import read_reference
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
from feedback_app.imports.officers import Officers
from feedback_app.imports.sheets import CouncilSheet
from feedback_app.invitations.references import reference_digest
from feedback_app.invitations.review_references import (
    reference_lasts_until,
    seal_review_reference,
)
from feedback_app.models.base import new_id
from feedback_app.models.invitation import PN_CODES
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.month import Month
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import Keys
from feedback_app.survey.model import BANDS
from feedback_app.typed_text import plain_digits, reference_key

MONTHS_BACK = 60
MONTHS_AHEAD = 24
AT_ONCE = 500
_PN = re.compile(r"(?:pn)?\s*([0-7])(?:\b.*)?", re.IGNORECASE)
_YEARS = re.compile(r"(\d{1,2})(?: years?(?: old)?)?")
_BAND = re.compile(r"(\d{1,2})\s*(?:-|\N{EN DASH}|to)\s*(\d{1,2})")

KIND = SheetKind(
    "reviews",
    (
        SheetField(
            "review_id",
            _l("Number of the review"),
            ("clar_cla_review_id", "review id", "review number"),
            _l("Only a digest of it is kept, by which the review is known again."),
            needed=True,
        ),
        SheetField(
            "iro",
            _l("IRO"),
            (
                "iro",
                "iro e-mail",
                "iro email",
                "iro name",
                "reviewing officer",
                "independent reviewing officer",
                "officer",
            ),
            _l(
                "E-mail, or the name as it stands on Team. The dataset has none: add the council’s own column."
            ),
            needed=True,
        ),
        SheetField(
            "due_on",
            _l("Due"),
            ("clar_cla_review_due_date", "due date", "review due date", "due"),
            _l("The day on which the review is due."),
        ),
        SheetField(
            "held_on",
            _l("Held"),
            (
                "clar_cla_review_date",
                "review date",
                "date held",
                "held",
                "date of review",
            ),
            _l("The day on which it was held; empty while it is to come."),
        ),
        SheetField(
            "pn_code",
            _l("Participation"),
            (
                "clar_cla_review_participation",
                "participation",
                "participation code",
                "pn code",
                "pn",
            ),
            _l("PN0 to PN7, once it was held."),
        ),
        SheetField(
            "spoke_on",
            _l("Last spoke with the IRO"),
            (
                "clar_cla_review_last_iro_contact_date",
                "last iro contact",
                "last iro contact date",
                "iro contact date",
            ),
            _l("When the IRO last spoke with the child before the review."),
        ),
        SheetField(
            "midway_on",
            _l("Midway review"),
            ("midway review", "midway review date", "date of midway review", "midway"),
            _l(
                "The day of the midway review before it; a column of the council’s own."
            ),
        ),
        SheetField(
            "visited_on",
            _l("Visit by the IRO"),
            (
                "iro visit",
                "iro visit date",
                "visit date",
                "visit before review",
                "date of visit",
            ),
            _l(
                "The day on which the IRO visited the child before the review; a column of the council’s own."
            ),
        ),
        SheetField(
            "reference",
            _l("Reference"),
            (
                "reference",
                "case reference",
                "case number",
                "child reference",
                "mosaic id",
                "liquidlogic id",
            ),
            _l(
                "A case number by which the council finds the child, not a name. Sealed, and deleted soon after."
            ),
        ),
        SheetField(
            "band",
            _l("Age"),
            ("age", "age band", "band", "age group"),
            _l(
                "Years, or 4\N{EN DASH}7, 8\N{EN DASH}11, 12\N{EN DASH}17, 16\N{EN DASH}25. Never a date of birth."
            ),
        ),
        SheetField(
            "mode",
            _l("How the meeting was held"),
            ("mode", "meeting mode", "how held"),
            _l("In person, remote or blended."),
        ),
    ),
    example={
        "review_id": "700123",
        "iro": "officer.amber@council.example",
        "due_on": "2026-11-20",
        "held_on": "2026-11-18",
        "pn_code": "PN1",
        "spoke_on": "2026-11-12",
        "midway_on": "2026-08-20",
        "visited_on": "2026-11-10",
        "reference": "C-20417",
        "band": "9",
        "mode": "in person",
    },
    about_children=True,
    one_of=("due_on", "held_on"),
)
_BEFORE_FIELDS = ("spoke_on", "midway_on", "visited_on")
"""Days that are not after the review."""
_KEPT_FIELDS = ("due_on", "held_on", "pn_code", *_BEFORE_FIELDS, "band", "mode")
"""Columns of the table that a file may have or lack."""


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """One row that holds. `values`: what the table gets, of the columns that the file has; `reference`: "" for none."""

    digest: str
    iro_id: str
    values: Mapping[str, object]
    reference: str
    iro_name: str = ""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the database has of the reviews of a file, by the digest of their id."""

    reviews: Mapping[str, ImportedReview]
    references: Mapping[str, str]


def check_reviews(
    session: Session,
    keys: Keys,
    sheet: CouncilSheet,
    columns: Mapping[str, int],
    *,
    envelope_days: int,
) -> Checked[ReviewEntry]:
    """Every problem of every row, and what each row that holds would do."""
    officers, seen = Officers(session), dict[str, int]()
    entries: list[ReviewEntry] = []
    problems: list[RowProblem] = []
    too_old = 0
    for reader in read_rows(KIND, sheet, columns):
        entry, is_old = _read_review(reader, keys, officers, seen, envelope_days)
        problems += reader.problems
        if not reader.problems:
            entries.append(entry)
            too_old += is_old
    standing = _read_standing(session, [one.digest for one in entries])
    return Checked(
        tuple((_state_of(keys, one, standing), one) for one in entries),
        by_row(problems),
        first_examples(entries, _in_words),
        _notes(columns, too_old),
    )


def store_reviews(
    session: Session,
    keys: Keys,
    entries: Sequence[tuple[State, ReviewEntry]],
    *,
    by: str,
) -> None:
    """Add what is new and change what changed, in the session's transaction. `by`: the id of who imports."""
    standing = _read_standing(session, [one.digest for _state, one in entries])
    added: list[dict[str, object]] = []
    sealed: list[ReviewReference] = []
    empty: dict[str, object] = dict.fromkeys(_KEPT_FIELDS)
    for state, entry in entries:
        if state == "same":
            continue
        noted = {
            "iro_id": entry.iro_id,
            "imported_at": clock.now(),
            "imported_by_id": by,
        }
        row = standing.reviews.get(entry.digest)
        review_id = row.id if row else new_id()
        if row is None:
            known = {"id": review_id, "case_digest": entry.digest}
            added.append(known | empty | dict(entry.values) | noted)
        else:
            for name, value in {**entry.values, **noted}.items():
                setattr(row, name, value)
        if entry.reference and _is_other_reference(keys, entry, standing):
            sealed.append(seal_review_reference(keys, review_id, entry.reference))
    # In few statements: while they run, SQLite lets nobody else write, a child's answers neither.
    session.flush()
    if added:
        session.execute(insert(ImportedReview), added)
    _replace_references(session, sealed)


def _replace_references(session: Session, sealed: Sequence[ReviewReference]) -> None:
    """Each in the place of the one that stood for its review, if any did."""
    for at in range(0, len(sealed), AT_ONCE):
        ids = [one.review_id for one in sealed[at : at + AT_ONCE]]
        gone = ReviewReference.review_id.in_(ids)
        session.execute(delete(ReviewReference).where(gone))
    if sealed:
        columns = ("review_id", "key_id", "value", "reference_digest")
        rows = [{name: getattr(one, name) for name in columns} for one in sealed]
        session.execute(insert(ReviewReference), rows)


def review_digest(keys: Keys, review_id: str) -> str:
    """The digest under which a review is known again, however its number was written."""
    return keyed_digest(keys.digest.newest_key, "review", reference_key(review_id))


def _read_review(
    reader: RowReader,
    keys: Keys,
    officers: Officers,
    seen: dict[str, int],
    envelope_days: int,
) -> tuple[ReviewEntry, bool]:
    """The entry of a row, and whether its reference is too old to be kept; the reader has the problems."""
    digest = _read_id(reader, keys, seen)
    iro_id, iro_name = _read_iro(reader, officers)
    values = _read_values(reader)
    reference = _read_review_reference(reader)
    day = values["held_on"] or values["due_on"]
    is_old = bool(
        reference
        and isinstance(day, dt.date)
        and reference_lasts_until(day, envelope_days) < clock.today()
    )
    kept = {name: values[name] for name in _KEPT_FIELDS if name in reader.columns}
    reference = "" if is_old else reference
    return ReviewEntry(digest, iro_id, kept, reference, iro_name), is_old


def _read_id(reader: RowReader, keys: Keys, seen: dict[str, int]) -> str:
    review_id = reader.needed_cell("review_id", _l("Write the number of the review."))
    if not review_id:
        return ""
    digest = review_digest(keys, review_id)
    if digest in seen:
        reader.blame_field(
            "review_id",
            _("Row %(row)s has the same review. Keep one of them.", row=seen[digest]),
        )
    seen.setdefault(digest, reader.row.number)
    return digest


def _read_iro(reader: RowReader, officers: Officers) -> tuple[str, str]:
    cell = reader.needed_cell("iro", _l("Write the IRO’s e-mail."))
    if not cell:
        return "", ""
    officer, problem = officers.find_officer(cell)
    if officer is None:
        reader.blame_field("iro", problem)
        return "", ""
    return officer.person_id, officer.name


def _read_values(reader: RowReader) -> dict[str, object]:
    """What the columns of the table get."""
    due, held = (reader.day_of(key) for key in ("due_on", "held_on"))
    before = {key: reader.day_of(key) for key in _BEFORE_FIELDS}
    _check_days(reader, due, held)
    for key, day in before.items():
        _check_before(reader, key, day, held)
    pn_code = _read_pn_code(reader, held)
    band, years = _read_band(reader)
    if pn_code == "PN0" and years is not None and years >= 4:
        reader.blame_field(
            "pn_code", _("PN0 is for children under 4. Put the code or the age right.")
        )
    mode = _read_mode(reader)
    return {
        "due_on": due,
        "held_on": held,
        "pn_code": pn_code,
        **before,
        "band": band,
        "mode": mode,
    }


def _in_words(entry: ReviewEntry) -> list[tuple[str, str]]:
    def word(kind: str) -> str:
        value = entry.values.get(kind)
        return labels.label(kind, str(value)) if value else ""

    def day(name: str) -> str:
        value = entry.values.get(name)
        return _day_words(value) if isinstance(value, dt.date) else ""

    return [
        (str(_("IRO")), entry.iro_name),
        (str(_("Due")), day("due_on")),
        (str(_("Held")), day("held_on")),
        (str(_("Participation")), word("pn_code")),
        (str(_("Last spoke with the IRO")), day("spoke_on")),
        (str(_("Midway review")), day("midway_on")),
        (str(_("Visit by the IRO")), day("visited_on")),
        (str(_("Age")), word("band")),
        (str(_("Meeting")), word("mode")),
        (str(_("Reference")), entry.reference),
    ]


def _check_days(
    reader: RowReader,
    due: dt.date | None,
    held: dt.date | None,
) -> None:
    today = clock.today()
    first = Month.containing(today).add_months(-MONTHS_BACK).first
    last = Month.containing(today).add_months(MONTHS_AHEAD).last
    if not any(reader.cell_of(key) for key in KIND.one_of):
        key = next(one for one in KIND.one_of if one in reader.columns)
        reader.blame_field(
            key, _("Write the day on which the review was held or is due.")
        )
    if held and held > today:
        reader.blame_field(
            "held_on",
            _("This day is still to come. Leave it empty until the review was held."),
        )
    if held and held < first:
        reader.blame_field("held_on", _too_long_ago(first))
    if due and not first <= due <= last:
        reader.blame_field(
            "due_on",
            _(
                "Write a day from %(first)s to %(last)s.",
                first=_day_words(first),
                last=_day_words(last),
            ),
        )


def _check_before(
    reader: RowReader, key: str, day: dt.date | None, held: dt.date | None
) -> None:
    """One of the days before the review: it is past, and not after the day on which the review was held."""
    today = clock.today()
    first = Month.containing(today).add_months(-MONTHS_BACK).first
    if day and day > today:
        reader.blame_field(key, _("This day is still to come. Put the date right."))
    elif day and held and first <= held <= today and day > held:
        reader.blame_field(
            key,
            _("This is after the review. Write the day before it, or leave it empty."),
        )


def _too_long_ago(first: dt.date) -> str:
    return str(
        _(
            "This is before %(first)s, too long ago. Put the date right, or delete the row.",
            first=_day_words(first),
        )
    )


def _read_pn_code(reader: RowReader, held: dt.date | None) -> str | None:
    cell = plain_digits(reader.cell_of("pn_code"))
    held_cell = reader.cell_of("held_on")
    if not cell:
        if held and "pn_code" in reader.columns:
            reader.blame_field(
                "pn_code",
                _("Write the participation code, PN0 to PN7: the review was held."),
            )
        return None
    found = _PN.fullmatch(cell)
    if not found or f"PN{found[1]}" not in PN_CODES:
        reader.blame_field(
            "pn_code",
            _(
                "“%(cell)s” is no participation code. Write PN0 to PN7.",
                cell=shorten_cell(cell),
            ),
        )
        return None
    if not held_cell:
        reader.blame_field(
            "pn_code",
            _("There is a code, but no day on which the review was held. Add the day."),
        )
    return f"PN{found[1]}"


def _read_band(reader: RowReader) -> tuple[str | None, int | None]:
    """(age band, years); no band for a child under 4."""
    cell = plain_digits(reader.cell_of("band")).casefold()
    if not cell:
        return None, None
    if (found := _BAND.fullmatch(cell)) and f"{found[1]}-{found[2]}" in BANDS:
        return f"{found[1]}-{found[2]}", int(found[1])
    if (found := _YEARS.fullmatch(cell)) and int(found[1]) <= 25:
        return band_of_years(int(found[1])), int(found[1])
    reader.blame_field(
        "band",
        _(
            "“%(cell)s” is no age. Write years, such as 9, or an age band, such as 8-11. Never a date of birth.",
            cell=shorten_cell(cell),
        ),
    )
    return None, None


def band_of_years(years: int) -> str | None:
    """The age band of a child in care of that age; None under 4."""
    if years < 4:
        return None
    if years >= 18:
        return "16-25"
    return next(
        band
        for last, band in ((7, "4-7"), (11, "8-11"), (17, "12-17"))
        if years <= last
    )


def _read_mode(reader: RowReader) -> str | None:
    cell = reader.cell_of("mode").casefold().replace("_", " ").replace("-", " ")
    if not cell:
        return None
    modes = {
        "in person": "in_person",
        "face to face": "in_person",
        "remote": "remote",
        "virtual": "remote",
        "online": "remote",
        "video": "remote",
        "telephone": "remote",
        "blended": "blended",
        "hybrid": "blended",
    }
    if cell not in modes:
        reader.blame_field(
            "mode",
            _(
                "“%(cell)s” is not known. Write in person, remote or blended, or leave it empty.",
                cell=shorten_cell(cell),
            ),
        )
    return modes.get(cell)


def _read_review_reference(reader: RowReader) -> str:
    reference, problem = read_reference(reader.cell_of("reference"))
    if problem:
        reader.blame_field("reference", problem)
    return reference


def _notes(columns: Mapping[str, int], too_old: int) -> tuple[str, ...]:
    notes = []
    if "reference" not in columns:
        notes.append(
            str(
                _(
                    "The file has no reference: nobody will see which children these reviews are of."
                )
            )
        )
    if too_old:
        notes.append(
            str(
                _(
                    "%(count)s references are not kept: their reviews were too long ago. The reviews themselves are.",
                    count=too_old,
                )
            )
        )
    return tuple(notes)


def _day_words(day: dt.date | None) -> str:
    return format_date(day, "d MMMM y") if day else ""


def _read_standing(session: Session, digests: Sequence[str]) -> _Standing:
    reviews: dict[str, ImportedReview] = {}
    references: dict[str, str] = {}
    for at in range(0, len(digests), AT_ONCE):
        rows = session.execute(
            select(ImportedReview, ReviewReference.reference_digest)
            .outerjoin(ReviewReference, ReviewReference.review_id == ImportedReview.id)
            .where(ImportedReview.case_digest.in_(digests[at : at + AT_ONCE]))
        )
        for review, reference in rows:
            reviews[review.case_digest] = review
            if reference:
                references[review.case_digest] = reference
    return _Standing(reviews, references)


def _state_of(keys: Keys, entry: ReviewEntry, standing: _Standing) -> State:
    row = standing.reviews.get(entry.digest)
    if row is None:
        return "new"
    unlike = row.iro_id != entry.iro_id or any(
        getattr(row, name) != value for name, value in entry.values.items()
    )
    other = bool(entry.reference) and _is_other_reference(keys, entry, standing)
    return "changed" if unlike or other else "same"


def _is_other_reference(keys: Keys, entry: ReviewEntry, standing: _Standing) -> bool:
    stands = standing.references.get(entry.digest)
    return stands != reference_digest(keys, entry.reference)
