"""A consistent copy of a database in use: VACUUM INTO, or pg_dump in the snapshot that was counted (promise 47).

Copying the SQLite file itself would lose what is still in its write-ahead log.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from feedback_app.operations.manifest import Manifest, take_manifest
from feedback_app.operations.postgres_tools import refuse_older, run_tool
from feedback_app.privacy import disk
from feedback_app.privacy.keys import KeyRing
from feedback_app.privacy.stream import PIECE_BYTES

Snapshot = tuple[Manifest, Iterator[bytes]]
FOLDER_PREFIX = ".copy-"


def take_snapshot(
    engine: Engine, ring: KeyRing, at: datetime
) -> contextlib.AbstractContextManager[Snapshot]:
    """Yield the manifest and the database's bytes; `ring` is the audit ring. Raises ToolFailed or OSError."""
    return (
        _take_sqlite(engine, ring, at)
        if engine.dialect.name == "sqlite"
        else _take_postgresql(engine, ring, at)
    )


def sqlite_file(engine: Engine) -> Path:
    """Return the path of the database file."""
    return Path(engine.url.database or "").absolute()


@contextlib.contextmanager
def temporary_folder_beside(file: Path) -> Iterator[Path]:
    """Yield a private temporary folder on the database's file system; first delete what killed runs left."""
    with disk.exclusive_lock(file.parent):
        for left in file.parent.glob(f"{FOLDER_PREFIX}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=file.parent) as room:
            yield Path(room)


@contextlib.contextmanager
def _take_sqlite(engine: Engine, ring: KeyRing, at: datetime) -> Iterator[Snapshot]:
    with temporary_folder_beside(sqlite_file(engine)) as room:
        copy = room / "copy.db"
        _vacuum(sqlite_file(engine), copy)
        with copy.open("rb") as file:
            yield (
                manifest_of_file(copy, ring, at),
                iter(lambda: file.read(PIECE_BYTES), b""),
            )


def _vacuum(file: Path, copy: Path) -> None:
    """Copy the database. Raises OSError, also if there is none: SQLite would create an empty one."""
    file.stat()
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise OSError(f"{file} could not be copied: {error}") from error


def manifest_of_file(file: Path, ring: KeyRing, at: datetime) -> Manifest:
    """Return the manifest of an SQLite file that nobody else uses."""
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            return take_manifest(connection, ring, at)
    finally:
        engine.dispose()


@contextlib.contextmanager
def _take_postgresql(engine: Engine, ring: KeyRing, at: datetime) -> Iterator[Snapshot]:
    address = engine.url.render_as_string(hide_password=False)
    with engine.connect() as plain:
        connection = plain.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        refuse_older("pg_dump", connection)
        name = connection.scalar(text("SELECT pg_export_snapshot()"))
        manifest = take_manifest(connection, ring, at)
        what = (
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
        )
        with run_tool("pg_dump", address, *what) as dump:
            pipe = dump.stdout
            yield manifest, iter(lambda: pipe.read(PIECE_BYTES) if pipe else b"", b"")
