"""The real thing on loopback: gunicorn and its workers as processes of their own, or the application in this one."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "deploy" / "gunicorn.conf.py"
PATIENCE_SECONDS = 60


@dataclass
class Gunicorn:
    """A running gunicorn. `process` is its master; `log` holds all that master and workers wrote."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    start: Callable[[], subprocess.Popen[bytes]]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The process ids of its workers at this moment."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def restart(self) -> None:
        """End it and start it anew, as a service manager does; who calls meanwhile waits at the open door."""
        _stop(self.process)
        self.process = self.start()
        _wait_until_alive(self)


@contextlib.contextmanager
def gunicorn(
    settings: Mapping[str, Any],
    folder: Path,
    *,
    workers: int = 2,
    app: str = "wsgi:app",
    more: tuple[str, ...] = (),
    under: tuple[str, ...] = (),
) -> Iterator[Gunicorn]:
    """Start gunicorn as deploy/ does, with these settings (`mode="test"`, `database_url=...`), and stop it at the end.

    Its log and its settings' defaults live in `folder`; `under` is a program that runs it. Fails with the log's end
    when it does not come up.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FEEDBACK_")
    }
    environment |= {
        f"FEEDBACK_{name.upper()}": str(value) for name, value in settings.items()
    }
    log = folder / "gunicorn.log"
    with (
        socket.create_server(("127.0.0.1", 0), backlog=512) as listener,
        log.open("ab") as out,
    ):
        os.set_inheritable(listener.fileno(), True)
        command = [*under, sys.executable, "-m", "gunicorn", "--config", str(CONFIG)]
        command += [
            "--bind",
            f"fd://{listener.fileno()}",
            "--workers",
            str(workers),
            *more,
            app,
        ]

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=out,
                pass_fds=(listener.fileno(),),
            )

        running = Gunicorn(start(), listener.getsockname()[1], log, start)
        try:
            _wait_until_alive(running)
            yield running
        finally:
            _stop(running.process)


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket on a free loopback port, so that an application can know its own address before it is made."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield listener


class SilentHandler(WSGIRequestHandler):
    """Answers requests and writes no line for each."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (werkzeug's name)
        """Write nothing."""


@contextlib.contextmanager
def served(app: Flask, listener: socket.socket) -> Iterator[str]:
    """Serve the application from threads of this process, which share the test's clock and World; its address."""
    host, port = listener.getsockname()
    server = make_server(
        host,
        port,
        app,
        threaded=True,
        request_handler=SilentHandler,
        fd=listener.fileno(),
    )
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def answers(port: int, path: str = "/livez") -> bool:
    """Whether a site on loopback says 200 to that path."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _wait_until_alive(running: Gunicorn) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and running.process.poll() is None:
        if answers(running.port):
            return
        time.sleep(0.05)
    raise RuntimeError(f"gunicorn did not start:\n{running.log.read_text()[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """TERM lets requests finish; whoever does not end is killed, by its id."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
