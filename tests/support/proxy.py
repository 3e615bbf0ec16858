"""A real nginx on loopback, by deploy/nginx.conf: only ports and folders are others."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.support import live

SITE = live.ROOT / "deploy" / "nginx.conf"
MAIN = """daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {site}
}}
"""


@dataclass
class Nginx:
    """A running nginx. `folder` holds its logs, and `down.html`, which the test writes."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def logs(self) -> str:
        """All that it wrote down."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


@contextlib.contextmanager
def nginx(upstream: int, folder: Path) -> Iterator[Nginx]:
    """Start nginx before whatever listens on that port, and stop it at the end; `folder` is new, and its own."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        pytest.fail("no nginx: run 'make system'")
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "main.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(
        MAIN.format(
            user=user,
            folder=folder,
            site=placed(SITE.read_text(), upstream, port, folder),
        )
    )
    process = subprocess.Popen(
        [program, "-c", str(config), "-e", str(folder / "start.log"), "-p", str(folder)]
    )
    try:
        _wait_until_listening(process, port)
        yield Nginx(process, port, folder)
    finally:
        process.terminate()
        process.wait(10)


def placed(site: str, upstream: int, port: int, folder: Path) -> str:
    """The site's configuration at these ports and in this folder. Fails where a place has gone from it."""
    for old, new in (
        (r"server 127\.0\.0\.1:8000", f"server 127.0.0.1:{upstream}"),
        (
            r"listen 80 default_server",
            f"listen 127.0.0.1:{port} backlog=512 default_server",
        ),
        (r"/var/log/nginx", str(folder)),
        (r"root /run/feedback", f"root {folder}"),
        (r"root /srv/feedback", f"root {live.ROOT}"),
    ):
        site, places = re.subn(old, new, site)
        assert places, f"deploy/nginx.conf has no {old!r}"
    return site


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    for _try in range(100):
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=1),
        ):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            break
    raise RuntimeError("nginx did not start")
