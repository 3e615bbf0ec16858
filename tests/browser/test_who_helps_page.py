"""Who helps is asked once: on the helper's page, which the first screen opens, or at the end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.support.browser import Site
from feedback_app.models.response import Response
from feedback_app.models.text import SealedText
from feedback_app.responses.texts import open_text
from tests.support.screens import choose, go_on, now

pytestmark = pytest.mark.browser

NAN = "My nan, she reads it to me"
ON_SCREEN = ".screen.now "


def to_helper(page: Page, who: str) -> None:
    """Open the helper's page from the first screen, say who it is, and go back."""
    page.click("#s-open [href='#s-helper']")
    assert now(page) == "s-helper"
    choose(page, "helping", who)


def walk(page: Page) -> list[str]:
    """The screens that Next leads through from here on, to the check."""
    seen = [now(page)]
    while seen[-1] != "s-check":
        page.click(".screen.now .next")
        seen.append(now(page))
    return seen


def kept(site: Site) -> Response:
    with site.world.session() as session:
        return session.scalars(select(Response)).one()


def test_the_helpers_page_goes_back_to_the_child_and_nobody_is_asked_again(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    to_helper(phone, "other")
    phone.fill("#helping_text", NAN)
    phone.get_by_role("link", name="Back to the child").click()
    assert now(phone) == "s-open"
    seen = walk(phone)
    assert not {"s-helper", "s-helped"} & set(seen)
    assert "s-iro_sees" in seen
    expect(phone.locator("#s-check")).to_contain_text(NAN)
    phone.click(".screen.now .next")
    phone.wait_for_selector("main[data-page=thanks]")
    assert (kept(site).channel, kept(site).helper) == ("helped", "other")
    with site.world.session() as session:
        [text] = session.scalars(select(SealedText))
        assert open_text(site.world.parts.keys.text, text) == NAN


def test_the_phones_back_leads_from_the_helpers_page_to_the_first_screen(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    to_helper(phone, "carer")
    phone.go_back()
    assert now(phone) == "s-open"
    phone.reload()
    go_on(phone, until="s-check")
    expect(phone.locator("#s-check")).to_contain_text("My carer")


def test_who_is_asked_only_of_someone_else_and_at_the_end(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-helped")
    box = phone.locator("#helped_text")
    expect(box).to_be_hidden()
    choose(phone, "helped", "other")
    box.fill("x" * 101)
    phone.click(".screen.now .next")
    assert now(phone) == "s-helped", "too long is said beside the box"
    choose(phone, "helped", "teacher")
    expect(box).to_be_hidden()
    phone.click(".screen.now .next")
    assert now(phone) == "s-iro_sees", "what is out of sight holds nobody up"


@pytest.mark.parametrize("early", [True, False])
def test_with_their_iros_help_no_line_says_that_the_iro_does_not_see_it(
    site: Site, phone: Page, early: bool
) -> None:
    phone.goto(site.invite())
    expect(phone.locator("#s-open")).to_contain_text("only if you say yes")
    if early:
        to_helper(phone, "iro")
        expect(phone.locator(ON_SCREEN + ".note")).to_contain_text("without them")
        phone.click(".screen.now .next")
        expect(phone.locator("#s-open .usual")).to_be_hidden()
        expect(phone.locator("#s-open .with-iro")).to_be_visible()
        go_on(phone, until="s-q-better")
        expect(phone.locator(ON_SCREEN + ".usual")).to_be_hidden()
        expect(phone.locator(ON_SCREEN + ".who")).to_contain_text(
            "Your IRO helps you now"
        )
    else:
        go_on(phone, until="s-helped")
        expect(phone.locator(ON_SCREEN + ".note")).to_be_hidden()
        choose(phone, "helped", "iro")
        expect(phone.locator(ON_SCREEN + ".note")).to_contain_text("without them")
    assert "s-iro_sees" not in walk(phone)
    phone.click(".screen.now .next")
    phone.wait_for_selector("main[data-page=thanks]")
    assert (kept(site).helper, kept(site).iro_may_see) == ("iro", "heard")


def test_without_script_the_helpers_page_says_whom_it_is_for_and_leads_back(
    site: Site, phone_without_script: Page
) -> None:
    page = phone_without_script
    page.goto(site.invite())
    page.click("#s-open [href='#s-helper']")
    assert page.url.endswith("#s-helper")
    expect(page.locator("#s-helper .when")).to_have_text("If someone helps you")
    expect(page.locator("[name=helping]").first).to_be_hidden()
    page.click("#s-helper .next")
    assert page.url.endswith("#s-open")
    expect(page.locator("#s-iro_sees .when")).to_have_text(
        "If your IRO does not help you"
    )
    page.check('[name="helped"][value="other"]')
    page.fill("#helped_text", NAN)
    page.click("#s-send button")
    expect(page.locator("h1")).to_have_text("Thank you")
    assert kept(site).helper == "other"
