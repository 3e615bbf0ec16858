"""F24: floods. While a stranger does one dear thing again and again, a child's page comes all the same.

`python -m bench.faults.f24` runs it.

Each flood is bounded, on loopback, for some seconds; the child opens their survey ten times a second beside it.
"""

from __future__ import annotations

import itertools
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.faults import places
from bench.support.many import multiply
from bench.support.world import PASSWORD, World

SECONDS = 6.0
MOST_MS = 100
INVITATIONS, CONCERNS = 2_000, 200
GUARD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MEGABYTE = b"a=1&" * 260_000
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Flood:
    """What a stranger sends, over how many connections."""

    name: str
    connections: int
    request: Callable[[], bytes]


def post(path: str, body: bytes, **headers: str) -> bytes:
    """One request as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Type: {URLENCODED}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(path: str, **headers: str) -> bytes:
    """One request as bytes."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def floods(url: str, lead: str) -> Iterator[Flood]:
    """Every flood; `lead` is the cookie of somebody who may open the preview of deletion."""
    number = itertools.count(1)

    def elsewhere() -> str:
        """Another address each time."""
        return f"198.51.{next(number) // 250 % 250}.{next(number) % 250}"

    browser = requests.Session()
    guard = GUARD.search(browser.get(f"{url}/sign-in", timeout=30).text)
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    form = f"csrf_token={guard[1] if guard else ''}&email=a%40b.example&password=wrong"

    def sign_in() -> bytes:
        return post(
            "/sign-in",
            form.encode(),
            Cookie=cookie,
            Sec_Fetch_Site="same-origin",
            X_Forwarded_For=elsewhere(),
        )

    yield Flood("a megabyte of fields", 12, lambda: post("/r", MEGABYTE))
    yield Flood(
        "the same from everywhere",
        12,
        lambda: post("/r", MEGABYTE, X_Forwarded_For=elsewhere()),
    )
    yield Flood("one field of a megabyte", 12, lambda: post("/r", b"q=" + b"x" * 10**6))
    yield Flood("sign-ins from everywhere", 40, sign_in)
    yield Flood("wrong links", 16, lambda: get("/r/" + "A" * 43))
    yield Flood(
        "wrong words",
        16,
        lambda: post("/", b"words=moss+oak+pond+fern", X_Forwarded_For=elsewhere()),
    )
    yield Flood(
        "the preview of deletion",
        4,
        lambda: get("/safeguarding/retention", Cookie=lead),
    )


@contextmanager
def flooding(flood: Flood, port: int) -> Iterator[list[int]]:
    """The flood, as long as the block lasts; yields how many requests were answered so far."""
    done, over = [0], threading.Event()

    def send() -> None:
        while not over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
                    line.sendall(flood.request())
                    while line.recv(1 << 20):
                        pass
                done[0] += 1
            except OSError:
                time.sleep(0.01)

    senders = [threading.Thread(target=send) for _one in range(flood.connections)]
    for one in senders:
        one.start()
    try:
        yield done
    finally:
        over.set()
        for one in senders:
            one.join()


def page_times(url: str, token: str, seconds: float) -> list[float]:
    """Milliseconds that a child's page took, ten times a second."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        answer = requests.get(f"{url}/r/{token}", timeout=60)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
        time.sleep(0.1)
    return times


def signed_in(url: str, email: str) -> str:
    """The cookies of that person, signed in."""
    browser = requests.Session()
    browser.headers["Origin"] = url
    guard = GUARD.search(browser.get(f"{url}/sign-in", timeout=30).text)
    form = {
        "email": email,
        "password": PASSWORD,
        "csrf_token": guard[1] if guard else "",
    }
    browser.post(f"{url}/sign-in", data=form, timeout=30)
    return "; ".join(f"{one.name}={one.value}" for one in browser.cookies)


def run(
    world: World, folder: Path, *, seconds: float = SECONDS
) -> list[tuple[str, float, int]]:
    """(flood, median milliseconds of a child's page, requests of the flood answered), idle first."""
    world.response(texts={"better": "more biscuits"})
    world.response(wishes={"talk_to": "not_safe"})
    multiply(world, INVITATIONS, concerns=CONCERNS)
    lead, token = world.lead(), world.token(world.invitation())
    found = []
    with places.site(world, folder, workers=2, hops=1) as site:
        idle = statistics.median(page_times(site.url, token, seconds / 2))
        found.append(("nothing", idle, 0))
        for flood in floods(site.url, signed_in(site.url, lead.email)):
            with flooding(flood, site.port) as done:
                time.sleep(0.5)
                times = page_times(site.url, token, seconds)
            found.append((flood.name, statistics.median(times), done[0]))
    return found


def main() -> int:
    """Print the medians on each database; 1 where a child waits longer than allowed."""
    slow = 0
    with places.worlds() as found, tempfile.TemporaryDirectory() as folder:
        for name, world in found.items():
            for flood, median, done in run(world, Path(folder)):
                slow += median > MOST_MS
                print(f"{name}, beside {flood} ({done}): {median:.0f} ms", flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
