"""Sealing again, under the newest key, what an older one sealed, while children and staff go on (promise 35).

Small batches: read and sealed again outside of any write, then written in a short transaction of their own with their
entry in the audit trail. A row is written only where it still holds what was read. Cut off at any moment, nothing is
half done, and the next run goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, func, select, update
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.database.sessions import Database
from feedback_app.operations.sealed_columns import Place, RingName, is_sealed_under, places_of_ring
from feedback_app.privacy.cipher import CannotOpen, seal_text, unseal_text
from feedback_app.privacy.keys import Keys

BATCH = 100


@dataclass
class Resealed:
    """What a run did: how many values it sealed again; those that do not open, by table and id; how many are left."""

    done: int = 0
    closed: dict[tuple[str, str], str] = field(default_factory=dict)
    left: int = 0

    def __add__(self, other: Resealed) -> Resealed:
        return Resealed(self.done + other.done, self.closed | other.closed, self.left + other.left)


def reseal_ring(database: Database, keys: Keys, ring: RingName, *, batch: int = BATCH) -> Resealed:
    """Seal every value of the ring under its current key; goes round until a round finds nothing more to do.

    A value that does not open is left as it is, and named. What others held meanwhile, or sealed under an older key
    after the last round, is counted as left: the next run finds it.
    """
    found = Resealed()
    for place in places_of_ring(ring):
        while _round(database, keys, place, found, batch):
            pass
    with database.new_session(reading=True) as session:
        older = sum(_count(session, keys, place) for place in places_of_ring(ring))
    found.left = max(0, older - len(found.closed))
    return found


def _round(database: Database, keys: Keys, place: Place, found: Resealed, batch: int) -> int:
    """Once through the table by id; how many were sealed again."""
    done, after = 0, ""
    while rows := _read(database, keys, place, after, batch):
        after = rows[-1][0]
        renewed = [(row, value) for row in rows if (value := _sealed_again(keys, place, row, found)) is not None]
        if renewed:
            done += _write(database, keys, place, renewed)
    found.done += done
    return done


def _read(database: Database, keys: Keys, place: Place, after: str, batch: int) -> list[Sequence[Any]]:
    wanted = select(*place.column_list).where(_is_older(keys, place), place.id > after).order_by(place.id).limit(batch)
    with database.new_session(reading=True) as session:
        return [tuple(row) for row in session.execute(wanted)]


def _count(session: Session, keys: Keys, place: Place) -> int:
    return session.scalar(select(func.count()).select_from(place.id.class_).where(_is_older(keys, place))) or 0


def _is_older(keys: Keys, place: Place) -> ColumnElement[bool]:
    return place.value.is_not(None) & ~is_sealed_under(place, keys.find_ring(place.ring).current)


def _sealed_again(keys: Keys, place: Place, row: Sequence[Any], found: Resealed) -> bytes | None:
    ring, bound = keys.find_ring(place.ring), place.bound_to(row)
    try:
        return seal_text(ring, unseal_text(ring, row[1], **bound), **bound)
    except CannotOpen as problem:
        found.closed[place.table, row[0]] = str(problem)
        return None


def _write(database: Database, keys: Keys, place: Place, renewed: list[tuple[Sequence[Any], bytes]]) -> int:
    """With the audit trail's turn taken first, and past rows that others hold: so nobody waits in a circle."""
    ring = keys.find_ring(place.ring)
    done = 0
    free = select(place.id).where(place.id.in_([row[0] for row, _ in renewed]))
    with database.short_write() as session:
        audit.take_turn(session)
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
