"""On a phone a refusal is one tap and its undoing is one, and no tap that ends a link is hit beside another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import PHONE, Site
from bench.support.world import PASSWORD

pytestmark = pytest.mark.browser

SCREEN = PHONE["viewport"]["height"]
IN_SIGHT = """element => { const box = element.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight; }"""
NEAREST = """buttons => buttons.map((one) => {
  const a = one.getBoundingClientRect(), all = [...document.querySelectorAll('main a, main button')];
  const apart = all.filter((other) => other !== one).map((other) => {
    const b = other.getBoundingClientRect();
    return Math.max(b.left - a.right, a.left - b.right, b.top - a.bottom, a.top - b.bottom);
  });
  return [Math.min(...apart), a.height, a.width];
})"""
"""Of each button: how far the nearest other thing to tap is, its height and its width."""


@pytest.fixture
def my_month(site: Site, phone: Page) -> Page:
    """The page on which an officer with two links that wait lands after signing in."""
    officer = site.world.iro()
    for reference in ("LC-1987", "LC-2041"):
        site.world.invitation(officer, reference=reference)
    phone.goto(site.url + "/sign-in")
    phone.get_by_label("E-mail").fill(officer.email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_text("LC-2041").first).to_be_visible()
    return phone


@pytest.mark.parametrize(
    "words",
    [
        "Said no",
        pytest.param("Not reached", marks=pytest.mark.full),
        pytest.param("Not safe to ask", marks=pytest.mark.full),
    ],
)
def test_a_refusal_is_one_tap_and_its_undo_one_without_scrolling_to_it(
    my_month: Page, words: str
) -> None:
    tap = my_month.get_by_role("button", name=f"{words} LC-2041", exact=True)
    tap.scroll_into_view_if_needed()
    assert my_month.evaluate("scrollY") <= 2 * SCREEN, "the last of two links"
    tap.tap()
    undo = my_month.get_by_role("button", name="Undo LC-2041", exact=True)
    expect(undo).to_be_visible()
    assert undo.evaluate(IN_SIGHT)
    undo.tap()
    expect(my_month.get_by_role("status")).to_have_text(
        "Taken back: the link waits for an answer again."
    )
    expect(tap).to_be_visible()
    expect(undo).to_have_count(0)


def test_taps_that_end_a_link_stand_apart_and_are_large(my_month: Page) -> None:
    found = my_month.locator(".no-answer button").evaluate_all(NEAREST)
    assert len(found) == 6
    for apart, high, wide in found:
        assert apart >= 12
        assert high >= 44
        assert wide >= 44
    sideways = "document.documentElement.scrollWidth - innerWidth"
    assert my_month.evaluate(sideways) <= 0


@pytest.mark.full
def test_who_was_drawn_is_asked_on_a_phone(my_month: Page) -> None:
    my_month.get_by_role("link", name="Pick for me").tap()
    my_month.get_by_label("A child who did not take part").check()
    my_month.get_by_label("References, one on each line").fill("LC-1\nLC-2\nLC-2041")
    my_month.get_by_role("button", name="Draw").tap()
    expect(my_month.get_by_text("drawn by the app from 2 children")).to_be_visible()
    drawn = my_month.locator("h1").inner_text()
    my_month.reload()
    expect(my_month.locator("h1")).to_have_text(drawn)
    my_month.get_by_role("button", name="Ask this child").tap()
    expect(my_month.get_by_label("Reference")).to_have_value(drawn)
    expect(my_month.locator("#how_chosen")).to_have_value("drawn")
    expect(my_month.locator("[data-choice=how_chosen]")).to_have_text(
        "drawn by the app"
    )
