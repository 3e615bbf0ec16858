"""A line between a phone and the site that can be cut: before a send has arrived, or after it was stored."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Manner = Literal["whole", "half a send", "no reply", "reply held"]
"""What the line does to a send; everything else goes through. `half a send` breaks off in its body; `no reply` and
`reply held` let it arrive and keep the answer back, for good or until the line is whole again."""
CHUNK = 4096
PATIENCE = 30


@dataclass
class Line:
    """Its address, what it does now, and a count of the sends that it broke."""

    url: str
    site: tuple[str, int]
    manner: Manner = "whole"
    broke: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    """Set once a reply has come back from the site and is kept from the phone."""
    released: threading.Event = field(default_factory=threading.Event)

    def mend(self) -> None:
        """From now on everything goes through, the reply that is held too."""
        self.manner = "whole"
        self.released.set()

    def carry(self, phone: socket.socket) -> None:
        """One connection."""
        with (
            phone,
            contextlib.suppress(OSError),
            socket.create_connection(self.site, PATIENCE) as site,
        ):
            first = phone.recv(CHUNK)
            manner: Manner = self.manner if first.startswith(b"POST") else "whole"
            if manner == "half a send":
                site.sendall(first[: len(first) - 100])
                self.broke += 1
                return
            site.sendall(first)
            self._both_ways(phone, site, manner)

    def _both_ways(
        self, phone: socket.socket, site: socket.socket, manner: Manner
    ) -> None:
        while True:
            for end in select.select([phone, site], [], [], PATIENCE)[0]:
                data = end.recv(CHUNK)
                if end is site and manner in ("no reply", "reply held") and data:
                    self.held.set()
                    if (
                        manner == "no reply"
                        or not self.released.wait(PATIENCE)
                        or self.manner != "whole"
                    ):
                        self.broke += 1
                        return
                if not data:
                    return
                (site if end is phone else phone).sendall(data)


@contextlib.contextmanager
def before(url: str) -> Iterator[Line]:
    """A line to the site at that address."""
    parts = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        line = Line(
            f"http://127.0.0.1:{listener.getsockname()[1]}",
            (parts.hostname or "", parts.port or 80),
        )
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                if select.select([listener], [], [], 0.1)[0]:
                    threading.Thread(
                        target=line.carry, args=(listener.accept()[0],), daemon=True
                    ).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            line.released.set()
            over.set()
            thread.join(5)
