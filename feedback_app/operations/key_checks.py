"""Whether the key files are those that the database's rows were made with (promise 34).

The database keeps a proof of every key that its rows depend on. It is derived from the key, which cannot be found from
it: so a file that was lost and made anew, or taken from another service, is noticed before anybody writes under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, delete, exists, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_app.database import locks
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry, KeyProof
from feedback_app.operations.sealed_columns import (
    RingName,
    count_sealed_under,
    count_unreadable,
)
from feedback_app.privacy.keys import BadKeys, Keys

BoundRing = Literal["link", "digest", "text", "envelope", "audit"]
BOUND_RINGS: tuple[BoundRing, ...] = get_args(BoundRing)
"""The keys without which rows lose their meaning. A new session key only signs everybody out; a new backup key only
opens no older backup."""
PROOF_BYTES = 16
PUT_BACK = (
    "Put the file back from where your keys are kept."
    " If it is lost for good: docs/backups.md, When a key is lost."
)
DEPENDING = "and rows of this database depend on it"


def prove_key(ring: str, key: bytes) -> str:
    """Return what the database keeps of a key: 32 hexadecimal digits."""
    purpose = f"key proof\x1f{ring}".encode()
    return HKDF(SHA256(), PROOF_BYTES, None, purpose).derive(key).hex()


def note_keys(session: Session, keys: Keys) -> None:
    """Keep a proof of every key that has none yet; two commands at once take turns.

    Raises BadKeys, a line a problem, where the keys are not those of the database; then nothing is noted.
    """
    locks.hold_to_commit(session, locks.KEY_PROOFS)
    noted = {(row.ring, row.key_id) for row in session.scalars(select(KeyProof))}
    problems = find_misfits(session, keys)
    if not noted:
        problems = list(_missing_in_rows(session, keys))
    if problems:
        raise BadKeys("\n".join(problems))
    for name in BOUND_RINGS:
        for key_id, key in keys.find_ring(name).keys.items():
            if (name, key_id) not in noted:
                session.add(
                    KeyProof(ring=name, key_id=key_id, proof=prove_key(name, key))
                )
    session.flush()


def forget_key(session: Session, ring: BoundRing, key_id: str) -> None:
    """Forget a key that was taken out of its file."""
    session.execute(
        delete(KeyProof).where(KeyProof.ring == ring, KeyProof.key_id == key_id)
    )


def forget_lost(session: Session, keys: Keys, ring: BoundRing) -> list[str]:
    """Forget the keys of a ring that are not in its file, or are others there; return their ids."""
    there = keys.find_ring(ring).keys
    lost = [
        row.key_id
        for row in session.scalars(select(KeyProof).where(KeyProof.ring == ring))
        if row.key_id not in there
        or row.proof != prove_key(row.ring, there[row.key_id])
    ]
    for key_id in lost:
        forget_key(session, ring, key_id)
    return lost


def find_misfits(session: Session, keys: Keys) -> list[str]:
    """Return a line for each key of the database that is missing in its file, or is another one there.

    A missing key under which nothing stands any more is no misfit: its proof came back with a backup.
    """
    found = []
    for row in session.scalars(select(KeyProof)):
        ring = keys.find_ring(row.ring)
        key = ring.keys.get(row.key_id)
        if key is None and has_rows_under(session, row.ring, row.key_id):
            found.append(
                f"the {row.ring} key {row.key_id} is missing, {DEPENDING}. {PUT_BACK}"
            )
        elif key is not None and prove_key(row.ring, key) != row.proof:
            found.append(
                f"the {row.ring} key {row.key_id} is not the one that this database knows by that name. {PUT_BACK}"
            )
    return found


def has_rows_under(session: Session, ring: str, key_id: str) -> bool:
    """Return True if any row depends on that key; the rows under the digest key do not name it."""
    if ring in ("text", "envelope"):
        sealing: RingName = "text" if ring == "text" else "envelope"
        return count_sealed_under(session, sealing, key_id) > 0
    rows = {
        "link": exists().where(Link.link_key_id == key_id),
        "digest": exists().where(Invitation.id.is_not(None)),
        "audit": exists().where(AuditEntry.key_id == key_id),
    }
    return bool(session.scalar(select(rows[ring])))


def _missing_in_rows(session: Session, keys: Keys) -> Iterator[str]:
    """Yield a line for each ring whose ids, as rows name them, are not all in its file."""
    used = {
        "link": set(session.scalars(select(Link.link_key_id).distinct())),
        "audit": set(session.scalars(select(AuditEntry.key_id).distinct())),
    }
    for name, ids in used.items():
        if missing := ids - set(keys.find_ring(name).keys):
            yield f"the {name} key {', '.join(sorted(missing))} is missing, {DEPENDING}. {PUT_BACK}"
    for ring in ("text", "envelope"):
        if number := count_unreadable(session, keys.find_ring(ring), ring):
            yield (
                f"{number} values were sealed under {ring} keys that are not in the file. {PUT_BACK}"
            )


def holds_rows(engine: Engine) -> bool:
    """Return True if the database is in use: it has a person in it. Raises SQLAlchemyError where it is away."""
    if not inspect(engine).has_table(Person.__tablename__):
        return False
    with Session(engine) as session:
        return bool(session.scalar(select(exists().where(Person.id.is_not(None)))))


def refuse_misfits(engine: Engine, keys: Keys) -> None:
    """Raises BadKeys where the keys are not those of the database.

    A database that is away, or has no such table yet, says nothing. No connection stays open: gunicorn forks
    after this.
    """
    try:
        if not inspect(engine).has_table(KeyProof.__tablename__):
            return
        with Session(engine) as session:
            found = find_misfits(session, keys)
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()
    if found:
        raise BadKeys("\n".join(found))
