"""An officer at a kitchen table writes down what a child says, and their session ends meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bench.support.browser import WALKS, Site
from bench.support.world import PASSWORD
from feedback_app import clock
from feedback_app.models.safeguarding import Concern, ContactRequest
from tests.conftest import NOON

pytestmark = pytest.mark.browser


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(site.world.iro().email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Waiting for an answer")).to_be_visible()


def write_down(page: Page, words: str) -> None:
    """Fill the day and the words, and go on to the check."""
    page.locator("#day").fill("2026-10-14")
    for _ in range(60):
        if page.get_by_role("button", name="Send").is_visible():
            return
        screen = page.locator("form#visit > .screen.now").first
        if screen.get_attribute("id") == "s-q-better":
            screen.locator("textarea").fill(words)
        screen.locator("a.next").click()


def test_p51_a_session_that_ends_hides_the_words_until_the_officer_has_signed_in_again(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    invitation = site.world.invitation(site.world.iro())
    page.goto(f"{site.url}/iro/verbal/{invitation.id}")
    write_down(page, "not in front of my dad")
    with clock.set_clock(NOON + timedelta(hours=2), everywhere=True):
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        expect(page.get_by_text("not in front of my dad").first).to_be_hidden()
        with context.expect_page() as opened:
            page.get_by_role("link", name="Sign in, in a new tab").click()
        sign_in(opened.value, site)
        page.get_by_role("button", name="I have signed in").click()
        expect(page.get_by_text("not in front of my dad")).to_be_visible()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    context.close()
    assert site.world.response_id(invitation)


def test_the_link_to_my_month_stands_under_the_thank_you(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.url}/iro/verbal/{site.world.invitation(site.world.iro()).id}")
    write_down(page, "more time")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="My month").click()
    expect(page.get_by_text("Done: 1 child")).to_be_visible()
    context.close()


def go_to_words(page: Page, words: str) -> None:
    """Answer the first choice, and type the words where they are asked for; stay there."""
    for _ in range(60):
        screen = page.locator("form#visit > .screen.now").first
        if screen.get_attribute("id") == "s-q-better":
            screen.locator("textarea").fill(words)
            return
        if screen.get_attribute("id") == "s-q-know_iro":
            screen.locator("label.option").first.click()
        screen.locator("a.next").click()


def test_a_reload_and_a_discarded_tab_keep_what_was_typed_for_that_child_and_person_alone(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    one, other = (
        site.world.invitation(site.world.iro(), reference=name)
        for name in ("RF-1001", "RF-1002")
    )
    address = f"{site.url}/iro/verbal/{one.id}"
    page.goto(address)
    page.locator("#day").fill("2026-10-12")
    go_to_words(page, "less people")
    expect(page.get_by_text("RF-1001")).to_be_in_viewport()
    page.reload()
    expect(page.locator("#s-q-better textarea")).to_be_visible()
    expect(page.locator("#s-q-better textarea")).to_have_value("less people")
    expect(page.locator("#day")).to_have_value("2026-10-12")
    expect(page.locator("#s-q-know_iro :checked")).to_have_count(1)
    expect(page.get_by_text("RF-1001")).to_be_in_viewport()
    page.goto(f"{site.url}/iro/verbal/{other.id}")
    expect(page.get_by_text("RF-1002")).to_be_in_viewport()
    expect(page.locator("#s-q-better textarea")).to_have_value("")
    page.goto(address)
    expect(page.locator("#s-q-better textarea")).to_have_value("less people")
    kept = page.evaluate("JSON.stringify({...sessionStorage})")
    assert "csrf_token" not in kept
    page.goto(f"{site.url}/iro/month")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage)") == []
    context.close()


def test_leave_asks_first_when_anything_is_keyed_in_and_then_nothing_stays(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    context.route("**/leave*", lambda route: route.fulfill(body="<h1>Elsewhere</h1>"))
    page = context.new_page()
    sign_in(page, site)
    address = f"{site.url}/iro/verbal/{site.world.invitation(site.world.iro()).id}"
    page.goto(address)
    page.locator(".tool.leave").click()  # nothing is keyed in: at once
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    page.goto(address)
    go_to_words(page, "less people")
    page.locator(".tool.leave").click()
    asked = page.get_by_role("dialog", name="Nothing is saved yet. Leave?")
    asked.get_by_role("link", name="Stay here").click()
    expect(asked).to_be_hidden()
    expect(page.locator("#s-q-better textarea")).to_have_value("less people")
    page.locator(".tool.leave").click()
    asked.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    page.goto(address)
    expect(page.locator("#s-q-better textarea")).to_have_value("")
    context.close()


def test_an_answer_that_differs_from_the_code_is_asked_about_in_its_place_and_then_kept(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    one = site.world.invitation(site.world.iro(), pn="PN6")
    page.goto(f"{site.url}/iro/verbal/{one.id}")
    page.locator("#s-q-at_meeting input[value=yes]").evaluate("box => box.click()")
    write_down(page, "less people")
    page.get_by_role("button", name="Send").click()
    asked = page.locator("form#visit .refusal")
    expect(asked).to_contain_text("You wrote that the child was at the review.")
    expect(asked).to_be_focused()
    page.get_by_role("button", name="Send").click()  # nothing said: asked again
    expect(asked).to_contain_text("Is that right?")
    right = page.get_by_label("Yes, that is what the child said")
    expect(right).to_have_count(1)
    right.check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    context.close()
    assert site.world.response_id(one)


def test_not_safe_and_a_wish_are_written_down_together_and_the_officer_reads_whom_to_call(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    invitation = site.world.invitation(site.world.iro())
    page.goto(f"{site.url}/iro/verbal/{invitation.id}")
    page.locator("#day").fill("2026-10-14")
    for _ in range(60):
        if page.locator("#s-talk_to.now").count():
            break
        page.locator("form#visit > .screen.now a.next").click()
    page.locator(".screen.now [name=not_safe]").check()
    expect(page.locator(".screen.now .call").first).to_be_in_viewport(ratio=1)
    page.locator(".screen.now [name=talk_to][value=advocate]").check()
    send = page.get_by_role("button", name="Send")
    while send.is_hidden():
        page.locator("form#visit > .screen.now a.next").first.click()
    send.click()
    expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    context.close()
    with site.world.session() as session:
        assert session.scalars(select(Concern.source)).all() == ["child"]
        assert session.scalars(select(ContactRequest.wanted)).all() == ["advocate"]
