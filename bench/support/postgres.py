"""A throw-away PostgreSQL server on a socket of its own; each test gets a database copied from a migrated one."""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from feedback_app.models import Base

TEMPLATE = "migrated"
_OTHERS_GO = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SHAPE = (
    "SELECT (SELECT version_num FROM alembic_version)"
    " || (SELECT count(*) || ' ' || coalesce(sum(length(pg_get_constraintdef(oid))), 0) FROM pg_constraint)"
    " || (SELECT ' ' || count(*) FROM pg_trigger WHERE tgenabled = 'O')"
    " || (SELECT ' ' || count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped)"
)
"""The schema in a few numbers: the revision, constraints, triggers that are on, columns."""


@dataclass
class Server:
    """A running server, found by its socket folder."""

    folder: Path
    options: str = ""
    _spare: list[str] = field(default_factory=list)
    _shape: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        _run(
            self.folder,
            "pg_ctl",
            *self._data,
            "-w",
            "-l",
            self.folder / "log",
            "-o",
            self.options,
            "start",
        )

    def stop(self) -> None:
        """Stop it at once, as a crash would: nothing is finished, the next start recovers."""
        _run(self.folder, "pg_ctl", *self._data, "-w", "-m", "immediate", "stop")

    @property
    def _data(self) -> tuple[object, ...]:
        return ("-D", self.folder / "data")

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    @contextlib.contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """A database of one's own, dropped at the end."""
        name = f"t_{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """An empty, migrated database that the next test gets as well: emptied at the end, which is quicker than new.

        One whose tables, rules or triggers a test has changed is dropped instead.
        """
        name = self._spare.pop() if self._spare else None
        if name is None:
            name = f"t_{secrets.token_hex(6)}"
            self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield self.url(name)
        if self._emptied(name):
            self._spare.append(name)
        else:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        """Take all rows away, past the triggers that forbid it; False when the database is not as it was made."""
        engine = create_engine(
            self.url(name), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        with engine.connect() as connection:
            connection.execute(text(_OTHERS_GO))
            if not self._shape:
                template = create_engine(
                    self.url(TEMPLATE), isolation_level="AUTOCOMMIT", poolclass=NullPool
                )
                with template.connect() as other:
                    self._shape.append(str(other.scalar(text(_SHAPE))))
            try:
                connection.execute(text("SET session_replication_role = replica"))
                tables = [table for table in Base.metadata.tables if "." not in table]
                connection.execute(
                    text("; ".join(f"DELETE FROM {table}" for table in tables))
                )
                return str(connection.scalar(text(_SHAPE))) == self._shape[0]
            except DBAPIError:
                return False

    def files(self) -> Iterator[Path]:
        """All files of all its tables, after what is in memory has been written to them."""
        self.run("CHECKPOINT")
        return (
            path
            for path in (self.folder / "data" / "base").rglob("*")
            if path.is_file()
        )

    def run(self, statement: str) -> None:
        """One statement outside of any transaction."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def programs() -> Path:
    """Where initdb and pg_ctl are. Fails the test run where there are none."""
    found = sorted(
        glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4])
    )
    if found:
        return Path(found[-1])
    initdb = shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("no PostgreSQL server: run 'make system'")
    return Path(initdb).resolve().parent


@contextlib.contextmanager
def started(*, durable: bool = False) -> Iterator[Server]:
    """Start a server in a temporary folder; stop it and remove the folder at the end.

    `durable` commits reach the disk, as in production (for figures); tests need no disk to be right.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    give(folder)
    data = folder / "data"
    _run(
        folder,
        "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    fsync = "on" if durable else "off"
    server = Server(
        folder,
        f"-c listen_addresses='' -k {folder} -c fsync={fsync} -c max_connections=200",
    )
    server.start()
    try:
        server.run(f"CREATE DATABASE {TEMPLATE}")
        from feedback_app.operations.migrations import migrate_to_head

        migrate_to_head(server.url(TEMPLATE))
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def give(folder: Path) -> None:
    """Let the server use the folder: it refuses to run as root, and runs as its own user then."""
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)


def _run(folder: Path, program: str, *arguments: object) -> None:
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_user = {
            "user": "postgres",
            "group": "postgres",
            "extra_groups": [],
            "cwd": folder,
        }
    command = [str(programs() / program), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **as_user)
