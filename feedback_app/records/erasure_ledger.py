"""The ledger of erasures: a file outside the database and its backup, so that an erasure survives a restore (38).

A line is `instant invitation-id key-id mac`. The MAC under the audit key keeps anybody from slipping in a line; an id
says nothing of a child. Several processes and machines may append: the file is locked, and a line is on the disk
before the database is changed.
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
    """The ledger cannot be written, or is not there any more; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One line: this invitation was erased at that instant."""

    at: datetime
    invitation_id: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was read: the lines that hold, and the numbers of those that do not."""

    erased: tuple[ErasureLine, ...]
    bad: tuple[int, ...]


def append_line(path: Path, ring: KeyRing, invitation_id: str, at: datetime) -> None:
    """Add a line and see it on the disk. Raises LedgerError; then nothing may be erased."""
    said = f"{at.isoformat()} {invitation_id} {ring.current}"
    line = f"{said} {_mac(ring.newest_key, said)}\n".encode()
    try:
        fresh = not path.exists()
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                line = b"\n" + line  # a line that was cut off in the writing spoils itself alone
            if os.write(file, line) != len(line):
                raise LedgerError(_advice_to_write(path))
            os.fsync(file)
        finally:
            os.close(file)
        if fresh:
            _sync_folder(path.parent)
    except OSError as error:
        raise LedgerError(_advice_to_write(path)) from error


def read_lines(path: Path, ring: KeyRing) -> Ledger:
    """All its lines. Raises LedgerError when it cannot be read, FileNotFoundError when it is not there."""
    try:
        lines = path.read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise LedgerError(f"{path} cannot be read: {error.strerror}.") from error
    erased, bad = [], []
    for number, line in enumerate(lines, 1):
        found = _parsed(ring, line)
        if found is not None:
            erased.append(found)
        elif line.strip():
            bad.append(number)
    return Ledger(tuple(erased), tuple(bad))


def _parsed(ring: KeyRing, line: str) -> ErasureLine | None:
    said, _space, mac = line.rpartition(" ")
    parts = said.split(" ")
    key = ring.keys.get(parts[2]) if len(parts) == 3 else None
    if key is None or not hmac.compare_digest(_mac(key, said).encode(), mac.encode()):
        return None
    return ErasureLine(datetime.fromisoformat(parts[0]), parts[1])


def _mac(key: bytes, said: str) -> str:
    return hmac.new(key, f"erased\x1f{said}".encode(), "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _advice_to_write(path: Path) -> str:
    return f"{path} cannot be written. See that its folder is there and that the service may write to it."
