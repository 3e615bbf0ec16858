"""The ledger of erasures: a file outside the database and its backups, so that an erasure survives a restore (38).

A line is `instant id key-id mac`, the id of an invitation or a complaint; the MAC under the audit key shows a forged
line. Several processes and machines may append: the file is locked, and a line is on the disk before the database
changes.
"""

from __future__ import annotations

import fcntl
import hmac
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from feedback_app.privacy.keys import KeyRing


class LedgerError(Exception):
    """The ledger cannot be written or read, or is missing; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One valid line: this invitation, or this complaint, was erased at that instant."""

    at: datetime
    invitation_id: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The valid lines, and the line numbers of the invalid ones."""

    erased: tuple[ErasureLine, ...]
    bad: tuple[int, ...]


def append_line(path: Path, ring: KeyRing, invitation_id: str, at: datetime) -> None:
    """Append a line and flush it to the disk. Raises LedgerError; then nothing may be erased."""
    entry = f"{at.isoformat()} {invitation_id} {ring.current}"
    line = f"{entry} {_mac(ring.newest_key, entry)}\n".encode()
    try:
        is_new = not path.exists()
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                line = (
                    b"\n" + line
                )  # keep a line that was cut off from spoiling this one
            if os.write(file, line) != len(line):
                raise LedgerError(_advice_to_write(path))
            os.fsync(file)
        finally:
            os.close(file)
        if is_new:
            _sync_folder(path.parent)
    except OSError as error:
        raise LedgerError(_advice_to_write(path)) from error


def read_lines(path: Path, ring: KeyRing) -> Ledger:
    """Read all lines. Raises LedgerError if the file cannot be read, FileNotFoundError if it is missing."""
    try:
        lines = path.read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise LedgerError(f"{path} cannot be read: {error.strerror}.") from error
    erased, bad = [], []
    for number, line in enumerate(lines, 1):
        parsed = _parse_line(ring, line)
        if parsed is not None:
            erased.append(parsed)
        elif line.strip():
            bad.append(number)
    return Ledger(tuple(erased), tuple(bad))


def _parse_line(ring: KeyRing, line: str) -> ErasureLine | None:
    """Return the line's content; None if it was not written under a key of this ring."""
    entry, _space, mac = line.rpartition(" ")
    parts = entry.split(" ")
    key = ring.keys.get(parts[2]) if len(parts) == 3 else None
    if key is None or not hmac.compare_digest(_mac(key, entry).encode(), mac.encode()):
        return None
    return ErasureLine(datetime.fromisoformat(parts[0]), parts[1])


def _mac(key: bytes, entry: str) -> str:
    return hmac.new(key, f"erased\x1f{entry}".encode(), "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Flush the folder: only then is a new file's name on the disk."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _advice_to_write(path: Path) -> str:
    return f"{path} cannot be written. See that its folder is there and that the service may write to it."
