"""F8: PostgreSQL is down for a minute while a child presses Send: the text stays, and goes by itself (promises 51, 52).

.venv/bin/python -m bench.faults.f8
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench import children
from bench.faults import places
from bench.faults.phones import WORDS
from bench.faults.tally import Tally, tally
from bench.support import postgres
from bench.support.browser import CHROMIUM, PHONE, QUIET, WALKS
from bench.support.world import World
from feedback_app.invitations import links

DOWN_SECONDS = 60.0
MOST_WAIT_SECONDS = 30
"""The longest that the page waits between two tries."""


def run(
    world: World,
    server: postgres.Server,
    folder: Path,
    browser: Browser,
    *,
    down: float = DOWN_SECONDS,
) -> Tally:
    """One run with one phone."""
    token = children.invite(world, 1)[0]
    with world.session() as session:
        link = links.find_link(session, world.parts.keys, token)
    assert link is not None
    world.parts.database.engine.dispose()
    with places.site(world, folder) as site:
        context = browser.new_context(**PHONE)
        context.add_init_script(WALKS)
        page = context.new_page()
        page.route(
            lambda url: not url.startswith(site.url), lambda route: route.abort()
        )
        _to_send(page, f"{site.url}/r/{token}")
        server.stop()
        wrong = _press_and_watch(page, down)
        began = time.monotonic()
        server.start()
        page.wait_for_selector(
            "main[data-page=thanks]", timeout=(MOST_WAIT_SECONDS + 30) * 1000
        )
        waited = time.monotonic() - began
        context.close()
    told = f"down for {down:.0f} s, thanked {waited:.1f} s after the start began, nobody pressing anything"
    return tally(world, [link.id]).also(told, wrong=wrong)


def _to_send(page: Page, address: str) -> None:
    """Open the link, write one text, and go on to the check."""
    page.goto(address)
    while page.evaluate("document.querySelector('.screen.now').id") != "s-check":
        if page.evaluate("document.querySelector('.screen.now').id") == "s-q-better":
            page.fill("#q-better", WORDS)
        page.click(".screen.now .next")


def _press_and_watch(page: Page, seconds: float) -> list[str]:
    """Press Send once and look twice a second; what was wrong on the screen."""
    page.click(".screen.now .next")
    expect(page.locator(".line")).to_contain_text("still trying to send")
    wrong, end = set(), time.monotonic() + seconds
    while time.monotonic() < end:
        if page.input_value("#q-better") != WORDS:
            wrong.add("the text is gone from the page")
        if not page.locator(
            "#s-sending"
        ).is_visible() or "still trying to send" not in page.inner_text(".line"):
            wrong.add("the page does not say that it keeps trying")
        page.wait_for_timeout(500)
    return sorted(wrong)


def main() -> int:
    """A Chromium and a PostgreSQL of the run's own; 1 when a promise does not hold."""
    with (
        tempfile.TemporaryDirectory() as folder,
        places.postgres_world() as (world, server),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which(CHROMIUM), args=list(QUIET)
        )
        found = run(world, server, Path(folder), browser)
        browser.close()
    return places.told({"PostgreSQL": found})


if __name__ == "__main__":
    sys.exit(main())
