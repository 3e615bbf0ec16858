"""A real mail server on loopback, in this process, which can be told to fail."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

MODES = ("refuse", "4xx", "5xx", "drop", "hang")


@dataclass
class Post:
    """What arrived; `mode` says how the next message fails ("" takes it)."""

    mode: str = ""
    port: int = 0
    tries: int = 0
    arrived: list[tuple[str, Message]] = field(default_factory=list)

    def settings(self) -> dict[str, Any]:
        """Settings that lead here."""
        return {
            "smtp_host": "127.0.0.1",
            "smtp_port": self.port,
            "smtp_security": "none",
            "mail_from": "review@council.invalid",
        }

    def subjects(self, address: str) -> list[str]:
        """What that address received, in order."""
        return [str(mail["Subject"]) for to, mail in self.arrived if to == address]

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take the address, or refuse it as told."""
        if self.mode == "refuse":
            self.tries += 1
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take the message, or fail as told."""
        self.tries += 1
        if self.mode == "4xx":
            return "451 try again later"
        if self.mode == "5xx":
            return "554 not here"
        if self.mode == "drop":
            assert server.transport is not None
            server.transport.close()
            return "250 never seen"
        if self.mode == "hang":
            await asyncio.sleep(3)
            return "451 too late"
        for to in envelope.rcpt_tos:
            self.arrived.append((to, message_from_bytes(envelope.content)))
        return "250 taken"


@contextmanager
def post_office() -> Iterator[Post]:
    """The server, on a port of its own."""
    post = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        post.port = free.getsockname()[1]
    server = Controller(post, hostname="127.0.0.1", port=post.port)
    server.start()
    try:
        yield post
    finally:
        server.stop()


@dataclass
class Hook:
    """A stand-in for GOV.UK Notify and for a Teams webhook: keeps what was posted, answers as told."""

    port: int = 0
    status: int = 201
    posted: list[tuple[str, dict[str, str], dict[str, Any]]] = field(
        default_factory=list
    )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def web_hook() -> Iterator[Hook]:
    """The stand-in, on a port of its own."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            hook.posted.append((self.path, dict(self.headers), body))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
