"""Files that stand whole or not at all, also after the power was cut."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """One at a time in this folder, of all who ask: whoever comes second waits, and sees what the first has done."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def new_file(path: Path) -> BinaryIO:
    """A new file for its owner's eyes only, to be written. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def flush_to_disk(file: BinaryIO) -> None:
    """What was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def give_to_owner_of(path: Path, other: Path) -> None:
    """Root may write for the service: the file at `path` becomes that of the owner of `other`."""
    wanted = other.stat()
    if wanted.st_uid != path.stat().st_uid:
        os.chown(path, wanted.st_uid, wanted.st_gid)


def take_name(new: Path, name: Path) -> None:
    """Let the file `new`, which is on the disk, take the place of whatever is at `name`, in one step that lasts."""
    new.replace(name)
    folder = os.open(name.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
