"""A live site in this process, and how a phone and a desk look at it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.support import live, quick
from bench.support.world import World
from feedback_app.survey.catalogue import Catalogue

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser that asks nobody anything by itself."""
CHROMIUM = "chromium-headless-shell"
"""Debian's Chromium without its windows: the same engine for half the processor's time. What only windows have (tabs,
history, a profile on the disk) is tested in the whole of it, by `tests/browser/test_nothing_is_left.py`."""


PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "locale": "en-GB",
}
WALKS = """{
  const later = window.setTimeout, never = 1e6;
  window.setTimeout = (act, wait, ...more) => (
    wait === 350 ? act() : later(act, wait === 300 ? never : wait, ...more));
}"""
"""To a context's `add_init_script`, where a survey is walked: each screen takes a tap at once, which for a child begins
after 350 ms, and a chosen answer waits for Next instead of going on after 300 ms. So a walk is as fast as the machine
and presses Next itself; `tests/browser/test_tap_and_go.py` goes as a child does."""
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


@dataclass
class Site:
    """A live site, served from this process: the test's clock is its clock."""

    url: str
    world: World

    def invite(
        self,
        band: str = "8-11",
        took_part: bool = True,
        mode: str = "in_person",
        **more: Any,
    ) -> str:
        """The whole address of a new link."""
        invitation = self.world.invitation(
            band=band, pn="PN1" if took_part else "PN6", mode=mode, **more
        )
        return f"{self.url}/r/{self.world.token(invitation)}"


@contextlib.contextmanager
def standing(
    folder: Path, catalogue: Catalogue | None = None, database: str = ""
) -> Iterator[Site]:
    """A live site with nobody in it yet: on that migrated database, or on SQLite."""
    if not database:
        database = f"sqlite:///{folder / 'site.db'}"
        quick.migrated(database)
    with live.listening() as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        world = World.make(database, folder, catalogue=catalogue, public_url=url)
        with live.served(world.app, listener):
            yield Site(url, world)
        world.close()
