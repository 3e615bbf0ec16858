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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

TEMPLATE = "migrated"


@dataclass
class Server:
    """A running server, found by its socket folder."""

    folder: Path
    options: str = ""

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        _run(self.folder, "pg_ctl", *self._data, "-w", "-l", self.folder / "log", "-o", self.options, "start")

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

    def files(self) -> Iterator[Path]:
        """All files of all its tables, after what is in memory has been written to them."""
        self.run("CHECKPOINT")
        return (path for path in (self.folder / "data" / "base").rglob("*") if path.is_file())

    def run(self, statement: str) -> None:
        """One statement outside of any transaction."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def programs() -> Path:
    """Where initdb and pg_ctl are. Fails the test run where there are none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    if found:
        return Path(found[-1])
    initdb = shutil.which("initdb")
    if initdb is None:
        pytest.fail("no PostgreSQL server: run 'make system'")
    return Path(initdb).resolve().parent


@contextlib.contextmanager
def started(*, durable: bool = False) -> Iterator[Server]:
    """Start a server in a temporary folder; stop it and remove the folder at the end.

    `durable` commits reach the disk, as in production (for figures); tests need no disk to be right.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    give(folder)
    data = folder / "data"
    _run(folder, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    fsync = "on" if durable else "off"
    server = Server(folder, f"-c listen_addresses='' -k {folder} -c fsync={fsync} -c max_connections=200")
    server.start()
    try:
        server.run(f"CREATE DATABASE {TEMPLATE}")
        from feedback_app.cli import migrate_to_head

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
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": folder}
    command = [str(programs() / program), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **as_user)
