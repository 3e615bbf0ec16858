"""Children who come at a steady pace, whatever the service does meanwhile: each loads the page and sends once."""

from __future__ import annotations

import html
import http.client
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from bench.children import STAMP

AT_ONCE = 300
LONGEST_SECONDS = 70


@dataclass
class Children:
    """What became of them. `refused` has every answer but a page and a thank-you, with its status or its fault.

    `slowest` is the longest that one request took, in seconds.
    """

    certificate: str
    requests: int = 0
    thanked: int = 0
    slowest: float = 0.0
    refused: list[str] = field(default_factory=list)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def come(
        self, links: Sequence[str], *, a_second: float, during: Callable[[], None]
    ) -> None:
        """Let one child after the other come, `a_second` of them, until `during` has ended.

        Raises RuntimeError when there are not enough links for that.
        """
        over = threading.Event()

        def until_over() -> None:
            try:
                during()
            finally:
                over.set()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            deeds = pool.submit(until_over)
            began, sent = time.monotonic(), 0
            while not over.is_set():
                if sent == len(links):
                    over.wait()
                    deeds.result()
                    raise RuntimeError(f"{sent} links were too few")
                pool.submit(self._visit, links[sent], sent)
                sent += 1
                over.wait(max(0.0, began + sent / a_second - time.monotonic()))
            deeds.result()

    def _visit(self, link: str, number: int) -> None:
        try:
            where = urlsplit(link)
            page = self._ask(number, "GET", where.path)
            stamp = STAMP.search(page)
            assert stamp, "a page without its form"
            fields = {
                "link": where.path.removeprefix("/r/"),
                "page": html.unescape(stamp[1]),
                "helped": "none",
                "q-know_iro": "yes",
                "q-better": "invented words",
            }
            thanks = self._ask(number, "POST", "/r", urlencode(fields))
            assert "Thank you" in thanks, "a page that does not thank"
        except (OSError, http.client.HTTPException, AssertionError) as fault:
            with self._counting:
                self.refused.append(f"{type(fault).__name__}: {fault}")
        else:
            with self._counting:
                self.thanked += 1

    def _ask(self, number: int, method: str, path: str, body: str | None = None) -> str:
        """One request on a line of its own, from one of many addresses of this machine."""
        trusted = ssl.create_default_context(cafile=self.certificate)
        line = http.client.HTTPSConnection(
            "review.example.org",
            timeout=LONGEST_SECONDS,
            context=trusted,
            source_address=(f"127.0.1.{1 + number % 200}", 0),
        )
        began = time.monotonic()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            line.request(method, path, body, headers if body else {})
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        with self._counting:
            self.requests += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
        assert answer.status == 200, f"{method} {answer.status}"
        return text
