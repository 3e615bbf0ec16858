"""Business support keys in paper forms all day: with the keyboard alone, few keys, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bench.support.browser import WALKS, Site
from bench.support.world import PASSWORD
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.models.text import SetAside
from tests.conftest import NOON
from tests.support import axe

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """Business support's screen, signed in."""
    context = browser.new_context(viewport=DESK)
    context.add_init_script(WALKS)
    context.set_default_timeout(10_000)
    page = context.new_page()
    sign_in(page, site)
    yield page
    context.close()


def sign_in(page: Page, site: Site) -> None:
    person = site.world.person("Support Sedge", "business_support")
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("The four words on the form")).to_be_focused()


def open_sheet(page: Page, site: Site, **facts: str) -> Invitation:
    """A form's sheet, by its four words, with the focus on the day."""
    one = site.world.invitation(site.world.iro(), **facts)
    page.goto(f"{site.url}/paper/")
    expect(page.get_by_label("The four words on the form")).to_be_focused()
    page.keyboard.type(site.world.words(one))
    page.keyboard.press("Enter")
    expect(page.locator("#day")).to_be_focused()
    return one


def in_focus(page: Page) -> str:
    """The number of the question in which the keyboard is; else the id of what has the focus."""
    return str(
        page.evaluate(
            "() => document.activeElement.closest('.ask')?.dataset.number || document.activeElement.id"
        )
    )


@dataclass
class Keys:
    """Somebody at a keyboard, who never touches the mouse.

    An interaction is what the project counts as one elsewhere: an answer given (a letter; letters or words with the key
    that leaves their field; the four words), or a button pressed (Enter). A field that is filled in already and
    passed by takes none. A scroll is counted where the field to be filled is not wholly in sight.
    """

    page: Page
    done: int = 0
    scrolls: int = 0

    def answer(self, letters: str) -> None:
        self._see()
        self.page.keyboard.press(letters)
        self.done += 1

    def fill(self, words: str, leave: str = "Enter") -> None:
        self._see()
        self.page.keyboard.type(words)
        self.page.keyboard.press(leave)
        self.done += 1

    def press_enter(self) -> None:
        self._see()
        self.page.keyboard.press("Enter")
        self.done += 1

    def _see(self) -> None:
        """What has the focus is in sight, with all its answers."""
        self.scrolls += not self.page.evaluate(
            """() => {
              const place = document.activeElement.closest(".ask") || document.activeElement;
              const { top, bottom } = place.getBoundingClientRect();
              return top >= 0 && bottom <= innerHeight;
            }"""
        )


@pytest.mark.parametrize("code", ["PN1", pytest.param("PN6", marks=pytest.mark.full)])
def test_all_of_rate_my_review_is_keyed_in_with_at_most_20_interactions(
    page: Page, site: Site, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the four words to the next form: a child of 8 to 11 who answered every question on their way."""
    one = site.world.invitation(site.world.iro(), pn=code)
    keys = Keys(page)
    keys.fill(site.world.words(one))
    expect(page.locator("#day")).to_be_focused()  # today stands there
    asked = 0
    while (place := in_focus(page)) != "send":
        if place == "day":
            place = "1"
        ask = page.locator(f"#ask-{place}")
        name = ask.get_attribute("data-field") or ""
        if ask.locator("[data-letter]").count() == 0:
            keys.fill("less people")
        elif ask.locator("[type=checkbox][data-letter]").count() > 1:
            keys.fill("ac")
        else:
            none = {"talk_to": "e", "helped": "a"}
            no = "c" if name == "q-at_meeting" and code == "PN6" else "a"
            partly = {"q-agree": "b"}  # so that the why of it is asked too
            keys.answer(none.get(name, partly.get(name, no)))
        asked += name.startswith("q-")
        page.wait_for_function(
            "former => (document.activeElement.closest('.ask')?.dataset.number || 'send') !== former",
            arg=place,
        )
    keys.press_enter()
    expect(page.get_by_text("Next form: four words")).to_be_visible()
    expect(page.get_by_label("The four words on the form")).to_be_focused()
    with capsys.disabled():
        print(
            f"\n{code}: {asked} questions, {keys.done} interactions, {keys.scrolls} scrolls"
        )
    with site.world.session() as session:
        states = set(session.scalars(select(AnswerRow.state)))
        assert session.scalars(select(Response.channel)).all() == ["paper"]
        assert session.scalars(select(SetAside)).all() == []
    assert states == {"given"}, "every question on the way was answered"
    assert keys.done <= 20
    assert keys.scrolls == 0


def test_letters_minus_backspace_and_enter_do_what_the_page_says(
    page: Page, site: Site
) -> None:
    one = open_sheet(page, site, pn="PN6")
    page.keyboard.press("Enter")
    assert in_focus(page) == "1"
    page.keyboard.press("c")  # not there: straight to why not
    assert in_focus(page) == "7"
    for key in "abi":
        page.keyboard.press(key)
    page.keyboard.press("b")  # taken out again
    page.keyboard.press("Enter")
    assert in_focus(page) == "8"
    page.keyboard.press("g")  # no one, which stands alone
    page.keyboard.press("a")
    expect(page.locator("#ask-8 [data-letter=g]")).not_to_be_checked()
    page.keyboard.press("Enter")
    assert in_focus(page) == "9"
    page.keyboard.press("-")
    expect(page.locator("#ask-9 [name=declined]")).to_be_checked()
    page.keyboard.press("PageUp")
    assert in_focus(page) == "9"
    page.keyboard.press("Backspace")
    expect(page.locator("#ask-9 :checked")).to_have_count(0)
    page.keyboard.press("Enter")
    assert in_focus(page) == "10"
    while in_focus(page) != "19":
        page.keyboard.press("Enter")
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    tall = page.locator("#q-better").evaluate("box => box.clientHeight")
    assert tall > page.locator("#q-best").evaluate("box => box.clientHeight")
    page.keyboard.press("Enter")
    page.keyboard.type("-")
    page.keyboard.press("Enter")
    expect(page.locator("#ask-20 [name=declined]")).to_be_checked()
    while in_focus(page) != "send":
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Next form: four words")).to_be_visible()
    with site.world.session() as session:
        rows = session.execute(select(AnswerRow.question, AnswerRow.state)).all()
        ticked = session.execute(select(AnswerOption.question, AnswerOption.option))
        chosen = {(row.question, row.option) for row in ticked}
    states = {row.question: row.state for row in rows}
    assert states["sounded_like_me"] == "left"
    assert states["best"] == "declined"
    assert {("why_not", "no_wish"), ("why_not", "other")} <= chosen
    assert ("why_not", "not_told") not in chosen
    assert ("views_shared", "no_one") not in chosen
    assert site.world.response_id(one)


def test_what_is_not_on_the_way_is_dimmed_can_be_filled_in_and_is_said_before_sending(
    page: Page, site: Site
) -> None:
    open_sheet(page, site)
    page.keyboard.press("a")
    dimmed = page.locator("#ask-7")
    expect(dimmed).to_have_class("ask dimmed")
    dimmed.get_by_label("I did not know about it").check()  # with a mouse
    said = page.locator("#not-counted")
    expect(said).to_contain_text("Question: 7")
    expect(said).to_contain_text("the safeguarding lead reads it")
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_text("Next form: four words")).to_be_visible()
    with site.world.session() as session:
        assert len(session.scalars(select(SetAside)).all()) == 1


def test_a_reload_keeps_what_was_keyed_in_and_a_form_that_is_sent_leaves_nothing(
    page: Page, site: Site
) -> None:
    one = open_sheet(page, site)
    page.keyboard.press("a")
    page.locator("#q-better").fill("not in front of my dad")
    expect(page.locator("#kept-here")).to_be_visible()
    assert "dad" not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    expect(page.locator("#q-better")).to_have_value("not in front of my dad")
    expect(page.locator("#ask-1 [data-letter=a]")).to_be_checked()
    page.goto(f"{site.url}/paper/")
    page.get_by_role("link", name="1 not yet sent").click()
    expect(page.locator("#q-better")).to_have_value("not in front of my dad")
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_text("Next form: four words")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    assert site.world.response_id(one)


@pytest.mark.full
def test_deleting_asks_first_and_leaves_nothing_on_the_device(
    page: Page, site: Site
) -> None:
    open_sheet(page, site)
    page.keyboard.press("a")
    delete = page.get_by_role("button", name="Delete what is keyed in here")
    page.once("dialog", lambda dialog: dialog.dismiss())
    delete.click()
    expect(page.locator("#ask-1 [data-letter=a]")).to_be_checked()
    page.once("dialog", lambda dialog: dialog.accept())
    delete.click()
    expect(page.get_by_label("The four words on the form")).to_be_focused()
    assert page.evaluate("localStorage.length") == 0


def test_without_signal_all_stays_and_goes_out_when_it_is_back(
    page: Page, site: Site
) -> None:
    one = open_sheet(page, site)
    page.keyboard.press("a")
    page.locator("#q-better").fill("less people")
    page.context.set_offline(True)
    page.get_by_role("button", name="Check and send").click()
    expect(page.locator("#said")).to_contain_text("There is no signal")
    expect(page.locator("#q-better")).to_have_value("less people")
    page.context.set_offline(False)
    expect(page.get_by_text("Next form: four words")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    assert site.world.response_id(one)


@pytest.mark.full
def test_a_form_whose_tab_was_closed_after_send_goes_out_from_the_next_page(
    page: Page, site: Site
) -> None:
    one = open_sheet(page, site)
    page.keyboard.press("a")
    page.context.set_offline(True)
    page.get_by_role("button", name="Check and send").click()
    expect(page.locator("#said")).to_contain_text("There is no signal")
    expect(page.locator("#kept-here")).to_be_visible()
    page.wait_for_timeout(300)
    page.close()
    other = page.context.new_page()
    page.context.set_offline(False)
    other.goto(f"{site.url}/paper/")
    expect(other.get_by_text("Next form: four words")).to_be_visible()
    other.wait_for_function("() => localStorage.length === 0")
    assert site.world.response_id(one)


@pytest.mark.full
def test_a_session_that_ends_hides_the_sheet_until_they_have_signed_in_again(
    page: Page, site: Site
) -> None:
    one = open_sheet(page, site)
    page.keyboard.press("a")
    page.locator("#q-better").fill("not in front of my dad")
    with clock.set_clock(NOON + timedelta(hours=9), everywhere=True):
        page.get_by_role("button", name="Check and send").click()
        expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
        expect(page.locator("#q-better")).to_be_hidden()
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Sign in, in a new tab").click()
        opened.value.route("**/paper/*", lambda route: route.abort())
        person = site.world.person("Support Sedge", "business_support")
        opened.value.get_by_label("E-mail").fill(person.email)
        opened.value.get_by_label("Password").fill(PASSWORD)
        opened.value.get_by_role("button", name="Sign in").click()
        opened.value.wait_for_url("**/paper/")
        page.get_by_role("button", name="I have signed in").click()
        expect(page.locator("#q-better")).to_have_value("not in front of my dad")
        page.get_by_role("button", name="Check and send").click()
        expect(page.get_by_text("Next form: four words")).to_be_visible()
    assert site.world.response_id(one)


@pytest.mark.full
def test_what_differs_from_the_code_is_asked_once_and_a_long_text_is_said(
    page: Page, site: Site
) -> None:
    one = open_sheet(page, site, pn="PN6")
    page.keyboard.press("a")
    page.locator("#q-better").fill("x" * 4001)
    expect(page.locator("#q-better-long")).to_contain_text("4001 characters, and 4000")
    page.get_by_role("button", name="Check and send").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Error:")
    page.locator("#q-better").fill("shorter")
    page.get_by_role("button", name="Check and send").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("You wrote that the child was at the review.")
    page.get_by_label("Yes, that is what the form says").check()
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_text("Next form: four words")).to_be_visible()
    assert site.world.response_id(one)


@pytest.mark.parametrize(
    "size",
    [pytest.param(DESK, marks=pytest.mark.full), PHONE],
    ids=["desk", "phone"],
)
def test_the_pages_are_accessible_and_fit(
    browser: Browser, site: Site, size: dict[str, int]
) -> None:
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    open_sheet(page, site)
    page.keyboard.press("a")
    found = []
    for address in (page.url, f"{site.url}/paper/", f"{site.url}/paper/begin"):
        page.goto(address)
        found += [f"{address}: {fault}" for fault in axe.faults(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"]
    context.close()
    # The banners of a demonstration stand in no landmark.
    assert [fault for fault in found if "region at .demo" not in fault] == []


def test_without_script_it_is_an_ordinary_form(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    one = site.world.invitation(site.world.iro())
    page.goto(f"{site.url}/paper/{one.id}")
    page.locator("#ask-1").get_by_label("Yes, all of it").check()
    page.locator("#q-better").fill("less people")
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_text("Next form: four words")).to_be_visible()
    context.close()
    assert site.world.response_id(one)
