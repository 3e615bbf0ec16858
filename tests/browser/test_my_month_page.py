"""My month on a phone: what is missing is in sight, one tap begins it; the calendar's address is copied with one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD

pytestmark = pytest.mark.browser


def sign_in(page: Page, site: Site) -> None:
    """An IRO whose children who did not take part were heard, with a link that waits, at the page where they land."""
    oak = site.world.iro()
    site.world.response(oak, pn="PN6")
    site.world.invitation(oak, reference="LC-2041")
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(oak.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/iro/month")


def test_what_is_missing_is_in_sight_and_one_tap_begins_it(
    site: Site, phone: Page
) -> None:
    sign_in(phone, site)
    heading = phone.get_by_role("heading", name="One more: a child who took part")
    missing = phone.get_by_role("link", name="A child who took part Not yet")
    done = phone.get_by_role("link", name="A child who did not Done: 1 child")
    for found in (heading, missing, done):
        expect(found).to_be_in_viewport(ratio=1)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert phone.evaluate(wide) == 0
    low = "each => each.getBoundingClientRect().height"
    for name in ("Show LC-2041", "Write it down LC-2041"):
        assert phone.get_by_role("link", name=name).evaluate(low) >= 44
    assert phone.get_by_role("button", name="Said no").evaluate(low) >= 44
    missing.tap()
    phone.wait_for_url("**/iro/ask?part=took-part")


def test_the_calendars_address_is_copied_and_what_was_copied_opens(
    site: Site, phone: Page
) -> None:
    sign_in(phone, site)
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.get_by_role("link", name="Outlook").tap()
    phone.get_by_role("button", name="Make my private address").tap()
    address = phone.get_by_label("Address").input_value()
    phone.get_by_role("button", name="Copy").tap()
    expect(phone.get_by_role("button", name="Copied")).to_be_visible()
    assert phone.evaluate("navigator.clipboard.readText()") == address
    answer = phone.request.get(address)
    assert (answer.status, answer.text()[:15]) == (200, "BEGIN:VCALENDAR")


@pytest.mark.full
def test_without_a_script_the_address_can_be_selected(
    site: Site, phone_without_script: Page
) -> None:
    page = phone_without_script
    sign_in(page, site)
    page.goto(f"{site.url}/me/calendar")
    page.get_by_role("button", name="Make my private address").tap()
    assert "/calendar/" in page.get_by_label("Address").input_value()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
