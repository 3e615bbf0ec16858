"""An officer at a kitchen table writes down what a child says: with few taps, without signal, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from bench.support.browser import PHONE, WALKS, Site
from bench.support.world import PASSWORD
from feedback_app import clock
from feedback_app.models.person import Person
from feedback_app.models.response import AnswerRow, Interview
from feedback_app.models.safeguarding import Concern, ContactRequest
from tests.conftest import NOON
from tests.support import axe
from tests.support.screens import STORED, now

pytestmark = pytest.mark.browser


def sign_in(page: Page, site: Site, officer: Person | None = None) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill((officer or site.world.iro()).email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Waiting for an answer")).to_be_visible()


def say_who(page: Page) -> None:
    """The first screen: the day, and that a carer was there."""
    page.locator("#day").fill("2026-10-14")
    page.get_by_label("A carer").check()


def write_down(page: Page, words: str) -> None:
    """Fill the day, who was there and the words, and go on to the check."""
    say_who(page)
    for _ in range(60):
        if page.get_by_role("button", name="Send").is_visible():
            return
        screen = page.locator("form#visit > .screen.now").first
        if screen.get_attribute("id") == "s-q-better":
            screen.locator("textarea").fill(words)
        screen.locator("a.next").click()


@pytest.mark.parametrize(
    "sent_by", ["hand", pytest.param("My month", marks=pytest.mark.full)]
)
def test_p51_a_session_that_ends_hides_the_words_until_the_officer_has_signed_in_again(
    browser: Browser, site: Site, sent_by: str
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
        if sent_by == "hand":
            opened.value.route("**/iro/verbal/*", lambda route: route.abort())
        sign_in(opened.value, site)
        if sent_by == "My month":
            expect(opened.value.get_by_text("Done: 1 child")).to_be_visible()
        page.get_by_role("button", name="I have signed in").click()
        if sent_by == "hand":
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
    expect(page.locator("#main").get_by_role("link", name="My month")).to_be_visible()
    page.locator(".tool.leave").click()  # and still at the top
    expect(page.get_by_text("Done: 1 child")).to_be_visible()
    context.close()


def go_to_words(page: Page, words: str) -> None:
    """Answer the first choice, and type the words where they are asked for; stay there."""
    page.get_by_label("A carer").check()
    for _ in range(60):
        screen = page.locator("form#visit > .screen.now").first
        if screen.get_attribute("id") == "s-q-better":
            screen.locator("textarea").fill(words)
            return
        if screen.get_attribute("id") == "s-q-know_iro":
            screen.locator("label.option").first.click()
        screen.locator("a.next").click()


def is_kept(page: Page, number: int = 1) -> None:
    """The page says that so many are not sent yet, which it does once they are on the device."""
    expect(page.locator("#unsent")).to_have_text(f"{number} not yet sent")


def test_a_reload_and_a_closed_tab_keep_what_was_typed_for_that_child_and_person_alone(
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
    expect(page.locator("#unsent")).to_be_empty()
    page.locator("#day").fill("2026-10-12")
    go_to_words(page, "less people")
    is_kept(page)
    expect(page.get_by_text("RF-1001")).to_be_in_viewport()
    page.reload()
    expect(page.locator("#s-q-better textarea")).to_be_visible()
    expect(page.locator("#s-q-better textarea")).to_have_value("less people")
    expect(page.locator("#day")).to_have_value("2026-10-12")
    expect(page.locator("#day-words")).to_have_text("Monday 12 October")
    expect(page.locator("#s-q-know_iro :checked")).to_have_count(1)
    page.close()
    page = context.new_page()
    page.goto(f"{site.url}/iro/verbal/{other.id}")
    expect(page.get_by_text("RF-1002")).to_be_in_viewport()
    expect(page.locator("#s-q-better textarea")).to_have_value("")
    is_kept(page)  # the other child's: it is counted, and not shown here
    page.goto(f"{site.url}/iro/month")
    expect(page.get_by_text("Written down here, not yet sent")).to_have_count(2)
    expect(
        page.get_by_role("listitem").filter(has_text="RF-1001").locator("[data-kept]")
    ).to_be_visible()
    expect(
        page.get_by_role("listitem").filter(has_text="RF-1002").locator("[data-kept]")
    ).to_be_hidden()
    page.get_by_role("link", name="1 not yet sent").click()
    expect(page.locator("#s-q-better textarea")).to_have_value("less people")
    stored = page.evaluate(STORED)
    assert "keyed-in?w=" in stored
    for secret in ("less people", "csrf_token", "2026-10-12", "RF-1001"):
        assert secret not in stored, "it lies there locked"
    page.goto(f"{site.url}/iro/month")
    page.once("dialog", lambda asked: asked.dismiss())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="1 not yet sent")).to_be_visible()
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail")).to_be_visible()
    assert page.evaluate(STORED) == "[{},{}]"
    context.close()


def test_a_phone_that_is_handed_over_hides_the_words_and_keeps_them(
    browser: Browser, site: Site
) -> None:
    officer = site.world.iro()
    aloud, handed = (site.world.invitation(officer) for _ in range(2))
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page, other = context.new_page(), context.new_page()
    sign_in(page, site)
    page.goto(f"{site.url}/iro/verbal/{aloud.id}")
    go_to_words(page, "the dog sleeps on my bed")
    is_kept(page)
    other.goto(f"{site.url}/iro/links/{handed.id}")
    other.get_by_role("button", name="Hand this phone to the child").click()
    expect(other.locator("#visit")).to_be_visible()
    expect(page.get_by_text("the dog sleeps on my bed")).to_be_hidden()
    other.locator(".tool.leave").click()
    sign_in(page, site)
    page.goto(f"{site.url}/iro/verbal/{aloud.id}")
    expect(page.locator("#s-q-better textarea")).to_have_value(
        "the dog sleeps on my bed"
    )
    context.close()


def test_what_another_officer_keyed_in_here_stays_locked_to_them(
    browser: Browser, site: Site
) -> None:
    """Moved under the other's own mark it does not open either; and it is gone after twelve hours."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    one = site.world.invitation(site.world.iro())
    page.goto(f"{site.url}/iro/verbal/{one.id}")
    go_to_words(page, "less people")
    is_kept(page)
    context.clear_cookies()  # their session ended; nobody signed out
    pine = site.world.iro("Officer Pine")
    sign_in(page, site, pine)
    expect(page.locator("#unsent")).to_be_hidden()
    mine = site.world.invitation(pine)
    page.goto(f"{site.url}/iro/verbal/{mine.id}")
    page.evaluate(
        "localStorage.setItem('keyed-in' + document.querySelector('#visit').dataset.key,"
        " Object.values(localStorage)[0])"
    )
    page.reload()
    expect(page.locator("#s-day.now")).to_be_visible()
    expect(page.locator("#s-q-better textarea")).to_have_value("")
    age = (
        "for (const [name, kept] of Object.entries(localStorage)) localStorage.setItem("
        "name, JSON.stringify({...JSON.parse(kept), at: Date.now() - HOURS * 36e5}))"
    )
    page.evaluate(age.replace("HOURS", "11.9"))
    page.goto(f"{site.url}/iro/month")
    assert page.evaluate("localStorage.length") == 2
    page.evaluate(age.replace("HOURS", "12.1"))
    page.reload()
    expect(page.locator("#unsent")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0
    context.close()


@pytest.mark.parametrize(
    "opened", ["My month", pytest.param("its page", marks=pytest.mark.full)]
)
def test_without_signal_an_interview_is_kept_and_goes_by_itself_later(
    browser: Browser, site: Site, opened: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    one = site.world.invitation(site.world.iro(), reference="RF-1001")
    sign_in(page, site)
    page.get_by_role("link", name="Write it down").click()
    expect(page.locator("#s-day.now")).to_be_visible()
    context.set_offline(True)
    write_down(page, "less people")
    expect(page.locator(".answers")).to_contain_text("Wednesday 14 October")
    page.get_by_label("I read it back, and it is right").check()
    is_kept(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("There is no signal here.")).to_be_visible()
    is_kept(page)
    page.wait_for_timeout(50)
    page.close()  # the phone's browser gave the tab up
    context.set_offline(False)
    page = context.new_page()
    if opened == "My month":
        page.goto(f"{site.url}/iro/month")
        expect(page.get_by_text("Done: 1 child")).to_be_visible()
    else:
        page.goto(f"{site.url}/iro/verbal/{one.id}")
        expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    page.wait_for_function("() => localStorage.length === 0")
    assert page.evaluate(STORED) == "[{},{}]"
    context.close()
    with site.world.session() as session:
        kept = session.scalars(select(Interview)).one()
    assert (kept.response_id, kept.present, kept.read_back) == (
        site.world.response_id(one),
        "carer",
        True,
    )


@pytest.mark.full
def test_what_has_to_be_asked_about_first_stays_counted_and_asks_on_its_page(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    one = site.world.invitation(site.world.iro(), pn="PN6")
    page.goto(f"{site.url}/iro/verbal/{one.id}")
    page.locator("#s-q-at_meeting input[value=yes]").evaluate("box => box.click()")
    context.set_offline(True)
    write_down(page, "less people")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("There is no signal here.")).to_be_visible()
    page.wait_for_timeout(50)
    page.close()
    context.set_offline(False)
    page = context.new_page()
    with page.expect_response(lambda answer: answer.request.method == "POST") as tried:
        page.goto(f"{site.url}/iro/month")
    assert tried.value.status == 400
    page.get_by_role("link", name="1 not yet sent").click()
    asked = page.locator("form#visit .refusal")
    expect(asked).to_contain_text("You wrote that the child was at the review.")
    page.get_by_label("Yes, that is what the child said").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    context.close()


def test_the_way_out_leads_to_the_desk_and_loses_nothing_unless_it_is_deleted(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    address = f"{site.url}/iro/verbal/{site.world.invitation(site.world.iro()).id}"
    page.goto(address)
    way_out = page.locator(".tool.leave")
    expect(way_out).to_have_text("My month")
    way_out.click()  # nothing is keyed in: at once
    expect(page.get_by_role("heading", name="Waiting for an answer")).to_be_visible()
    page.goto(address)
    go_to_words(page, "less people")
    way_out.click()
    asked = page.get_by_role("dialog", name="Not sent yet")
    expect(asked).to_contain_text("stays on this device for 12 hours")
    expect(asked.locator(".lost")).to_be_hidden()
    asked.get_by_role("link", name="Go on writing").click()
    expect(asked).to_be_hidden()
    expect(page.locator("#s-q-better textarea")).to_have_value("less people")
    way_out.click()
    asked.get_by_role("link", name="My month").click()
    page.get_by_role("link", name="1 not yet sent").click()
    expect(page.locator("#s-q-better textarea")).to_have_value("less people")
    way_out.click()
    asked.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("heading", name="Waiting for an answer")).to_be_visible()
    expect(page.locator("#unsent")).to_be_hidden()
    page.goto(address)
    expect(page.locator("#s-q-better textarea")).to_have_value("")
    context.close()


@pytest.mark.full
def test_nothing_that_axe_finds_stands_in_what_an_officer_sees_of_an_interview(
    browser: Browser, site: Site
) -> None:
    """The day with what is missing, a box, the check, the way out, and My month that counts it: by light and dark."""
    context = browser.new_context(**PHONE)
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    one = site.world.invitation(site.world.iro(), reference="RF-1001")
    page.goto(f"{site.url}/iro/verbal/{one.id}")
    found: list[str] = []

    def look(where: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found.extend(
                f"{where}, {scheme}: {fault}"
                for fault in axe.faults(page, only_colours=scheme == "dark")
            )

    page.locator(".screen.now .next").click()
    look("nobody ticked")
    go_to_words(page, "less people")
    is_kept(page)
    look("a box")
    while page.locator(".check.now").is_hidden():
        page.locator("form#visit > .screen.now a.next").first.click()
    page.evaluate(
        "document.querySelectorAll('.foot').forEach((foot) => { foot.style.position = 'static'; })"
    )
    look("the check")
    page.locator(".tool.leave").click()
    look("the way out")
    page.get_by_role("dialog").get_by_role("link", name="My month").click()
    expect(page.get_by_role("link", name="1 not yet sent")).to_be_visible()
    look("My month")
    site.world.receive(site.world.form(one))
    page.get_by_role("link", name="1 not yet sent").click()
    look("a link that is over")
    context.close()
    # The banners of a demonstration stand in no landmark.
    assert [fault for fault in found if "region at .demo" not in fault] == []


def test_a_day_or_a_person_that_is_missing_is_asked_for_on_the_page(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.url}/iro/verbal/{site.world.invitation(site.world.iro()).id}")
    going_on = page.locator(".screen.now .next")
    going_on.click()
    expect(page.get_by_text("Tick who was there")).to_be_visible()
    expect(page.get_by_label("Just the child and me")).to_be_focused()
    assert page.title().startswith("Error:")
    page.locator(".people").get_by_label("An advocate").check()
    expect(page.locator("#who-problem")).to_be_empty()
    page.locator("#day").fill("2026-10-15")
    going_on.click()
    expect(
        page.get_by_text("Give the day on which the child said this")
    ).to_be_visible()
    page.locator("#day").fill("2026-10-13")
    expect(page.locator("#day-words")).to_have_text("Tuesday 13 October")
    going_on.click()
    expect(page.locator("#s-iro_aloud_start.now")).to_be_visible()
    assert not page.title().startswith("Error:")
    context.close()


@pytest.mark.full
def test_what_is_changed_after_it_was_read_back_has_to_be_read_back_again(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.url}/iro/verbal/{site.world.invitation(site.world.iro()).id}")
    write_down(page, "less people")
    tick = page.get_by_label("I read it back, and it is right")
    tick.check()
    page.get_by_role("button", name="Change What should we change?").click()
    page.locator(".screen.now textarea").fill("fewer people")
    page.locator(".screen.now .next").click()
    expect(tick).not_to_be_checked()
    context.close()


@pytest.mark.full
def test_of_a_link_that_was_answered_meanwhile_the_words_can_still_be_copied(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(WALKS)
    page = context.new_page()
    sign_in(page, site)
    one = site.world.invitation(site.world.iro())
    page.goto(f"{site.url}/iro/verbal/{one.id}")
    write_down(page, "less people")
    is_kept(page)
    site.world.receive(site.world.form(one))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
    page.goto(f"{site.url}/iro/month")
    page.get_by_role("link", name="1 not yet sent").click()
    expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
    words = page.get_by_label("What you wrote down").input_value()
    assert "What should we change?\nless people" in words
    assert "A carer\nWednesday 14 October" in words
    page.get_by_role("button", name="Delete it from this device").click()
    expect(page.locator("#unsent")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0
    context.close()


@dataclass
class Hand:
    """An officer's thumb: counts what it does, and how often it must scroll first to see what it wants to touch."""

    page: Page
    done: int = 0
    scrolls: int = 0

    def tap(self, wanted: Locator) -> None:
        self._see(wanted)
        wanted.tap()
        self.done += 1

    def write(self, wanted: Locator, words: str) -> None:
        self._see(wanted)
        wanted.fill(words)
        self.done += 1

    def _see(self, wanted: Locator) -> None:
        """Scroll until it lies between the bar and the foot, as somebody does who looks for it."""
        self.page.wait_for_timeout(FRESH)
        for _ in range(10):
            if wanted.evaluate(IN_SIGHT):
                return
            self.page.mouse.wheel(0, A_SCREEN)
            self.page.wait_for_timeout(100)
            self.scrolls += 1
        raise AssertionError(f"{wanted} does not come into sight")


A_SCREEN = 550
"""Pixels between the bar and the foot of a phone, which one scroll moves."""
FRESH = 400
"""Milliseconds after which a new screen takes a tap."""
IN_SIGHT = """wanted => {
  const {left, top, width, height} = wanted.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return top >= 0 && top + height <= innerHeight && (wanted.contains(there) || there?.contains(wanted));
}"""


@pytest.mark.full
@pytest.mark.parametrize("code", ["PN1", "PN6"])
def test_all_of_rate_my_review_is_written_down_in_at_most_26_interactions(
    browser: Browser, site: Site, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the waiting row on My month to the thank-you, each question answered: as fast as a thumb, tap and go."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    one = site.world.invitation(site.world.iro(), pn=code)
    sign_in(page, site)
    hand = Hand(page)
    hand.tap(page.get_by_role("link", name="Write it down"))
    expect(page.locator("#s-day.now")).to_be_visible()
    asked = 0
    while not page.locator(".check.now").count():
        screen, place = page.locator("form#visit > .screen.now"), now(page)
        going_on = screen.locator("a.next")
        if place == "s-day":
            hand.tap(screen.locator(".option", has_text="A carer"))
            hand.tap(going_on)
        elif "text" in (screen.get_attribute("class") or ""):
            hand.write(screen.locator("textarea"), "less people")
            hand.tap(going_on)
        elif not screen.locator(".option").count():
            hand.tap(going_on)
        else:
            no = place in ("s-talk_to", *(("s-q-at_meeting",) if code == "PN6" else ()))
            choice = '[value="no"]' if no else "input"
            hand.tap(screen.locator(f".option:has({choice})").first)
            if "many" in (screen.get_attribute("class") or ""):
                hand.tap(going_on)
        page.wait_for_function(
            "id => document.querySelector('.screen.now').id !== id", arg=place
        )
        asked += place.startswith("s-q-")
    hand.tap(page.locator(".right", has_text="I read it back"))
    hand.tap(page.get_by_role("button", name="Send"))
    expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    context.close()
    with capsys.disabled():
        print(f"\n{code}: {asked} questions, {hand.done} taps, {hand.scrolls} scrolls")
    with site.world.session() as session:
        states = set(session.scalars(select(AnswerRow.state)))
    assert states == {"given"}, "every question on the way was answered"
    assert site.world.response_id(one)
    assert hand.done <= 26
    # To the child's row, to a long list of answers, and through all that is read back.
    assert hand.scrolls <= 8


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
    say_who(page)
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
