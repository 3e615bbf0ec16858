"""Help and "Aa" lie over the page: below the bar, one at a time, and closed by whatever a child tries first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from tests.support.screens import SECRET, choose, go_on, now

pytestmark = pytest.mark.browser

SHEETS = (".help", ".looks")
ON_TOP = """() => {
  const box = document.querySelector('.leave').getBoundingClientRect();
  return [[4, 4], [box.width / 2, box.height / 2], [box.width - 4, box.height - 4]].every(([x, y]) => {
    const found = document.elementFromPoint(box.left + x, box.top + y);
    return found && (found.closest('.leave') || found.matches('.bar, .top') && x !== box.width / 2);
  });
}"""
"""Whether Leave can be tapped: nothing lies over it."""


def by_its_button(page: Page, sheet: str) -> None:
    """The word Close."""
    page.click(f"{sheet} .close")


def by_its_word(page: Page, sheet: str) -> None:
    """What opened it."""
    page.click(f"{sheet} > summary")


def by_a_tap_beside(page: Page, _sheet: str) -> None:
    """A tap below it, where Next is, if there is one."""
    page.mouse.click(250, 705)


def by_escape(page: Page, _sheet: str) -> None:
    """The key."""
    page.keyboard.press("Escape")


def by_back(page: Page, _sheet: str) -> None:
    """The phone's Back."""
    page.wait_for_function("history.state && history.state.pushed")
    page.go_back()


WAYS = (by_its_button, by_its_word, by_a_tap_beside, by_escape, by_back)


def test_a_sheet_is_closed_and_the_question_stays_with_what_was_typed(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    phone.fill("#q-better", SECRET)
    for way in WAYS:
        for sheet in SHEETS:
            phone.click(f"{sheet} > summary")
            expect(phone.locator(f"{sheet} > .sheet")).to_be_visible()
            assert phone.evaluate(ON_TOP)
            way(phone, sheet)
            expect(phone.locator(".bar > details[open]")).to_have_count(0)
            assert now(phone) == "s-q-better", way.__name__
            assert phone.input_value("#q-better") == SECRET
    phone.go_back()
    expect(phone.locator("#s-q-better")).to_be_hidden()


def test_on_the_first_screen_back_closes_help_and_then_leads_to_what_was_before(
    site: Site, phone: Page
) -> None:
    for way in (by_back, by_its_button):
        phone.goto(f"{site.url}/privacy")
        phone.goto(site.invite())
        first = now(phone)
        phone.click(".help > summary")
        way(phone, ".help")
        expect(phone.locator(".bar > details[open]")).to_have_count(0)
        assert now(phone) == first
        phone.go_back()
        phone.wait_for_url("**/privacy")


@pytest.mark.full
def test_on_a_page_of_one_text_a_sheet_closes_and_back_leads_to_the_page_before(
    site: Site, phone: Page
) -> None:
    for way in WAYS:
        phone.goto(f"{site.url}/privacy")
        phone.goto(f"{site.url}/accessibility")
        phone.click(".help > summary")
        way(phone, ".help")
        expect(phone.locator(".bar > details[open]")).to_have_count(0)
        assert phone.url.endswith("/accessibility")
        if way is not by_its_word:
            phone.wait_for_function("!history.state")
            phone.go_back()
            phone.wait_for_url("**/privacy")


def test_two_sheets_are_never_open_and_a_tap_beside_one_chooses_nothing(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    phone.click(".help > summary")
    phone.click(".looks > summary")
    expect(phone.locator(".help > .sheet")).to_be_hidden()
    expect(phone.locator(".looks > .sheet")).to_be_visible()
    phone.keyboard.press("Escape")
    assert phone.evaluate("document.activeElement.closest('.looks') !== null")
    phone.evaluate("document.querySelector('.help').open = true")
    phone.evaluate("document.querySelector('.screen.now .option').click()")
    expect(phone.locator(".screen.now :checked")).to_have_count(0)
    expect(phone.locator(".help > .sheet")).to_be_hidden()
    choose(phone, "q-know_iro", "yes")


def test_a_sheet_that_is_longer_than_the_phone_scrolls_and_shows_that_it_does(
    site: Site, phone: Page
) -> None:
    phone.set_viewport_size({"width": 320, "height": 568})
    phone.add_init_script(
        "sessionStorage.setItem('looks', JSON.stringify({size: 'larger'}))"
    )
    phone.goto(site.invite())
    phone.click(".help > summary")
    top, height, whole, shade = phone.evaluate(
        """() => {
            const sheet = document.querySelector('.help .sheet'), { top } = sheet.getBoundingClientRect();
            return [top - document.querySelector('.top').getBoundingClientRect().bottom, sheet.clientHeight,
                sheet.scrollHeight, getComputedStyle(sheet).backgroundImage];
        }"""
    )
    assert top >= -1
    assert whole > height
    assert "gradient" in shade
    phone.locator(".help .sheet").evaluate("(sheet) => sheet.scrollTo(0, 1e5)")
    expect(phone.locator(".help .close")).to_be_in_viewport()


def test_without_script_help_opens_and_closes_by_its_word_and_has_no_dead_button(
    site: Site, phone_without_script: Page
) -> None:
    page = phone_without_script
    page.goto(site.invite())
    page.click(".help > summary")
    expect(page.locator(".help .sheet")).to_be_visible()
    expect(page.locator(".help .close")).to_be_hidden()
    page.click(".help > summary")
    expect(page.locator(".help .sheet")).to_be_hidden()
