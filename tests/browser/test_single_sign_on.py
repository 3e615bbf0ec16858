"""The council's own sign-in in a real browser, on a site of its own: there and back, with this site's cookies kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.support import live, quick
from bench.support.browser import DESK, Site
from bench.support.world import PASSWORD, World
from tests.support.issuer import issuing

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path, still_clock: None) -> Iterator[Site]:
    """A live site on localhost; its council signs in on 127.0.0.1, which is another site to a browser."""

    database = f"sqlite:///{tmp_path / 'site.db'}"
    quick.migrated(database)
    with live.listening() as listener, issuing() as issuer:
        url = f"http://localhost:{listener.getsockname()[1]}"
        issuer.claims = {"amr": ["pwd", "mfa"]}
        world = World.make(database, tmp_path, public_url=url, **issuer.settings())
        with live.served(world.app, listener):
            yield Site(url, world)
        world.close()


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that may go to the council's site."""
    context = browser.new_context(**DESK)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_p15_a_person_links_their_council_account_and_signs_in_by_it(
    desk: Page, site: Site
) -> None:
    officer = site.world.iro()
    desk.goto(f"{site.url}/sign-in")
    desk.get_by_label("E-mail").fill(officer.email)
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in", exact=True).click()
    desk.get_by_role("link", name=officer.name).click()
    desk.get_by_role("link", name="Your second step at sign-in").click()
    desk.get_by_role("button", name="Link the council").click()
    desk.get_by_role("link", name="Go to the council").click()
    expect(desk.get_by_text("Linked on 14 October 2026.")).to_be_visible()
    desk.get_by_role("button", name="Sign out").click()
    desk.goto(f"{site.url}/sign-in?next=/iro/ask")
    desk.get_by_role("link", name="Use your council account").click()
    desk.wait_for_url(f"{site.url}/iro/ask")
    assert [
        cookie["name"] for cookie in desk.context.cookies() if cookie["name"] == "sso"
    ] == []
