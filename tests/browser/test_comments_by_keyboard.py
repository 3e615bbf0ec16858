"""A manager goes through the comments of a month by keyboard: read, themes, a quote, undo, and no fault by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD
from tests.support.axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.full]


def test_twenty_comments_are_read_by_keyboard(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    for number in range(20):
        site.world.response(
            month="2026-10", texts={"better": f"Wish {number}"}, iro_sees="yes"
        )
    manager = site.world.manager()
    page.goto(site.url + "/sign-in")
    page.get_by_label("E-mail").fill(manager.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(site.url + "/manager/comments/?period=2026-10")
    assert [one for one in faults(page) if "region at .demo" not in one] == []
    comments, said = page.locator(".comment"), page.locator("#left")
    expect(said).to_contain_text("20 comments are still to be read")
    page.keyboard.press("j")
    for number in range(20):
        expect(comments.nth(number)).to_be_focused()
        page.keyboard.press("Enter")
        expect(comments.nth(number)).to_contain_text("Not read after all")
    expect(said).to_contain_text("0 comments")
    last = comments.nth(19)
    expect(last).to_be_focused()
    page.keyboard.press("t")
    page.keyboard.type("Breaks")
    page.keyboard.press("Enter")
    expect(last.locator(".chip")).to_have_text("Breaks")
    expect(last).to_be_focused()
    page.keyboard.press("q")
    expect(last.locator(".chip").nth(1)).to_have_text("Quote")
    page.keyboard.press("u")
    expect(last.locator(".chip")).to_have_count(1)
    page.keyboard.press("u")
    expect(last.locator(".chip")).to_have_count(0)
    page.reload()
    expect(page.locator(".made").first).to_contain_text("Read")
    page.get_by_role("link", name="Cover words").first.click()
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    assert [one for one in faults(page) if "region at .demo" not in one] == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".covered")).to_have_count(1)
