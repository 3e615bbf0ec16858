"""The manager's page of the team on a phone: a leaver's links go to a colleague within four interactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import DESK, PHONE, Site
from bench.support.world import PASSWORD
from feedback_app import clock

pytestmark = pytest.mark.browser

ALL = (
    "Amber", "Birch", "Cedar", "Dune", "Elm", "Fern", "Grove", "Hazel", "Iris", "Juniper", "Kelp", "Larch",
)  # fmt: skip
MOST_INTERACTIONS = 4
MOST_OF_A_WAY = 4
"""Screens to scroll past on the whole way, for the last of twelve."""
IN_SIGHT = """element => { const box = element.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight; }"""


class Hand:
    """A thumb on a phone: each tap is an interaction, and screens that had to be passed to reach it are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.screens = page, 0, 0.0

    def tap(self, role: str, name: str) -> None:
        """Scroll to it where it is out of sight, and tap."""
        found = self.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        if not found.evaluate(IN_SIGHT):
            before = self.page.evaluate("scrollY")
            found.scroll_into_view_if_needed()
            self.screens += abs(self.page.evaluate("scrollY") - before) / 740
        found.tap()
        self.taps += 1


def twelve_iros(site: Site) -> None:
    """Twelve, who have been here for some months; the last of them has a link that waits."""
    with clock.set_clock(datetime(2026, 6, 1, 9, tzinfo=UTC), everywhere=True):
        for name in ALL:
            site.world.iro(f"Officer {name}")
    site.world.invitation(site.world.iro("Officer Larch"), reference="RF-77")


def sign_in(page: Page, site: Site) -> None:
    """The manager, at the page on which they land."""
    page.goto(site.url + "/sign-in")
    page.get_by_label("E-mail").fill(site.world.manager().email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Team", exact=True)).to_be_visible()


def test_a_leavers_links_are_handed_over_within_four_interactions(
    site: Site, phone: Page
) -> None:
    twelve_iros(site)
    sign_in(phone, site)
    hand = Hand(phone)
    hand.tap("link", "Team")
    hand.tap("link", "Has left Officer Larch")
    hand.tap("radio", "Officer Birch")
    hand.tap("button", "Save, and hand the links over")
    expect(phone.get_by_role("status")).to_have_text("Saved. 1 link was handed over.")
    assert hand.taps <= MOST_INTERACTIONS
    assert hand.screens <= MOST_OF_A_WAY
    birch = site.world.sign_in(site.world.iro("Officer Birch"))
    assert "RF-77" in birch.get("/iro/month").text


def test_a_row_of_the_team_is_a_card_on_a_phone_and_nothing_is_cut_off(
    site: Site, open_page: Callable[..., Page]
) -> None:
    twelve_iros(site)
    for manner, shown in ((PHONE, "block"), (DESK, "table-row")):
        page = open_page(**manner)
        sign_in(page, site)
        page.goto(site.url + "/manager/team")
        row = page.locator("tbody tr").first
        assert row.evaluate("element => getComputedStyle(element).display") == shown
        wide = page.evaluate(
            "[document.documentElement, ...document.querySelectorAll('.scroll')]"
            ".map(element => element.scrollWidth - element.clientWidth)"
        )
        assert wide == [0, 0]
