"""A manager's first Friday: read, theme, quote, cover, act, write, hand over; then a late paper and version 2."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Locator, Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD
from feedback_app import clock
from tests.support.report_months import people_september

pytestmark = [pytest.mark.browser, pytest.mark.full]

FRIDAY = datetime(2026, 10, 2, 9, 30, tzinfo=UTC)
WORDS = "Ask Mr Tree what time is good"
REPORT = "/manager/reports/2026-09"


def sign_in(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.url}/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main .button.main")


def word_of(page: Page, press: Callable[[], None]) -> str:
    """All the words of the Word file that comes when `press` is done."""
    with page.expect_download() as file:
        press()
    assert file.value.suggested_filename.endswith(".docx")
    word = docx.Document(io.BytesIO(Path(file.value.path()).read_bytes()))
    return "\n".join(paragraph.text for paragraph in word.paragraphs)


def version_link(desk: Page, version: int) -> Locator:
    """The Word file of a version that was handed over."""
    shown = desk.locator(".rp-version").filter(has_text=f"Version {version}")
    return shown.last.locator("a[href$='/docx']")


def act_on(desk: Page, site: Site, theme: str) -> None:
    """Write an action from a theme, and show it to children."""
    desk.goto(f"{site.url}/manager/said-and-done/new?theme={theme}")
    desk.fill("#promise", "Ask each child what time is good")
    desk.select_option("#owner", index=1)
    desk.fill("#due", "2026-11-30")
    desk.get_by_label("Being done").check()
    desk.fill("#said_by", "7")
    for box in desk.locator("fieldset textarea").all():
        box.fill("We ask you first what time is good.")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("button", name="Show it to children").click()


def test_three_interactions_lead_to_the_word_month_also_ten_minutes_later(
    site: Site, desk: Page
) -> None:
    with clock.set_clock(FRIDAY, everywhere=True):
        people_september(site.world)
        site.world.choose_numbers()
        manager = site.world.person("Somebody Sorrel", "manager", dear=True)
        sign_in(desk, site, manager.email)
        assert "24 children were heard" in word_of(
            desk, lambda: desk.get_by_role("link", name="Word draft").click()
        )
    with clock.set_clock(FRIDAY + timedelta(minutes=10), everywhere=True):
        desk.goto(f"{site.url}/manager/")
        desk.get_by_role("link", name="Word draft").click()  # one
        desk.wait_for_selector("text=Confirm that it is you")
        assert desk.evaluate("document.activeElement.id") == "code"
        desk.keyboard.type(PASSWORD)  # two
        assert "24 children were heard" in word_of(
            desk,
            lambda: desk.keyboard.press("Enter"),  # three
        )


def test_a_first_friday_from_reading_to_version_two(site: Site, desk: Page) -> None:
    world = site.world
    with clock.set_clock(FRIDAY, everywhere=True):
        people_september(world)
        world.response(month="2026-09", texts={"better": WORDS}, iro_sees="yes")
        world.choose_numbers()
        manager = world.manager()
        sign_in(desk, site, manager.email)

        desk.goto(f"{site.url}/manager/comments/?period=2026-09")
        comment = desk.locator(".comment").filter(has_text="what time is good")
        desk.keyboard.press("j")
        expect(comment).to_be_focused()
        desk.keyboard.press("Enter")
        expect(comment).to_contain_text("Not read after all")
        desk.keyboard.press("t")
        desk.keyboard.type("Times")
        desk.keyboard.press("Enter")
        expect(comment.locator(".chip")).to_have_text("Times")
        desk.keyboard.press("q")
        expect(comment.locator(".chip").nth(1)).to_have_text("Quote")
        comment.get_by_role("link", name="Cover words").click()
        desk.get_by_role("checkbox", name="Tree").check()
        desk.get_by_role("button", name="Save").click()

        act_on(desk, site, "Times")
        desk.goto(f"{site.url}{REPORT}")
        desk.click("summary:has-text('in your own words')")
        for key, words in (
            ("minute.moved", "Nothing moved."),
            ("decision.1", "Three rooms for calls."),
            ("decision.2", "Reviews after school."),
        ):
            desk.fill(f"[name='own-{key}']", words)
        desk.get_by_role("button", name="Save your words").click()
        desk.get_by_role("button", name="Hand over version 1").click()
        expect(desk.get_by_text("Version 1 is made")).to_be_visible()
        said = word_of(desk, lambda: version_link(desk, 1).click())
        assert "Three rooms for calls." in said
        assert "what time is good" in said
        assert "Tree" not in said

        world.response(month="2026-09", channel="paper")
        world.choose_numbers()
        desk.reload()
        expect(desk.get_by_text("differ since").first).to_be_visible()
        desk.get_by_role("button", name="Hand over version 2").click()
        second = word_of(desk, lambda: version_link(desk, 2).click())
        assert "differ from version 1" in second
        again = word_of(desk, lambda: version_link(desk, 1).click())
        assert again == said

        desk.goto(f"{site.url}/said-and-done")
        expect(desk.get_by_text("We ask you first what time is good.").first).to_be_visible()  # fmt: skip
