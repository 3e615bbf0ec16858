"""Atomically replaces the database with a restored one: wholly or not at all (promise 47)."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import text

from feedback_app import clock
from feedback_app.database.sessions import Database
from feedback_app.operations import manifest
from feedback_app.operations.manifest import Manifest
from feedback_app.operations.postgres_tools import refuse_older, run_tool
from feedback_app.operations.snapshot import (
    manifest_of_file,
    sqlite_file,
    temporary_folder_beside,
)
from feedback_app.privacy import disk
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.privacy.stream import open_stream

LOG_SUFFIXES = ("-wal", "-shm", "-journal")
LOCK_WAIT_SECONDS = 1


class RestoreRefused(Exception):
    """The backup must not go into that database; the message says why. The database is unchanged."""


def replace_sqlite(
    file: Path,
    wanted: Manifest,
    target: Database,
    keys: Keys,
    *,
    migrate: Callable[[str], None],
) -> None:
    """Write the new file beside the old one, check it, migrate it, and rename it over the old one."""
    name = sqlite_file(target.engine)
    name.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder_beside(name) as room:
        new = room / "restored.db"
        with disk.new_file(new) as out:
            for piece in _read_payload(file, keys.backup):
                out.write(piece)
        _check_restored(new, wanted, keys.audit)
        migrate(f"sqlite:///{new}")
        with contextlib.closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with new.open("rb+") as written:
            disk.flush_to_disk(written)
        if name.exists():
            disk.give_to_owner_of(new, name)
        with _hold_old_database(name):
            disk.take_name(new, name)


def replace_postgresql(file: Path, target: Database, keys: Keys) -> None:
    """Drop and recreate the tables in one transaction: until it commits, and after a failure, the old rows stay."""
    address = target.engine.url.render_as_string(hide_password=False)
    if others := other_users(target):
        raise RestoreRefused(
            f"the database is in use: stop web, its socket and worker first. Connected: {', '.join(others)}"
        )
    with target.engine.connect() as connection:
        refuse_older("pg_restore", connection)
    target.engine.dispose()
    how = (
        "--clean",
        "--if-exists",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
    )
    database = target.engine.url.database or ""
    with run_tool("pg_restore", address, *how, f"--dbname={database}") as tool:
        for piece in _read_payload(file, keys.backup):
            if tool.stdin is not None:
                tool.stdin.write(piece)


def other_users(target: Database) -> list[str]:
    """Return who else is connected to this PostgreSQL database: program and process id, `web 4711`.

    Empty for SQLite, whose file `replace_sqlite` holds itself.
    """
    if target.engine.dialect.name != "postgresql":
        return []
    target.engine.dispose()
    with target.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT coalesce(nullif(application_name, ''), 'unnamed'), pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
                " AND coalesce(backend_type, '') <> 'walsender' ORDER BY pid"
            )
        ).all()
    target.engine.dispose()
    return [f"{name} {pid}" for name, pid in rows]


def _read_payload(file: Path, ring: KeyRing) -> Iterator[bytes]:
    with file.open("rb") as stream:
        yield from manifest.read_manifest(open_stream(ring, stream))[1]


def _check_restored(new: Path, wanted: Manifest, ring: KeyRing) -> None:
    with contextlib.closing(sqlite3.connect(new)) as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    if said != ["ok"] or dangling:
        raise RestoreRefused(
            "the database in the backup is damaged: "
            + "; ".join([*said[:5], *map(str, dangling[:5])])
        )
    if found := wanted.list_differences(manifest_of_file(new, ring, clock.now())):
        raise RestoreRefused(
            "the database in the backup is not what its manifest says:\n"
            + "\n".join(found)
        )


@contextlib.contextmanager
def _hold_old_database(name: Path) -> Iterator[None]:
    """Hold the old database exclusively and remove its log files, which SQLite would replay into the new one.

    Raises RestoreRefused while another process has it open. Of a file that is no database the logs are just deleted.
    """
    if not name.exists():
        _delete_log_files(name)
        yield
        return
    with contextlib.closing(
        sqlite3.connect(name, timeout=LOCK_WAIT_SECONDS, isolation_level=None)
    ) as old:
        try:
            # Held from here on, so that nobody opens it before the new one has its name.
            old.execute("PRAGMA locking_mode=EXCLUSIVE")
            old.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise RestoreRefused(
                    "the database is in use: stop web and worker first"
                ) from error
            _delete_log_files(name)
        except sqlite3.DatabaseError:
            _delete_log_files(name)
        yield


def _delete_log_files(name: Path) -> None:
    for ending in LOG_SUFFIXES:
        name.with_name(name.name + ending).unlink(missing_ok=True)
