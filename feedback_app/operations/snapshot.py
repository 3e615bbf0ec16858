"""All of a database at one moment, under writes: VACUUM INTO, or pg_dump in the snapshot that was counted (promise 47).

Copying a live SQLite file loses what still lies in its write-ahead log.
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
from feedback_app.privacy.keys import Ring
from feedback_app.privacy.stream import PIECE

Snapshot = tuple[Manifest, Iterator[bytes]]
COPIES = ".copy-"


def take_snapshot(engine: Engine, ring: Ring, at: datetime) -> contextlib.AbstractContextManager[Snapshot]:
    """The manifest, and the database's bytes; `ring` is the audit ring. Raises ToolFailed or OSError."""
    return _of_sqlite(engine, ring, at) if engine.dialect.name == "sqlite" else _of_postgresql(engine, ring, at)


def sqlite_file(engine: Engine) -> Path:
    """Where the database is."""
    return Path(engine.url.database or "").absolute()


@contextlib.contextmanager
def room_beside(file: Path) -> Iterator[Path]:
    """A folder on the database's own file system, for its owner's eyes; what a killed run left there goes first."""
    with disk.exclusive_lock(file.parent):
        for left in file.parent.glob(f"{COPIES}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=COPIES, dir=file.parent) as room:
            yield Path(room)


@contextlib.contextmanager
def _of_sqlite(engine: Engine, ring: Ring, at: datetime) -> Iterator[Snapshot]:
    with room_beside(sqlite_file(engine)) as room:
        copy = room / "copy.db"
        _vacuum(sqlite_file(engine), copy)
        with copy.open("rb") as file:
            yield manifest_of_file(copy, ring, at), iter(lambda: file.read(PIECE), b"")


def _vacuum(file: Path, copy: Path) -> None:
    """Raises OSError, also where there is no database: SQLite would make an empty one."""
    file.stat()
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise OSError(f"{file} could not be copied: {error}") from error


def manifest_of_file(file: Path, ring: Ring, at: datetime) -> Manifest:
    """The manifest of an SQLite file that nobody else uses."""
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            return take_manifest(connection, ring, at)
    finally:
        engine.dispose()


@contextlib.contextmanager
def _of_postgresql(engine: Engine, ring: Ring, at: datetime) -> Iterator[Snapshot]:
    address = engine.url.render_as_string(hide_password=False)
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        refuse_older("pg_dump", connection)
        name = connection.scalar(text("SELECT pg_export_snapshot()"))
        manifest = take_manifest(connection, ring, at)
        what = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}")
        with run_tool("pg_dump", address, *what) as dump:
            pipe = dump.stdout
            yield manifest, iter(lambda: pipe.read(PIECE) if pipe else b"", b"")
