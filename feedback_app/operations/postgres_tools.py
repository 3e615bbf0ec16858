"""Runs pg_dump and pg_restore; address and password go by the environment, never on a command line."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess  # nosec B404
import tempfile
from collections.abc import Iterator
from typing import IO, Literal

from psycopg import pq
from sqlalchemy import URL, Connection, make_url

Tool = Literal["pg_dump", "pg_restore"]


class ToolFailed(Exception):
    """The program is missing, too old, or failed; the message says what to do, or what it printed."""


@contextlib.contextmanager
def run_tool(
    tool: Tool, url: str, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program with a pipe for its output (dump) or input (restore); kill it if the block raises.

    Raises ToolFailed if it fails.
    """
    writes = tool == "pg_dump"
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603  # nosec B603
            [find_program(tool), *arguments],
            env=tool_environment(make_url(url)),
            stdin=subprocess.DEVNULL if writes else subprocess.PIPE,
            stdout=subprocess.PIPE if writes else subprocess.DEVNULL,
            stderr=said,
        )
        try:
            yield process
            _close_pipes(process)
            code = process.wait()
        except BrokenPipeError:
            code = process.wait()
        finally:
            # Killed, not told that its input is over: half of a restore would be committed.
            if process.poll() is None:
                process.kill()
                process.wait()
            _close_pipes(process)
        if code:
            raise ToolFailed(f"{tool} did not do it: {_error_output(said)}")


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _error_output(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode("utf-8", "replace").strip()[-800:] or "it said nothing"


def find_program(tool: Tool) -> str:
    """Return the path of the program. Raises ToolFailed if it is not installed."""
    found = shutil.which(tool)
    if found is None:
        raise ToolFailed(
            f"{tool} is not installed: install the PostgreSQL client (Debian: postgresql-client)"
        )
    return found


def refuse_older(tool: Tool, connection: Connection) -> None:
    """Raise ToolFailed if the program is older than the server, with what to install."""
    server = int((connection.dialect.server_version_info or (0,))[0])
    asked = [find_program(tool), "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603
    client = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    if client is None or int(client[1]) < server:
        here = client[1] if client else "of an unknown version"
        raise ToolFailed(
            f"{tool} is {here}, the server is {server}: install postgresql-client-{server} or newer"
        )


def tool_environment(url: URL) -> dict[str, str]:
    """Return this process's environment with address and password in libpq's variables."""
    _, wanted = url.get_dialect()().create_connect_args(url)
    names = {
        one.keyword.decode(): one.envvar.decode()
        for one in pq.Conninfo.get_defaults()
        if one.envvar
    }
    given = {
        names[keyword]: str(value)
        for keyword, value in wanted.items()
        if keyword in names
    }
    # Whoever waits for a lock longer than this is told that the service still runs.
    return {
        **os.environ,
        "PGOPTIONS": "-c lock_timeout=10s",
        "PGCONNECT_TIMEOUT": "10",
        **given,
    }
