"""Every database column with sealed values: the ring that opens it, and the place each value is bound to.

A value starts with the id of its key; the key id in the column beside it is a copy. Here only the value counts.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app import clock
from feedback_app.models.invitation import Envelope
from feedback_app.models.person import Challenge, Person
from feedback_app.models.report import ReportFile
from feedback_app.models.review import ReviewReference
from feedback_app.models.safeguarding import CaseNote
from feedback_app.models.sending import Sending
from feedback_app.models.text import SealedText, SetAside
from feedback_app.privacy import cipher
from feedback_app.privacy.keys import KeyRing

RingName = Literal["text", "envelope"]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column of sealed values; `bound` are the columns with a value's table, column and row, if not its own."""

    table: str
    ring: RingName
    id: InstrumentedAttribute[str]
    value: InstrumentedAttribute[Any]
    key_id: InstrumentedAttribute[Any]
    bound: tuple[InstrumentedAttribute[str], ...] = ()

    def place_of(self, row: Sequence[Any]) -> Mapping[str, str]:
        """Return the table, column and row that a row's value is sealed for, as privacy/cipher.py takes them."""
        if self.bound:
            return dict(zip(("table", "column", "row"), row[2:], strict=True))
        return {"table": self.table, "column": self.value.key, "row": row[0]}

    @property
    def column_list(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """Return the columns to select: id, value, and those of `bound`."""
        return (self.id, self.value, *self.bound)


_TEXT_PLACE = (SealedText.owner, SealedText.column_name, SealedText.row_id)
SEALED_COLUMNS: Sequence[SealedColumn] = (
    SealedColumn(
        "sealed_text",
        "text",
        SealedText.id,
        SealedText.value,
        SealedText.key_id,
        _TEXT_PLACE,
    ),
    SealedColumn("set_aside", "text", SetAside.id, SetAside.value, SetAside.key_id),
    SealedColumn("case_note", "text", CaseNote.id, CaseNote.value, CaseNote.key_id),
    SealedColumn("person", "text", Person.id, Person.totp_seed, Person.totp_key_id),
    SealedColumn(
        "envelope", "envelope", Envelope.invitation_id, Envelope.value, Envelope.key_id
    ),
    SealedColumn(
        "review_reference",
        "envelope",
        ReviewReference.review_id,
        ReviewReference.value,
        ReviewReference.key_id,
    ),
    SealedColumn(
        "report_file", "text", ReportFile.id, ReportFile.value, ReportFile.key_id
    ),
    SealedColumn("sending", "envelope", Sending.id, Sending.value, Sending.key_id),
)


def columns_of_ring(ring: RingName) -> list[SealedColumn]:
    """Return the sealed columns of one ring."""
    return [place for place in SEALED_COLUMNS if place.ring == ring]


def is_sealed_under(place: SealedColumn, key_id: str) -> ColumnElement[bool]:
    """Return the condition that a value was sealed under that key."""
    prefix = cipher.sealed_prefix(key_id)
    return func.substr(place.value, 1, len(prefix)) == prefix


def count_sealed_under(session: Session, ring: RingName, key_id: str) -> int:
    """Count the values sealed under a key: rows, and seeds of authenticator apps that are being set up."""
    total = count_waiting_seeds(session, key_id) if ring == "text" else 0
    for place in columns_of_ring(ring):
        rows = select(func.count()).select_from(place.id.class_)
        total += session.scalar(rows.where(is_sealed_under(place, key_id))) or 0
    return total


def count_waiting_seeds(session: Session, key_id: str) -> int:
    """Count seeds, under that key, of apps that wait for their first code; they expire within minutes."""
    running = select(Challenge.value).where(
        Challenge.kind == "totp", Challenge.ends_at > clock.now()
    )
    prefix = cipher.sealed_prefix(key_id)
    return sum(
        base64.b64decode(value).startswith(prefix) for value in session.scalars(running)
    )


def count_unreadable(session: Session, ring: KeyRing, name: RingName) -> int:
    """Count values sealed under a key that is missing: nobody can read them until it is put back."""
    total = 0
    for place in columns_of_ring(name):
        rows = (
            select(func.count())
            .select_from(place.id.class_)
            .where(place.value.is_not(None))
        )
        for key_id in ring.keys:
            rows = rows.where(~is_sealed_under(place, key_id))
        total += session.scalar(rows) or 0
    return total
