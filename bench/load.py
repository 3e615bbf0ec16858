"""A bounded load generator: so many clients in one process, each one exchange at a time over plain sockets.

Each visitor is a generator of requests: it yields bytes to send and is sent the answer back. Connections stay open
where the server keeps them, as a proxy's would.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE_SECONDS = 30
Visitor = Generator[bytes, "Answer", None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: the head as text, the body as it came over the wire."""

    status: int
    head: str
    body: bytes


@dataclass
class Timings:
    """What a load came to: seconds of each exchange by its place in the visit, and how long all took."""

    seconds: float = 0.0
    exchanges: dict[int, list[float]] = field(default_factory=dict)
    visits: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Whole visits a second."""
        return len(self.visits) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share of the exchanges was answered."""
        every = sorted(one for times in self.exchanges.values() for one in times)
        return every[min(len(every) - 1, int(share * len(every)))] * 1000


def run(port: int, visitors: Iterable[Visitor], *, clients: int = 16) -> Timings:
    """Let the visitors through, `clients` at a time, until none is left."""
    timings = Timings()
    waiting = iter(visitors)
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        desks = [_Desk(port, selector, waiting, timings) for _ in range(clients)]
        for desk in desks:
            desk.next_visitor()
        while selector.get_map():
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError(f"no answer for {PATIENCE_SECONDS} seconds")
            for key, _events in ready:
                key.data.read()
    timings.seconds = time.perf_counter() - began
    return timings


class _Desk:
    """One client: takes visitors one after the other."""

    def __init__(
        self,
        port: int,
        selector: selectors.BaseSelector,
        waiting: Iterator[Visitor],
        into: Timings,
    ) -> None:
        self.port, self.selector, self.waiting, self.into = (
            port,
            selector,
            waiting,
            into,
        )
        self.line: socket.socket | None = None

    def next_visitor(self) -> None:
        visitor = next(self.waiting, None)
        if visitor is None:
            self._hang_up()
            return
        self.visitor, self.place, self.began = visitor, 0, time.perf_counter()
        self._send(next(visitor))

    def _send(self, request: bytes) -> None:
        self.heard, self.sent_at = bytearray(), time.perf_counter()
        if self.line is None:
            self.line = socket.create_connection(("127.0.0.1", self.port))
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(self.line, selectors.EVENT_READ, self)
        self.line.sendall(request)

    def read(self) -> None:
        assert self.line is not None
        piece = self.line.recv(1 << 18)
        self.heard += piece
        answer = parse(self.heard, closed=not piece)
        if answer is None:
            return
        self.into.exchanges.setdefault(self.place, []).append(
            time.perf_counter() - self.sent_at
        )
        if not 200 <= answer.status < 400:
            self.into.refused.append(answer.status)
        if not piece or "connection: close" in answer.head.lower():
            self._hang_up()
        self.place += 1
        try:
            request = self.visitor.send(answer)
        except StopIteration:
            self.into.visits.append(time.perf_counter() - self.began)
            self.next_visitor()
        else:
            self._send(request)

    def _hang_up(self) -> None:
        if self.line is not None:
            self.selector.unregister(self.line)
            self.line.close()
            self.line = None


def parse(heard: bytearray, *, closed: bool = False) -> Answer | None:
    """The answer once it is whole. Raises ConnectionError when the line went dead in the middle of one."""
    end = heard.find(b"\r\n\r\n")
    if end >= 0:
        head = heard[:end].decode("latin-1")
        length = next(
            (
                int(line[15:])
                for line in head.split("\r\n")
                if line.lower().startswith("content-length:")
            ),
            None,
        )
        whole = closed if length is None else len(heard) >= end + 4 + length
        if whole:
            return Answer(int(head[9:12]), head, bytes(heard[end + 4 :]))
    if closed:
        raise ConnectionError(f"the server hung up after {len(heard)} bytes")
    return None


def get(path: str) -> bytes:
    """A phone's GET."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: en-GB\r\n"
        "Accept-Encoding: gzip, deflate\r\n\r\n"
    ).encode()


def post(path: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """A phone's send: application/x-www-form-urlencoded, as a browser writes it."""
    body = urlencode(list(fields)).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, deflate\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
