"""Cards as they are printed: three to a sheet of A4, a code that can be scanned across a table, dark on white."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD
from tests.support.asking import confirmed, look_at

pytestmark = [pytest.mark.browser, pytest.mark.full]

CM = 96 / 2.54
"""Pixels of a printed centimetre."""
A4_INSIDE = 19.0, 27.7
"""Centimetres between the margins of 1 cm."""


@pytest.mark.parametrize("band", ["4-7", "8-11", "12-17"])
def test_three_cards_stand_on_a_sheet_and_their_codes_are_large_enough(
    site: Site, desk: Page, band: str
) -> None:
    manager = site.world.sign_in(site.world.manager())
    typed = {
        "survey": "u-matter",
        "band": band,
        "how_chosen": "every_child",
        "references": "A-1\nA-2\nA-3",
    }
    manager.submit("/manager/ask", confirmed(look_at(manager, typed), typed))
    desk.goto(f"{site.url}/sign-in")
    desk.get_by_label("E-mail").fill(site.world.manager().email)
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.goto(f"{site.url}/manager/asked")
    desk.locator('a[href*="/manager/asked/cards"]').first.click()
    desk.emulate_media(media="print")
    width, height = (round(side * CM) for side in A4_INSIDE)
    desk.set_viewport_size({"width": width, "height": height})
    expect(desk.locator("header.bar")).to_be_hidden()
    tops = [
        box["y"]
        for card in desk.locator(".one-card").all()
        if (box := card.bounding_box())
    ]
    last = desk.locator(".one-card").last.bounding_box()
    assert last
    assert len(tops) == 3
    assert last["y"] + last["height"] - tops[0] <= height
    for code in desk.locator(".qr").all():
        seen = code.bounding_box()
        assert seen
        assert seen["width"] >= 4.5 * CM
        assert abs(seen["width"] - seen["height"]) < 1
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
