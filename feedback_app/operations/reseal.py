"""Re-seals under the newest key what older keys sealed, while the service is in use (promise 35).

In small batches: read and re-encrypted outside any transaction, then written in a short one with an audit entry. A row
is written only if it still holds what was read. A run may be stopped at any point; the next one does what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, func, select, update
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.database.sessions import Database
from feedback_app.operations.sealed_columns import RingName, SealedColumn, columns_of_ring, is_sealed_under
from feedback_app.privacy.cipher import UnsealError, seal_text, unseal_text
from feedback_app.privacy.keys import Keys

VALUES_A_BATCH = 100


@dataclass
class ResealResult:
    """A run's result: values re-sealed, values that do not decrypt (table and id: why), values left for another run."""

    resealed: int = 0
    unopened: dict[tuple[str, str], str] = field(default_factory=dict)
    left: int = 0

    def __add__(self, other: ResealResult) -> ResealResult:
        return ResealResult(self.resealed + other.resealed, self.unopened | other.unopened, self.left + other.left)


def reseal_ring(database: Database, keys: Keys, ring: RingName, *, batch: int = VALUES_A_BATCH) -> ResealResult:
    """Re-seal every value of the ring under its current key, in passes until one finds nothing to do.

    A value that does not decrypt is left as it is and reported. Rows locked by others, or sealed under an older key
    after the last pass, are counted as left for the next run.
    """
    found = ResealResult()
    for place in columns_of_ring(ring):
        while _reseal_once(database, keys, place, found, batch):
            pass
    with database.new_session(reading=True) as session:
        older = sum(_count_older(session, keys, place) for place in columns_of_ring(ring))
    found.left = max(0, older - len(found.unopened))
    return found


def _reseal_once(database: Database, keys: Keys, place: SealedColumn, found: ResealResult, batch: int) -> int:
    """Pass once through the table by id; return how many values were re-sealed."""
    done, after = 0, ""
    while rows := _read_batch(database, keys, place, after, batch):
        after = rows[-1][0]
        renewed = [(row, value) for row in rows if (value := _seal_again(keys, place, row, found)) is not None]
        if renewed:
            done += _write_batch(database, keys, place, renewed)
    found.resealed += done
    return done


def _read_batch(database: Database, keys: Keys, place: SealedColumn, after: str, batch: int) -> list[Sequence[Any]]:
    wanted = select(*place.column_list).where(_is_older(keys, place), place.id > after).order_by(place.id).limit(batch)
    with database.new_session(reading=True) as session:
        return [tuple(row) for row in session.execute(wanted)]


def _count_older(session: Session, keys: Keys, place: SealedColumn) -> int:
    return session.scalar(select(func.count()).select_from(place.id.class_).where(_is_older(keys, place))) or 0


def _is_older(keys: Keys, place: SealedColumn) -> ColumnElement[bool]:
    return place.value.is_not(None) & ~is_sealed_under(place, keys.find_ring(place.ring).current)


def _seal_again(keys: Keys, place: SealedColumn, row: Sequence[Any], found: ResealResult) -> bytes | None:
    ring, bound = keys.find_ring(place.ring), place.place_of(row)
    try:
        return seal_text(ring, unseal_text(ring, row[1], **bound), **bound)
    except UnsealError as problem:
        found.unopened[place.table, row[0]] = str(problem)
        return None


def _write_batch(
    database: Database, keys: Keys, place: SealedColumn, renewed: list[tuple[Sequence[Any], bytes]]
) -> int:
    """Write a batch; return how many rows still held what was read.

    Takes the audit trail's lock first and skips rows locked by others, so that no two transactions wait for each other.
    """
    ring = keys.find_ring(place.ring)
    done = 0
    free = select(place.id).where(place.id.in_([row[0] for row, _ in renewed]))
    with database.short_write() as session:
        audit.lock_trail(session)
        mine = set(session.scalars(free.with_for_update(skip_locked=True, key_share=True)))
        for row, value in renewed:
            if row[0] not in mine:
                continue
            same = update(place.id.class_).where(place.id == row[0], place.value == row[1])
            result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
                same.values({place.value: value, place.key_id: ring.current}),
                execution_options={"synchronize_session": False},
            )
            done += result.rowcount
        if done:
            about, reason = f"{place.ring}:{ring.current}", f"{done} of {place.table}"
            audit.write_entry(session, keys.audit, "text_resealed", person_id=None, about=about, reason=reason)
    return done
