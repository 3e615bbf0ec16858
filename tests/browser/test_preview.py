"""Staff walk a preview with the script: the mark stays in sight, Send keeps nothing, and there is a way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD
from tests.support.screens import STORED
from tests.support.tables import contents

pytestmark = [pytest.mark.browser, pytest.mark.full]


def test_a_preview_is_walked_to_its_end_and_leaves_nothing(
    site: Site, phone: Page
) -> None:
    phone.goto(f"{site.url}/sign-in")
    phone.get_by_label("E-mail").fill(site.world.iro().email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    phone.goto(f"{site.url}/iro/ask")
    phone.get_by_role("link", name="See what a child sees").click()
    phone.get_by_role("button", name="Open the preview").click()
    address = phone.url
    before = contents(site.world.parts.database.engine)
    expect(phone.locator(".previewed")).to_be_visible()
    phone.reload()
    assert phone.url == address
    for _screen in range(60):
        expect(phone.locator(".previewed")).to_be_in_viewport()
        if phone.get_by_role("button", name="Send").is_visible():
            break
        box = phone.locator(".screen.now textarea:visible")
        if box.count():
            box.first.fill("Words that nobody keeps")
        phone.locator(".screen.now .next").click()
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator("h1")).to_have_text("This was a preview. Nothing was sent.")
    assert "Words that nobody keeps" not in phone.evaluate(STORED)
    assert contents(site.world.parts.database.engine) == before
    phone.locator("main").get_by_role("link", name="Back to the choices").click()
    expect(phone.get_by_role("button", name="Open the preview")).to_be_visible()


def test_another_look_is_opened_from_a_preview(site: Site, phone: Page) -> None:
    phone.goto(f"{site.url}/sign-in")
    phone.get_by_label("E-mail").fill(site.world.iro().email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    phone.goto(f"{site.url}/preview/page?survey=rate-my-review&band=12-17&look=usual")
    phone.locator('.screen.now a[href*="look=easy"]').first.click()
    expect(phone.locator("body.easy .previewed")).to_be_attached()
    assert "/preview/page" in phone.url
