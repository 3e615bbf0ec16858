"""From My month's waiting link to a text message on its way: few taps, no scroll, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from bench.support.browser import DESK, Site
from feedback_app.sending import carry
from tests.support import axe
from tests.support.notify_server import NotifyServer, notify_server
from tests.support.thumb import IN_SIGHT, Hand, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.full]

MOST_INTERACTIONS = 6
"""Show, Send it, by which way, to whom, the number, Send it."""


@pytest.fixture
def notify(site: Site) -> Iterator[NotifyServer]:
    """The site sends by this one."""
    with notify_server() as server:
        given = {
            **server.settings,
            "notify_key": SecretStr(server.settings["notify_key"]),
        }
        site.world.change_settings(**given)
        yield server


def work(site: Site) -> None:
    parts = site.world.parts
    with site.world.app.app_context():
        carry.carry_sendings(parts.database, parts.keys, parts.settings)


def has_no_fault(page: Page) -> None:
    """Nothing that axe finds, and nothing to scroll to the side for."""
    assert [one for one in axe.faults(page) if ".demo" not in one] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_six_interactions_and_no_scroll_lead_from_my_month_to_a_message_on_its_way(
    site: Site, phone: Page, notify: NotifyServer
) -> None:
    site.world.invitation(reference="LC-2077")
    sign_in(phone, site)
    has_no_fault(phone)
    hand = Hand(phone)
    shown = phone.get_by_role("link", name="Show LC-2077")
    scrolls = 0 if shown.evaluate(IN_SIGHT) else 1
    shown.tap()
    hand.interactions += 1
    hand.tap("link", "Send it")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Send the link")
    has_no_fault(phone)
    hand.tap("radio", "Text message")
    hand.tap("radio", "A carer")
    hand.fill("Mobile number or e-mail", "07700 900123")
    hand.tap("button", "Send it")
    expect(phone.get_by_text("is about to go")).to_be_visible()
    assert (hand.interactions, scrolls) == (MOST_INTERACTIONS, 1)
    has_no_fault(phone)
    work(site)
    assert [one["phone_number"] for one in notify.taken] == ["+447700900123"]
    phone.goto(f"{site.url}/iro/month")
    expect(phone.get_by_text("on its way")).to_be_visible()
    has_no_fault(phone)


def test_a_wrong_number_is_seen_at_the_top_and_another_is_a_few_taps_more(
    site: Site, open_page: Callable[..., Page], notify: NotifyServer
) -> None:
    notify.wrong_address = True
    site.world.invitation(reference="LC-2077")
    desk = open_page(**DESK)
    sign_in(desk, site)
    desk.get_by_role("link", name="Show LC-2077").click()
    desk.get_by_role("link", name="Send it").click()
    desk.get_by_role("button", name="Send it").click()
    expect(desk.get_by_role("alert").get_by_role("link")).to_have_count(3)
    has_no_fault(desk)
    desk.get_by_role("radio", name="Text message").check(force=True)
    desk.get_by_role("radio", name="The child").check(force=True)
    desk.get_by_label("Mobile number or e-mail").fill("07700 900124")
    desk.get_by_role("button", name="Send it").click()
    expect(desk.get_by_text("is about to go")).to_be_visible()
    work(site)
    desk.goto(f"{site.url}/iro/month")
    desk.get_by_role("link", name="1 link could not be delivered").click()
    expect(desk.get_by_text("check the number or the address")).to_be_in_viewport()
    has_no_fault(desk)
