"""A letter on a phone: few taps to a Word file, what was typed stays, and each page fits."""

from __future__ import annotations

import docx
import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD
from tests.support import axe

pytestmark = [pytest.mark.browser, pytest.mark.full]

MOST_INTERACTIONS = 6
"""For an introduction from My month: the menu counts, what stands filled in does not."""


def test_an_introduction_in_six_interactions_and_nothing_typed_is_lost(
    site: Site, phone: Page
) -> None:
    page = phone
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(site.world.iro().email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site.url}/iro/letters/")
    assert [one for one in axe.faults(page) if ".demo" not in one] == []
    taken = 2  # the menu, and its entry
    page.get_by_role("link", name="Write an introduction").click()
    page.get_by_role("radio", name="8\N{EN DASH}11").check(force=True)
    page.get_by_label("The child’s first name").fill("Robin")
    assert [one for one in axe.faults(page) if ".demo" not in one] == []
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download for Word").click()
    taken += 4
    assert taken <= MOST_INTERACTIONS
    letter = docx.Document(str(waited.value.path()))
    assert "Hello from your IRO" in [one.text for one in letter.paragraphs]
    expect(page.get_by_label("The child’s first name")).to_have_value("Robin")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
