"""A phone in the wrong hands: "This is not for me" ends the link, with script and without, and never by mistake."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.support.browser import Site
from feedback_app.models.invitation import Invitation
from tests.support.screens import (
    STORED,
    choose,
    first_times,
    go_on,
    now,
    say_not_for_me,
)
from tests.support.tables import counts

pytestmark = pytest.mark.browser

WORDS = "I know this boy and he is sad"


def outcome(site: Site) -> str:
    with site.world.session() as session:
        return session.scalars(select(Invitation.outcome)).one()


def stored(site: Site) -> tuple[int, int]:
    found = counts(site.world.parts.database.engine)
    return found["response"], found["set_aside"]


def test_said_twice_it_ends_the_link_and_leaves_nothing_on_the_phone(
    site: Site, phone: Page
) -> None:
    address = site.invite()
    phone.goto(address)
    say_not_for_me(phone)
    phone.wait_for_selector("main[data-page=not_for_me]")
    expect(phone.locator("main")).to_contain_text(
        "The person who gave it out can see that it was not for you"
    )
    assert (outcome(site), stored(site)) == ("not_for_me", (0, 0))
    assert phone.evaluate(STORED) == "[{},{}]"
    assert not [one for one in phone.context.cookies() if "link" in one.get("name", "")]
    assert phone.goto(address).status == 404  # type: ignore[union-attr]


def test_without_script_it_leads_to_a_thank_you_of_its_own(
    site: Site, phone_without_script: Page
) -> None:
    phone_without_script.goto(site.invite())
    say_not_for_me(phone_without_script)
    expect(phone_without_script.locator("h1")).to_have_text("Thank you")
    assert phone_without_script.url.endswith("/sent/not_for_me/8-11/middle/en")
    assert (outcome(site), stored(site)) == ("not_for_me", (0, 0))


def test_what_was_written_before_going_back_to_say_so_is_kept_for_a_person_to_read(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    phone.fill("#q-better", WORDS)
    while now(phone) != "s-open":
        phone.click(".screen.now .back")
    say_not_for_me(phone)
    phone.wait_for_selector("main[data-page=not_for_me]")
    assert WORDS not in phone.content()
    assert (outcome(site), stored(site)) == ("not_for_me", (0, 1))


def test_it_is_tried_again_until_it_is_acknowledged_as_any_send_is(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    tried = first_times(phone, lambda route: route.abort())
    say_not_for_me(phone)
    phone.wait_for_selector("main[data-page=not_for_me]")
    assert (len(tried), outcome(site)) == (2, "not_for_me")


def test_enter_in_an_answer_never_says_it(
    site: Site, phone: Page, phone_without_script: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "yes")
    phone.keyboard.press("Enter")
    assert now(phone) == "s-q-talked_before"
    assert outcome(site) == "waiting"
    with site.world.session() as session:
        [waiting] = session.scalars(select(Invitation)).all()
    phone_without_script.goto(f"{site.url}/r/{site.world.token(waiting)}")
    phone_without_script.check('[name="q-know_iro"][value="yes"]')
    phone_without_script.keyboard.press("Enter")
    phone_without_script.wait_for_url("**/sent/thanks/**")
    assert (outcome(site), stored(site)) == ("answered", (1, 0))


def test_nothing_ends_before_it_is_said_twice(site: Site, phone: Page) -> None:
    phone.goto(site.invite())
    for words in ("More about this", "Is this not for you?", "This is not for me"):
        phone.locator("#s-open summary", has_text=words).click()
    expect(phone.locator("#s-open .sure p")).to_contain_text("Are you sure?")
    phone.click(".screen.now .next")
    assert now(phone) == "s-q-at_meeting"
    assert (outcome(site), stored(site)) == ("waiting", (0, 0))
