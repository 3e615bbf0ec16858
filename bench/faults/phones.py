"""Phones that send until they are thanked, as the page's script does."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from bench.children import Fields
from bench.load import post

PATIENCE_SECONDS = 30
THANKS = b'data-page="thanks"'


@dataclass(frozen=True, slots=True)
class Send:
    """One child's send, and the invitation that it is for."""

    invitation_id: str
    fields: Fields


@dataclass
class Phones:
    """So many at once. `acked` are the invitations whose send was thanked for, in order; `tries` counts all."""

    port: int
    at_once: int = 8
    acked: list[str] = field(default_factory=list)
    tries: int = 0
    lost: list[str] = field(default_factory=list)

    def send_all(self, sends: Sequence[Send], *, meanwhile: Callable[[Phones], None] | None = None) -> None:
        """Send everything; `meanwhile` runs beside until all is thanked for."""
        waiting: SimpleQueue[Send] = SimpleQueue()
        for send in sends:
            waiting.put(send)
        threads = [threading.Thread(target=self._phone, args=(waiting,)) for _ in range(self.at_once)]
        for thread in threads:
            thread.start()
        if meanwhile:
            meanwhile(self)
        for thread in threads:
            thread.join()

    def _phone(self, waiting: SimpleQueue[Send]) -> None:
        while True:
            try:
                send = waiting.get_nowait()
            except Empty:
                return
            until = time.monotonic() + PATIENCE_SECONDS
            while not self._thanked(send):
                if time.monotonic() > until:
                    self.lost.append(send.invitation_id)
                    break
                time.sleep(0.02)

    def _thanked(self, send: Send) -> bool:
        self.tries += 1
        head, _, body = post("/r", send.fields).partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/r", body, headers | {"Accept-Encoding": "identity"})
            reply = connection.getresponse()
            thanked = THANKS in reply.read() and reply.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if thanked:
            self.acked.append(send.invitation_id)
        return thanked
