"""A real nginx with TLS on loopback, by deploy/nginx.conf: only ports, folders and the certificate are others."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.support import live
from tests.support.certificates import write_certificate

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
    """A running nginx. `folder` holds its logs, and `down.html`, which the test writes.

    `port` is the one with TLS, `plain_port` the one that leads to it.
    """

    process: subprocess.Popen[bytes]
    port: int
    plain_port: int
    folder: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    def connect(self, timeout: float) -> ssl.SSLSocket:
        """A connection with TLS, open and silent."""
        trusted = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        return trusted.wrap_socket(plain, server_hostname="127.0.0.1")

    def logs(self) -> str:
        """All that it wrote down."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


@contextlib.contextmanager
def nginx(upstream: int, folder: Path) -> Iterator[Nginx]:
    """Start nginx before whatever listens on that port, and stop it at the end; `folder` is new, and its own.

    Meanwhile `requests` trusts its certificate, and no other.
    """
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        pytest.fail("no nginx: run 'make system'")
    folder.mkdir()
    with (
        socket.create_server(("127.0.0.1", 0)) as free,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        port, plain_port = free.getsockname()[1], other.getsockname()[1]
    write_certificate(folder, "127.0.0.1")
    config = folder / "main.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(
        MAIN.format(
            user=user,
            folder=folder,
            site=placed(SITE.read_text(), upstream, (port, plain_port), folder),
        )
    )
    process = subprocess.Popen(
        [program, "-c", str(config), "-e", str(folder / "start.log"), "-p", str(folder)]
    )
    try:
        _wait_until_listening(process, port)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("REQUESTS_CA_BUNDLE", str(folder / "fullchain.pem"))
            yield Nginx(process, port, plain_port, folder)
    finally:
        process.terminate()
        process.wait(10)


def placed(site: str, upstream: int, ports: tuple[int, int], folder: Path) -> str:
    """The site's configuration at these ports (with TLS, without) and in this folder.

    Fails where a place has gone from it.
    """
    port, plain_port = ports
    for old, new in (
        (r"server 127\.0\.0\.1:8000", f"server 127.0.0.1:{upstream}"),
        (
            r"listen 443 ssl default_server",
            f"listen 127.0.0.1:{port} ssl backlog=512 default_server",
        ),
        (
            r"listen 80 default_server",
            f"listen 127.0.0.1:{plain_port} default_server",
        ),
        (r"https://\$host", f"https://$host:{port}"),
        (r"/etc/ssl/feedback", str(folder)),
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
