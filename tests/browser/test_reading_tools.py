"""How the page looks and sounds, by a child's own choice: kept in the tab, gone with the send, all on the phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from tests.support.screens import STORED, VOICE, at_check, beside_aa, choose, go_on, now

pytestmark = pytest.mark.browser

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}


def open_looks(page: Page) -> None:
    page.get_by_label("How this page looks").click()


def ground(page: Page) -> str:
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


def test_size_spacing_and_colours_change_at_once_and_stay_in_the_tab_until_the_send(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    usual = phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    open_looks(phone)
    phone.get_by_label("Very big").check()
    phone.get_by_label("Further apart").check()
    phone.get_by_label("Cream").check()
    assert (
        phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        >= 1.4 * usual
    )
    assert (
        phone.evaluate("parseFloat(getComputedStyle(document.body).letterSpacing)") > 0
    )
    assert ground(phone) == "rgb(246, 233, 203)"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360, (
        "nothing is cut off at the side"
    )
    phone.reload()
    assert ground(phone) == "rgb(246, 233, 203)"
    at_check(phone, phone.url)
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator("h1")).to_contain_text("Thank you")
    assert ground(phone) == "rgb(246, 233, 203)"
    assert phone.evaluate(STORED) == "[{},{}]"


@pytest.mark.parametrize(
    "ink",
    [
        "Cream",
        *(pytest.param(ink, marks=pytest.mark.full) for ink in ("Light", "Dark")),
    ],
)
def test_every_colour_keeps_its_contrast(site: Site, phone: Page, ink: str) -> None:
    phone.goto(site.invite())
    open_looks(phone)
    phone.get_by_label(ink, exact=True).check()
    assert [
        one["id"] for one in Axe().run(phone, options=AXE).response["violations"]
    ] == []
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "yes")
    assert [
        one["id"] for one in Axe().run(phone, options=AXE).response["violations"]
    ] == []


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
    assert not any("talk to you" in words for words in said), (
        "only the question that is shown"
    )
    phone.evaluate("speechSynthesis.last.onboundary({charIndex: 2, charLength: 5})")
    assert phone.evaluate("[...CSS.highlights.get('reading')].map(String)") == ["don't"]
    expect(listen).to_have_attribute("aria-pressed", "true")
    phone.click(".screen.now .next")
    assert phone.evaluate("speechSynthesis.said.at(-1)") == "cancel"
    expect(listen).to_have_attribute("aria-pressed", "false")
    assert phone.locator(".reading").count() == 0


PARTS = """[...document.querySelectorAll('.screen.now :is(h2, .body p, .option > span:first-of-type, .skip span)')]
  .map((part) => part.textContent)"""
MARKED = """([at, word]) => {
  const words = speechSynthesis.all[at], start = words.text.lastIndexOf(word);
  words.onstart();
  words.onboundary({ charIndex: start, charLength: word.length });
  const found = [...CSS.highlights.get('reading')];
  return [found.map(String), [...document.querySelectorAll('.reading')].map((part) => part.textContent),
    found.every((range) => document.querySelector('.reading').contains(range.startContainer))];
}"""


def listening(phone: Page, *, until: str) -> list[str]:
    """Go to a screen, press Listen there, and hear all that is read."""
    go_on(phone, until=until)
    phone.evaluate("speechSynthesis.said.length = speechSynthesis.all.length = 0")
    phone.click("#listen")
    said: list[str] = phone.evaluate("speechSynthesis.said")
    return said


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("pl", "ltr")]
)
def test_listen_reads_question_hint_and_options_in_order_in_the_language_that_the_child_chose(
    site: Site, phone: Page, language: str, direction: str
) -> None:
    phone.add_init_script(f"window.voiceOf = '{language}';" + VOICE)
    phone.goto(f"{site.invite()}?language={language}")
    said = listening(phone, until="s-q-know_iro")
    parts = phone.evaluate(PARTS)
    assert said == [f"{language}: {part}" for part in parts]
    assert len(parts) == len(("question", "hint", "yes", "no", "unsure", "skip"))
    assert "Do you know who your IRO is?" not in parts
    assert phone.evaluate("[document.documentElement.lang, document.dir]") == [
        language,
        direction,
    ]
    for at, part in enumerate(parts):
        word = part.split()[-1]
        marked, reading, inside = phone.evaluate(MARKED, [at, word])
        assert (marked, reading, inside) == ([word], [part], True)


@pytest.mark.parametrize("band", ["4-7", "8-11", "12-17"])
def test_listen_reads_a_page_that_tells_line_by_line_and_marks_a_word_after_a_number_to_call(
    site: Site, phone: Page, band: str
) -> None:
    phone.add_init_script(VOICE)
    phone.goto(site.invite(band=band))
    said = listening(phone, until="s-open_safe")
    assert said == [f"en: {part}" for part in phone.evaluate(PARTS)]
    at = next(n for n, part in enumerate(said) if "999" in part)
    for word in ("999", "adult" if band != "4-7" else "grown-up"):
        marked, _, inside = phone.evaluate(MARKED, [at, word])
        assert (marked, inside) == ([word], True)


def test_another_language_chosen_while_it_reads_silences_the_old_one_and_listen_reads_on_in_the_new(
    site: Site, phone: Page
) -> None:
    phone.add_init_script("window.voiceOf = 'en-GB ar-SA';" + VOICE)
    phone.goto(site.invite())
    assert (
        listening(phone, until="s-q-know_iro")[0] == "en: Do you know who your IRO is?"
    )
    beside_aa(phone, "العربية")
    expect(phone.locator("html")).to_have_attribute("lang", "ar")
    assert phone.evaluate("speechSynthesis.said.at(-1)") == "cancel"
    expect(phone.locator("#listen")).to_have_attribute("aria-pressed", "false")
    said = listening(phone, until="s-q-know_iro")
    assert said == [f"ar: {part}" for part in phone.evaluate(PARTS)]


def test_without_a_voice_for_the_language_there_is_no_button_that_does_nothing(
    site: Site, phone: Page
) -> None:
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
