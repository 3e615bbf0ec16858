"""An officer at a kitchen table writes down what a child says, and their session ends meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD
from feedback_app import clock
from tests.conftest import NOON

pytestmark = pytest.mark.browser


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(site.world.iro().email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Links without an answer yet")).to_be_visible()


def write_down(page: Page, words: str) -> None:
    """Fill the day and the words, and go on to the check."""
    page.locator("#day").fill("2026-10-14")
    for _ in range(60):
        if page.get_by_role("button", name="Send").is_visible():
            return
        screen = page.locator("form#visit > .screen.now").first
        if screen.get_attribute("id") == "s-q-better":
            screen.locator("textarea").fill(words)
        screen.locator("a.next").click()


def test_p51_a_session_that_ends_hides_the_words_until_the_officer_has_signed_in_again(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, site)
    invitation = site.world.invitation(site.world.iro())
    page.goto(f"{site.url}/iro/verbal/{invitation.id}")
    write_down(page, "not in front of my dad")
    with clock.set_clock(NOON + timedelta(hours=2), everywhere=True):
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        expect(page.get_by_text("not in front of my dad").first).to_be_hidden()
        with context.expect_page() as opened:
            page.get_by_role("link", name="Sign in, in a new tab").click()
        sign_in(opened.value, site)
        page.get_by_role("button", name="I have signed in").click()
        expect(page.get_by_text("not in front of my dad")).to_be_visible()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    context.close()
    assert site.world.response_id(invitation)


def test_the_link_to_my_month_stands_under_the_thank_you(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.url}/iro/verbal/{site.world.invitation(site.world.iro()).id}")
    write_down(page, "more time")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="My month").click()
    expect(page.get_by_text("1 of 1")).to_be_visible()
    context.close()
