"""Writing files so that they are complete or absent, also after a power cut."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock on a folder; wait for whoever holds it."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def new_file(path: Path) -> BinaryIO:
    """Create a file of mode 0600 and open it for writing. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def flush_to_disk(file: BinaryIO) -> None:
    """Flush all that was written to the disk (fsync)."""
    file.flush()
    os.fsync(file.fileno())


def give_to_owner_of(path: Path, other: Path) -> None:
    """Give the file the owner of `other`, for when root writes a file of the service."""
    wanted = other.stat()
    if wanted.st_uid != path.stat().st_uid:
        os.chown(path, wanted.st_uid, wanted.st_gid)


def take_name(new: Path, name: Path) -> None:
    """Rename `new`, already flushed, over `name` atomically, and flush the folder."""
    new.replace(name)
    folder = os.open(name.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
