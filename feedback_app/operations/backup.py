"""Backups: the whole database at one moment, encrypted, with a manifest of its contents (promise 47).

A new file is verified before it gets its name. Old backups are deleted, so that erased data leaves the backups too.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedback_app import audit, clock
from feedback_app.database.sessions import Database
from feedback_app.models.running import Heartbeat
from feedback_app.operations import manifest, snapshot
from feedback_app.operations.manifest import Manifest
from feedback_app.privacy import disk
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.privacy.stream import InvalidStream, SealedWriter, open_stream

FILE_NAME = re.compile(r"feedback-(\d{8}T\d{6})Z-[0-9a-f]{4}\.backup")
TIME_FORMAT = "%Y%m%dT%H%M%S"
PART_SUFFIX = ".part"
ALWAYS_KEPT = 7
"""Backups that stay whatever their age."""
HEARTBEAT = "backup"


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A new backup, and the names of the older ones that were deleted after it."""

    file: Path
    manifest: Manifest
    deleted: list[str]


def make_backup(
    database: Database, keys: Keys, folder: Path, *, days: int
) -> MadeBackup:
    """Write a backup into the folder, then delete our backups older than `days`.

    Raises ToolFailed, InvalidStream or OSError; then nothing was written and nothing deleted.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = clock.now()
    file = folder / f"feedback-{now:{TIME_FORMAT}}Z-{secrets.token_hex(2)}.backup"
    made = _write(database, keys, file, now)
    deleted = delete_older(folder, now - timedelta(days=days))
    with database.short_write() as session:
        session.merge(Heartbeat(part=HEARTBEAT, at=now))
        about, reason = (
            file.name,
            f"{made.total_rows} rows, audit trail to {made.audit_number}; {len(deleted)} deleted",
        )
        audit.write_entry(
            session,
            keys.audit,
            "backup_made",
            person_id=None,
            about=about,
            reason=reason,
        )
    return MadeBackup(file, made, deleted)


def verify_backup(ring: KeyRing, file: Path) -> Manifest:
    """Decrypt and check every piece of a backup; return its manifest. Raises InvalidStream or OSError."""
    with file.open("rb") as sealed:
        found, rest = manifest.read_manifest(open_stream(ring, sealed))
        for _ in rest:
            pass
    return found


def delete_older(folder: Path, than: datetime) -> list[str]:
    """Delete our backups made before `than`, and unfinished files; return the names of the backups.

    The newest few always stay: a clock that ran ahead must not take them all.
    """
    deleted = []
    newest = sorted(
        file.name for file in folder.iterdir() if FILE_NAME.fullmatch(file.name)
    )
    for file in sorted(folder.iterdir()):
        if file.name in newest[-ALWAYS_KEPT:]:
            continue
        ours = FILE_NAME.fullmatch(file.name.removesuffix(PART_SUFFIX))
        if (
            ours is None
            or datetime.strptime(ours[1], TIME_FORMAT).replace(tzinfo=UTC) >= than
        ):
            continue
        file.unlink()
        if not file.name.endswith(PART_SUFFIX):
            deleted.append(file.name)
    return deleted


def _write(database: Database, keys: Keys, file: Path, at: datetime) -> Manifest:
    part = file.with_name(file.name + PART_SUFFIX)
    try:
        with disk.new_file(part) as out:
            stream = SealedWriter(keys.backup, out)
            with snapshot.take_snapshot(database.engine, keys.audit, at) as (
                made,
                pieces,
            ):
                stream.write(made.to_bytes())
                for piece in pieces:
                    stream.write(piece)
            stream.close_stream()
            disk.flush_to_disk(out)
        if verify_backup(keys.backup, part) != made:
            raise InvalidStream(
                "what was written is not what is read back: is the disk in order?"
            )
        disk.take_name(part, file)
    finally:
        part.unlink(missing_ok=True)
    return made
