"""Changes keys while the service runs: add, use, re-seal, drop, each with an audit entry (promise 35).

The order keeps every value readable on every machine: a new key is added first, so that each process can decrypt with
it; it encrypts only when all have read the file; the old one is dropped when nothing is encrypted under it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.database.sessions import Database
from feedback_app.models.invitation import Link
from feedback_app.models.running import AuditEntry
from feedback_app.operations import key_checks
from feedback_app.operations.reseal import ResealResult, reseal_ring
from feedback_app.operations.sealed_columns import RingName, count_sealed_under
from feedback_app.privacy import keyfile
from feedback_app.privacy.keys import load_keys, read_lines

SEALING_KEYS: tuple[RingName, ...] = ("text", "envelope")
CHANGEABLE_KEYS = ("text", "envelope", "link", "audit", "session", "backup")
"""All but the digest key: every link that was given out is found by it, so it never changes."""


class KeyStillNeeded(Exception):
    """The key cannot be dropped; the message says how many values are encrypted under it."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key of a ring, its state (`seals`, `opens`, `waiting`) and how many rows it protects (None: unknown)."""

    ring: str
    key_id: str
    state: str
    rows: int | None


def add_key(database: Database, folder: Path, name: str) -> str:
    """Add a key that decrypts and does not encrypt yet; return its id. Raises KeyFileError or BadKeys."""
    with database.short_write() as session:
        audit.lock_trail(session)
        key_id = keyfile.add_key_line(folder, name)
        keys = load_keys(folder)
        key_checks.note_keys(session, keys)
        audit.write_entry(
            session,
            keys.audit,
            "key_added",
            person_id=None,
            about=f"{name}:{key_id}",
        )
    return key_id


def use_key(database: Database, folder: Path, name: str) -> str:
    """Encrypt with the waiting key from now on; return its id. Raises KeyFileError or BadKeys."""
    with database.short_write() as session:
        audit.lock_trail(session)
        key_id = keyfile.use_key_line(folder, name)
        audit.write_entry(
            session,
            load_keys(folder).audit,
            "key_used",
            person_id=None,
            about=f"{name}:{key_id}",
        )
    return key_id


def drop_key(database: Database, folder: Path, name: RingName, key_id: str) -> None:
    """Remove a key under which nothing is encrypted. Raises KeyStillNeeded, KeyFileError or BadKeys."""
    with database.short_write() as session:
        audit.lock_trail(session)
        if rows := count_sealed_under(session, name, key_id):
            raise KeyStillNeeded(
                f"{rows} values are sealed under the {name} key {key_id}: run 'flask reseal' first"
            )
        keyfile.drop_key_line(folder, name, key_id)
        key_checks.forget_key(session, name, key_id)
        audit.write_entry(
            session,
            load_keys(folder).audit,
            "key_dropped",
            person_id=None,
            about=f"{name}:{key_id}",
        )


def rotate_key(
    database: Database,
    folder: Path,
    name: RingName,
    *,
    wait: Callable[[], None],
    say: Callable[[str], None],
) -> ResealResult:
    """Add a key, use it and re-seal everything under it, on a single machine.

    `wait` returns when every process must have read the key file; `say` prints progress. Uses a key that is waiting
    already. If it is stopped while re-sealing, the command `reseal` finishes it. Raises KeyFileError or BadKeys.
    """
    key_id = keyfile.waiting_key_id(folder, name) or add_key(database, folder, name)
    say(f"the {name} key {key_id} was added; waiting until every process has read it")
    wait()
    use_key(database, folder, name)
    say(
        f"the {name} key {key_id} seals from now on; waiting until every process has read that"
    )
    wait()
    return reseal_ring(database, load_keys(folder), name)


def list_keys(session: Session, folder: Path) -> Iterator[KeyUse]:
    """Yield every key that can be changed, without its bytes. Raises BadKeys."""
    for name in CHANGEABLE_KEYS:
        for number, line in enumerate(read_lines(folder / name)):
            state = "waiting" if line.waiting else ("opens" if number else "seals")
            yield KeyUse(
                name, line.key_id, state, _count_rows(session, name, line.key_id)
            )


def _count_rows(session: Session, name: str, key_id: str) -> int | None:
    if name in SEALING_KEYS:
        return count_sealed_under(
            session, "text" if name == "text" else "envelope", key_id
        )
    if name == "link":
        return session.scalar(
            select(func.count()).select_from(Link).where(Link.link_key_id == key_id)
        )
    if name == "audit":
        return session.scalar(
            select(func.count())
            .select_from(AuditEntry)
            .where(AuditEntry.key_id == key_id)
        )
    return None
