"""A real browser before a live site: fixtures for what a child's phone and an officer's desk do.

Each page fails its test at the end when its script broke, it asked another site for anything, or a file was refused.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Response, Route, sync_playwright

from bench.support.browser import CHROMIUM, DESK, PHONE, QUIET, WALKS, Site, standing
from feedback_app.survey.catalogue import Catalogue

FILES = ("stylesheet", "script", "image", "font")
ELSEWHERE = "<!doctype html><html lang=en><title>Elsewhere</title><h1>Another site</h1>"


@dataclass
class Watch:
    """What a page must not do. `problems` is read at the end of the test."""

    site: Site
    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Listen to the page, and keep it from every other site: the neutral page that Leave leads to is a stand-in."""
        page.on(
            "pageerror",
            lambda error: self.problems.append(f"the script broke: {error}"),
        )
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("request", self._asked)
        page.on("response", self._answered)
        # An expression is tried by the driver; a function here would be asked of every file of every page.
        elsewhere = re.compile(f"^(?!{re.escape(self.site.url)})")
        page.context.route(elsewhere, self._elsewhere)

    def _said(self, kind: str, text: str) -> None:
        # A refused page or send says this too, as tests of refusals want; a refused file is seen in `_answered`.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.problems.append(f"the console says: {text}")

    def _asked(self, request: Request) -> None:
        leaves = request.is_navigation_request() and request.url.startswith(
            self.site.world.parts.settings.leave_url
        )
        if (
            not leaves
            and urlsplit(request.url).scheme.startswith("http")
            and not request.url.startswith(self.site.url)
        ):
            self.problems.append(f"the page asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in FILES:
            self.problems.append(
                f"a file was refused: {response.status} {response.url}"
            )

    @staticmethod
    def _elsewhere(route: Route) -> None:
        route.fulfill(body=ELSEWHERE, content_type="text/html")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; where there is none, the test fails."""
    found = shutil.which(CHROMIUM)
    if found is None:
        pytest.fail("no Chromium: run 'make system'")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def catalogue() -> Catalogue | None:
    """The surveys of the site: the shipped ones, where a test says nothing else."""
    return None


@pytest.fixture
def site(
    tmp_path: Path, still_clock: None, catalogue: Catalogue | None
) -> Iterator[Site]:
    """A site of the test's own."""
    with standing(tmp_path, catalogue) as made:
        yield made


@contextlib.contextmanager
def opened(browser: Browser, site: Site, **manner: Any) -> Iterator[Page]:
    """A page of a browser of its own, watched."""
    context = browser.new_context(**manner)
    context.add_init_script(WALKS)
    context.set_default_timeout(15_000)
    page = context.new_page()
    watch = Watch(site)
    watch.over(page)
    yield page
    context.close()
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """For tests with several people: each call is another browser; by default a phone."""
    with contextlib.ExitStack() as stack:
        yield lambda **manner: stack.enter_context(
            opened(browser, site, **(manner or PHONE))
        )


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    """A child's phone, 360 x 740."""
    with opened(browser, site, **PHONE) as page:
        yield page


@pytest.fixture
def phone_without_script(browser: Browser, site: Site) -> Iterator[Page]:
    """The same with scripts switched off."""
    with opened(browser, site, java_script_enabled=False, **PHONE) as page:
        yield page


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Page]:
    """An officer's laptop, 1280 x 900."""
    with opened(browser, site, **DESK) as page:
        yield page
