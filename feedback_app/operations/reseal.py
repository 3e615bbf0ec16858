"""Re-seals under the newest key what older keys sealed, while the service is in use (promise 35).

In small batches: read and re-encrypted outside any transaction, then written in a short one with an audit entry. A row
is written only if it still holds what was read. A run may be stopped at any point; the next one does what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.database.sessions import Database
from feedback_app.models.base import rows_changed
from feedback_app.operations.sealed_columns import (
    RingName,
    SealedColumn,
    columns_of_ring,
    is_sealed_under,
)
from feedback_app.privacy.cipher import UnsealError, seal_text, unseal_text
from feedback_app.privacy.keys import KeyRing, Keys

VALUES_A_BATCH = 100


@dataclass
class ResealResult:
    """A run's result: values re-sealed, values that do not decrypt (table and id: why), values left for another run."""

    resealed: int = 0
    unopened: dict[tuple[str, str], str] = field(default_factory=dict)
    left: int = 0

    def __add__(self, other: ResealResult) -> ResealResult:
        return ResealResult(
            self.resealed + other.resealed,
            self.unopened | other.unopened,
            self.left + other.left,
        )


@dataclass(frozen=True, slots=True)
class Renewed:
    """One row's id, its value as it was read, and the same text sealed under the current key."""

    id: str
    old_value: bytes
    new_value: bytes


def reseal_ring(
    database: Database, keys: Keys, ring: RingName, *, batch: int = VALUES_A_BATCH
) -> ResealResult:
    """Re-seal every value of the ring under its current key, in passes until one finds nothing to do.

    A value that does not decrypt is left as it is and reported. Rows locked by others, or sealed under an older key
    after the last pass, are counted as left for the next run.
    """
    result = ResealResult()
    for place in columns_of_ring(ring):
        while _reseal_once(database, keys, place, result, batch):
            pass
    with database.new_session(reading=True) as session:
        older = sum(
            _count_older(session, keys, place) for place in columns_of_ring(ring)
        )
    result.left = max(0, older - len(result.unopened))
    return result


def _reseal_once(
    database: Database,
    keys: Keys,
    place: SealedColumn,
    result: ResealResult,
    batch: int,
) -> int:
    """Pass once through the table by id; return how many values were re-sealed."""
    ring = keys.find_ring(place.ring)
    resealed, last_id = 0, ""
    while rows := _read_batch(database, ring, place, last_id, batch):
        last_id = rows[-1][0]
        renewed = []
        for row in rows:
            try:
                renewed.append(_renew(ring, place, row))
            except UnsealError as error:
                result.unopened[place.table, row[0]] = str(error)
        if renewed:
            resealed += _write_batch(database, keys, place, renewed)
    result.resealed += resealed
    return resealed


def _read_batch(
    database: Database, ring: KeyRing, place: SealedColumn, after: str, batch: int
) -> list[Sequence[Any]]:
    """Read the next rows, in order of id, that an older key sealed."""
    older = select(*place.column_list).where(_is_older(ring, place), place.id > after)
    with database.new_session(reading=True) as session:
        return [
            tuple(row) for row in session.execute(older.order_by(place.id).limit(batch))
        ]


def _count_older(session: Session, keys: Keys, place: SealedColumn) -> int:
    older = _is_older(keys.find_ring(place.ring), place)
    return (
        session.scalar(select(func.count()).select_from(place.id.class_).where(older))
        or 0
    )


def _is_older(ring: KeyRing, place: SealedColumn) -> ColumnElement[bool]:
    return place.value.is_not(None) & ~is_sealed_under(place, ring.current)


def _renew(ring: KeyRing, place: SealedColumn, row: Sequence[Any]) -> Renewed:
    """Re-encrypt one row's value. Raises UnsealError."""
    sealed_for = place.place_of(row)
    text = unseal_text(ring, row[1], **sealed_for)
    return Renewed(
        id=row[0], old_value=row[1], new_value=seal_text(ring, text, **sealed_for)
    )


def _write_batch(
    database: Database, keys: Keys, place: SealedColumn, renewed: list[Renewed]
) -> int:
    """Write a batch; return how many rows still held what was read.

    Takes the audit trail's lock first and skips rows locked by others, so that no two transactions wait for each other.
    """
    key_id = keys.find_ring(place.ring).current
    batch = select(place.id).where(place.id.in_([row.id for row in renewed]))
    written = 0
    with database.short_write() as session:
        audit.lock_trail(session)
        locked = set(
            session.scalars(batch.with_for_update(skip_locked=True, key_share=True))
        )
        for row in renewed:
            if row.id in locked:
                unchanged = (place.id == row.id) & (place.value == row.old_value)
                change = {place.value: row.new_value, place.key_id: key_id}
                written += rows_changed(
                    session, update(place.id.class_).where(unchanged).values(change)
                )
        if written:
            about, reason = f"{place.ring}:{key_id}", f"{written} of {place.table}"
            audit.write_entry(
                session,
                keys.audit,
                "text_resealed",
                person_id=None,
                about=about,
                reason=reason,
            )
    return written
