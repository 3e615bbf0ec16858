"""A link that does not work shows one and the same page in a browser, whatever it was, and help (promises 6, 60)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from feedback_app import clock
from tests.conftest import NOON
from tests.support.dead_links import dead_links
from tests.support.screens import STORED

pytestmark = pytest.mark.browser


@pytest.mark.full
def test_p06_p60_every_dead_link_shows_the_same_screen_and_whom_to_call(
    site: Site, phone: Page
) -> None:
    tokens = dead_links(site.world)
    shown: dict[str, tuple[str, bytes]] = {}
    with clock.set_clock(NOON + timedelta(minutes=1), everywhere=True):
        for what, token in tokens.items():
            answer = phone.goto(f"{site.url}/r/{token}", wait_until="networkidle")
            assert answer is not None
            assert answer.status == 404, what
            shown[what] = (phone.content(), phone.screenshot())
            assert phone.evaluate(STORED) == "[{},{}]"
            assert not phone.context.cookies()
        phone.click(".help summary")
        expect(phone.locator('.help a[href="tel:999"]')).to_be_visible()
    assert len(shown) >= 6
    assert len(set(shown.values())) == 1
