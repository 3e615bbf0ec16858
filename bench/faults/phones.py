"""Phones that send until they are thanked, as the page's script does."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from bench import children
from bench.children import Fields
from bench.load import post
from bench.support.world import World
from feedback_app.invitations import links

PATIENCE_SECONDS = 120
THANKS = b'data-page="thanks"'
WORDS = "invented words"


@dataclass(frozen=True, slots=True)
class Send:
    """One child's send, and the invitation that it is for."""

    invitation_id: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page other than the thank-you: how long it took, and whether the child's words stand on it."""

    status: int
    seconds: float
    kept_words: bool


def prepared(world: World, number: int) -> list[Send]:
    """That many invitations made now, each with the send of a page that was loaded now; each holds one text."""
    tokens = children.invite(world, number)
    fields = [
        ("helped", "none"),
        ("q-know_iro", "yes"),
        ("q-better", WORDS),
        ("iro_sees", "no"),
    ]
    with world.session() as session:
        found = [links.find_link(session, world.parts.keys, token) for token in tokens]
    return [
        Send(link.id, [("link", token), ("page", stamp), *fields])
        for link, token, stamp in zip(
            found, tokens, children.stamps(world, tokens), strict=True
        )
        if link is not None
    ]


@dataclass
class Phones:
    """So many at once. `acked` are the invitations whose send was thanked for, in order.

    `pause` spreads the sends: so many seconds after each thank-you. `refusals` are pages that were no thank-you,
    `cut` counts lines that broke without one.
    """

    port: int
    at_once: int = 8
    pause: float = 0
    acked: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    cut: int = 0
    lost: list[str] = field(default_factory=list)

    def send_all(
        self,
        sends: Sequence[Send],
        *,
        meanwhile: Callable[[Phones], None] | None = None,
        no_longer: bool = False,
    ) -> None:
        """Send everything; `meanwhile` runs beside. `no_longer`: once it has ended, what nobody has begun is left."""
        waiting: SimpleQueue[Send] = SimpleQueue()
        for send in sends:
            waiting.put(send)
        threads = [
            threading.Thread(target=self._phone, args=(waiting,))
            for _ in range(self.at_once)
        ]
        for thread in threads:
            thread.start()
        if meanwhile:
            meanwhile(self)
        while no_longer and not waiting.empty():
            with suppress(Empty):
                waiting.get_nowait()
        for thread in threads:
            thread.join()

    def once(self, send: Send) -> Refusal | None:
        """One try; what it was refused with. Raises OSError or HTTPException where the line broke."""
        head, _, body = post("/r", send.fields).partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        began = time.monotonic()
        try:
            connection.request(
                "POST", "/r", body, headers | {"Accept-Encoding": "identity"}
            )
            reply = connection.getresponse()
            page = reply.read()
        finally:
            connection.close()
        if THANKS in page and reply.status == 200:
            self.acked.append(send.invitation_id)
            return None
        return Refusal(reply.status, time.monotonic() - began, WORDS.encode() in page)

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
            time.sleep(self.pause)

    def _thanked(self, send: Send) -> bool:
        try:
            refusal = self.once(send)
        except (OSError, http.client.HTTPException):
            self.cut += 1
            return False
        if refusal:
            self.refusals.append(refusal)
        return refusal is None
