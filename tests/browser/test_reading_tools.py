"""How the page looks and sounds, by a child's own choice: kept in the tab, gone with the send, all on the phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_child_page import STORED, at_check, choose, go_on, now
from tests.support.browser import Site

pytestmark = pytest.mark.browser

VOICE = """
Object.defineProperty(window, 'speechSynthesis', {value: Object.assign(new EventTarget(), {
  said: [], getVoices: () => [{lang: window.voiceOf || 'en-GB'}], cancel() { this.said.push('cancel'); },
  speak(words) { this.said.push(words.lang + ': ' + words.text); this.last = words; words.onstart?.(); },
})});
"""
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def open_looks(page: Page) -> None:
    page.get_by_label("How this page looks").click()


def ground(page: Page) -> str:
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


def test_size_spacing_and_colours_change_at_once_and_stay_in_the_tab_until_the_send(site: Site, phone: Page) -> None:
    phone.goto(site.invite())
    usual = phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    open_looks(phone)
    phone.get_by_label("Very big").check()
    phone.get_by_label("Further apart").check()
    phone.get_by_label("Cream").check()
    assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 1.4 * usual
    assert phone.evaluate("parseFloat(getComputedStyle(document.body).letterSpacing)") > 0
    assert ground(phone) == "rgb(246, 233, 203)"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360, "nothing is cut off at the side"
    phone.reload()
    assert ground(phone) == "rgb(246, 233, 203)"
    at_check(phone, phone.url)
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator("h1")).to_contain_text("Thank you")
    assert ground(phone) == "rgb(246, 233, 203)"
    assert phone.evaluate(STORED) == "[{},{}]"


@pytest.mark.parametrize("ink", ["Light", "Cream", "Dark"])
def test_every_colour_keeps_its_contrast(site: Site, phone: Page, ink: str) -> None:
    phone.goto(site.invite())
    open_looks(phone)
    phone.get_by_label(ink, exact=True).check()
    assert [one["id"] for one in Axe().run(phone, options=AXE).response["violations"]] == []
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "yes")
    assert [one["id"] for one in Axe().run(phone, options=AXE).response["violations"]] == []


def test_the_dark_that_was_chosen_goes_before_a_phone_that_is_set_to_light_and_the_other_way(
    site: Site, phone: Page
) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto(site.invite())
    dark = ground(phone)
    open_looks(phone)
    phone.get_by_label("Light", exact=True).check()
    assert ground(phone) == "rgb(251, 247, 239)"
    phone.get_by_label("Dark", exact=True).check()
    assert ground(phone) == dark
    phone.emulate_media(color_scheme="light")
    assert ground(phone) == dark


def test_listen_reads_the_question_and_its_options_in_the_pages_language_and_marks_the_word(
    site: Site, phone: Page
) -> None:
    phone.add_init_script(VOICE)
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    phone.evaluate("speechSynthesis.said.length = 0")
    listen = phone.get_by_role("button", name="Listen")
    listen.click()
    said: list[str] = phone.evaluate("speechSynthesis.said")
    assert said[0] == "en: Do you know who your IRO is?"
    assert said[2:5] == ["en: Yes", "en: No", "en: Not sure"]
    assert not any("talk to you" in words for words in said), "only the question that is shown"
    phone.evaluate("speechSynthesis.last.onboundary({charIndex: 2, charLength: 5})")
    assert phone.evaluate("[...CSS.highlights.get('reading')].map(String)") == ["don't"]
    expect(listen).to_have_attribute("aria-pressed", "true")
    phone.click(".screen.now .next")
    assert phone.evaluate("speechSynthesis.said.at(-1)") == "cancel"
    expect(listen).to_have_attribute("aria-pressed", "false")
    assert phone.locator(".reading").count() == 0


def test_without_a_voice_for_the_language_there_is_no_button_that_does_nothing(site: Site, phone: Page) -> None:
    phone.add_init_script("window.voiceOf = 'pl-PL';" + VOICE)
    phone.goto(site.invite())
    assert now(phone) == "s-open_what"
    expect(phone.locator("#listen")).to_be_hidden()


def test_the_tools_are_on_every_page_a_child_can_meet_and_only_where_they_work(
    site: Site, phone: Page, phone_without_script: Page
) -> None:
    for path in ("/", "/help", "/privacy", "/said-and-done", "/r/unknown"):
        phone.goto(site.url + path)
        expect(phone.get_by_label("How this page looks")).to_be_visible()
        phone_without_script.goto(site.url + path)
        expect(phone_without_script.locator(".looks")).to_be_hidden()
        expect(phone_without_script.locator("#listen")).to_be_hidden()
