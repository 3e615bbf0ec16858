"""What every survey, band, look and language weighs on a phone, cold, and how soon its first question can be used.

.venv/bin/python -m bench.weights prints a table and puts it into docs/figures.md, between its two marks.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench import children, phone
from bench.support import kinds, live
from bench.support.browser import PHONE
from bench.support.kinds import Kind
from bench.support.world import World
from feedback_app.config import ROOT
from feedback_app.operations.migrations import migrate_to_head

OUT = ROOT / "docs" / "figures.md"
FROM, TO = "<!-- weights: from here -->", "<!-- weights: to here -->"
TIMES = 5
MOST_REQUESTS, SOON_SECONDS = 4, 1.8
USABLE = """(() => {
  const look = () => {
    const next = document.querySelector('#visit .next');
    const [painted] = performance.getEntriesByName('first-contentful-paint');
    if (!painted || !next || next.getBoundingClientRect().height < 40) return requestAnimationFrame(look);
    window.usable = performance.now();
    window.wanted = next.hash.slice(1);
    next.click();
  };
  requestAnimationFrame(look);
})()"""
"""Notes when the first screen is painted and its Next has its size, and presses it there and then."""
MOVED = "() => (document.querySelector('.screen.now')?.id || location.hash.slice(1)) === window.wanted"


@dataclass(frozen=True, slots=True)
class Weight:
    """One kind: bytes on the wire with heads, requests, and the median of seconds until the first Next worked."""

    kind: Kind
    wire: int
    requests: int
    usable: float | None = None

    @property
    def light(self) -> bool:
        """Whether it keeps to the budget of bytes and requests."""
        return self.wire <= self.kind.most_bytes and self.requests <= MOST_REQUESTS


def measure(
    chosen: Collection[Kind],
    *,
    slow: Collection[Kind] = (),
    times: int = TIMES,
    already: Browser | None = None,
) -> list[Weight]:
    """A first visit of each kind; those in `slow` also on a slow line and processor, as many times."""
    with contextlib.ExitStack() as stack:
        browser = already or stack.enter_context(phone.chromium())
        world, url = stack.enter_context(_product())
        found = []
        for kind in chosen:
            address = url + kind.address(world)
            wire, requests, _seen = phone.once(browser, address, slow=False)
            seconds = (
                [usable(browser, address) for _ in range(times)] if kind in slow else []
            )
            found.append(
                Weight(
                    kind,
                    wire,
                    requests,
                    statistics.median(seconds) if seconds else None,
                )
            )
    return found


@contextlib.contextmanager
def _product() -> Iterator[tuple[World, str]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        database = f"sqlite:///{place / 'weights.db'}"
        migrate_to_head(database)
        world = World.make(database, children.folder_for(place, "world"))
        settings: dict[str, Any] = {
            "mode": "test",
            "database_url": database,
            "keys_dir": place / "world" / "keys",
        }
        with live.gunicorn(settings, children.folder_for(place, "product")) as product:
            yield world, product.url
        world.close()


def usable(browser: Browser, address: str) -> float:
    """Seconds until the first screen of a survey can be read and its Next leads on, on a slow phone."""
    context = browser.new_context(**PHONE)
    context.add_init_script(USABLE)
    page = context.new_page()
    phone.slowed(context, page)
    page.goto(address, wait_until="networkidle")
    page.wait_for_function(MOVED)
    seconds: float = page.evaluate("window.usable") / 1000
    context.close()
    return seconds


def table(weights: Collection[Weight]) -> str:
    """As Markdown, with the budget beside each."""
    lines = [
        "| survey | age | look | language | on the wire | of | requests | first Next works | |",
        "|" + "---|" * 9,
    ]
    for one in weights:
        soon = "" if one.usable is None else f"{one.usable:.2f} s"
        met = one.light and (one.usable or 0) <= SOON_SECONDS
        kind = one.kind
        lines.append(
            f"| {kind.survey} | {kind.band} | {kind.look} | {kind.language} | {one.wire / 1000:.1f} kB"
            f" | {kind.most_bytes // 1000} kB | {one.requests} | {soon} | {'met' if met else '**missed**'} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure all, print, write; 1 where a budget is missed."""
    weights = measure(list(kinds.every()), slow=kinds.usual())
    found = table(weights)
    print(found)
    day = f"Taken with `python -m bench.weights` on {datetime.now(UTC):%Y-%m-%d}, on 2 shared cores."
    before, rest = OUT.read_text("utf-8").split(FROM)
    OUT.write_text(
        f"{before}{FROM}\n{day}\n\n{found}\n{TO}{rest.partition(TO)[2]}", "utf-8"
    )
    return int("missed" in found)


if __name__ == "__main__":
    sys.exit(main())
