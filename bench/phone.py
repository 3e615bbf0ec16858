"""A child's phone: what a whole survey weighs, cold, and how soon its first screen stands on a slow line."""

from __future__ import annotations

import contextlib
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench import children, floor
from bench.support import live
from bench.support.browser import CHROMIUM, PHONE, QUIET
from bench.support.machine import measure_slowness
from bench.support.world import World
from feedback_app.operations.migrations import migrate_to_head

TIMES = 5
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
"""400 kbit/s each way and 400 ms a round trip."""
SLOWED = 4.0
"""The processor is four times slower than the machine of the budgets: a machine that is slow itself is slowed less."""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
"""When the first screen was painted, in milliseconds; on a busy machine the line can be quiet before it is."""


@dataclass(frozen=True)
class Load:
    """One page, cold: bytes over the wire with heads, requests, seconds to the first paint (medians of five)."""

    name: str
    wire: int
    requests: int
    seen: float


def measure(
    times: int = TIMES, already: Browser | None = None, *, slow: bool = True
) -> list[Load]:
    """The survey of each band, and a bare Flask page in the same run; medians of so many first visits.

    `already`: a browser that runs, for a test that has one. Without `slow` the line is not held back; the bytes are the
    same.
    """
    found = []
    with contextlib.ExitStack() as stack:
        place = Path(
            stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        )
        url = f"sqlite:///{place / 'phone.db'}"
        migrate_to_head(url)
        world = World.make(url, children.folder_for(place, "world"))
        floor.prepare(str(place / "floor.db"))
        settings = {
            "mode": "test",
            "database_url": url,
            "keys_dir": place / "world" / "keys",
        }
        product = stack.enter_context(
            live.gunicorn(settings, children.folder_for(place, "product"))
        )
        bare = stack.enter_context(
            live.gunicorn(
                {}, children.folder_for(place, "floor"), app="bench.floor:app"
            )
        )
        browser = already or stack.enter_context(chromium())
        addresses = {
            f"survey {band}": children.invite(world, 1, band=band)[0]
            for band in children.BANDS
        }
        for name, token in addresses.items():
            found.append(_cold(browser, name, f"{product.url}/r/{token}", times, slow))
        found.append(_cold(browser, "bare Flask page", f"{bare.url}/", times, slow))
        world.close()
    return found


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of one's own."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which(CHROMIUM), args=list(QUIET)
        )
        yield browser
        browser.close()


def _cold(browser: Browser, name: str, address: str, times: int, slow: bool) -> Load:
    """First visits, each with nothing kept from the one before."""
    visits = [once(browser, address, slow) for _ in range(times)]
    return Load(name, *(statistics.median(each) for each in zip(*visits, strict=True)))  # type: ignore[arg-type]


def once(browser: Browser, address: str, slow: bool) -> tuple[int, int, float]:
    """A first visit: bytes on the wire with heads, requests, seconds to the first paint."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    wire: list[float] = []
    asked: list[str] = []

    def arrived(event: dict[str, Any]) -> None:
        wire.append(event["encodedDataLength"])

    def sent(event: dict[str, Any]) -> None:
        asked.append(event["request"]["url"])

    line.send("Network.enable")
    line.on("Network.loadingFinished", arrived)
    line.on("Network.requestWillBeSent", sent)
    if slow:
        slowed(context, page)
    page.goto(address, wait_until="networkidle")
    seen: float = page.wait_for_function(PAINTED).json_value()
    context.close()
    return round(sum(wire)), len(asked), seen / 1000


def slowed(context: BrowserContext, page: Page) -> None:
    """Hold the page's line and processor back from now on."""
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    rate = max(1.0, SLOWED / measure_slowness())
    line.send("Emulation.setCPUThrottlingRate", {"rate": rate})
