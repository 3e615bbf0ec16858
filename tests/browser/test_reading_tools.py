"""How the page looks and sounds, by a child's own choice: kept in the tab, gone with the send, all on the phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from bench.support.browser import Site
from tests.support.screens import (
    STORED,
    VOICE,
    at_check,
    beside_aa,
    choose,
    go_on,
    now,
    wait_for,
)

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
    phone.locator(".looks .sheet").evaluate("(sheet) => sheet.scrollTo(0, 0)")
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
    expect(phone.locator(".reading")).to_be_visible()
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
    phone.click(".listen:visible")
    wait_for(phone, "speechSynthesis.said.length")
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
    go_on(phone, until="s-talk_to")
    choose(phone, "not_safe", "not_safe")
    said = listening(phone, until="s-talk_to")
    pieces = [one.removeprefix("en: ") for one in said]
    told = PARTS.replace("h2,", "h2, .part p,")
    assert "".join(pieces) == "".join(phone.evaluate(told))
    assert max(map(len, pieces)) <= 200
    assert any("see" in part and "your name" in part for part in said)
    at = next(n for n, part in enumerate(said) if "999" in part)
    for word in ("999", "danger", "Childline"):
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
    assert now(phone) == "s-open"
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


READER = "fetchScript(one('#listen').dataset.reader)"
"""Fetches what reads before it is asked for."""
SPLIT = "(text) => piecesOf(make('p', text)).map(([, start, piece]) => [start, piece])"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("هل أنت بأمان؟ نعم. لا", ["هل أنت بأمان؟ ", "نعم. ", "لا"]),
        ("یک۔ دو… “سه.” چهار", ["یک۔ ", "دو… ", "“سه.” ", "چهار"]),
        ("Call 0800 1111 at 8.30, or 999.", ["Call 0800 1111 at 8.30, or 999."]),
        ("a" * 150 + ", " + "b" * 150, ["a" * 150 + ", ", "b" * 150]),
        ("c " * 150, ["c " * 100, "c " * 50]),
        ("d" * 199 + "🐈" + "e" * 10, ["d" * 199, "🐈" + "e" * 10]),
        ("  ", []),
    ],
)
def test_a_text_is_given_to_the_voice_in_sentences_of_at_most_200_letters(
    site: Site, phone: Page, text: str, pieces: list[str]
) -> None:
    phone.goto(site.url + "/help")
    phone.evaluate(READER)
    found = phone.evaluate(SPLIT, text)
    assert [piece for _, piece in found] == pieces
    for start, piece in found:
        assert (
            text.encode("utf-16-le")[2 * start :].decode("utf-16-le").startswith(piece)
        )


def pressed(page: Page) -> str | None:
    return page.locator("#listen").get_attribute("aria-pressed")


@pytest.mark.parametrize("path", ["survey", "/help"])
def test_a_voice_that_fails_or_falls_silent_gives_the_button_back(
    site: Site, phone: Page, path: str
) -> None:
    phone.clock.install()
    phone.add_init_script(VOICE)
    phone.goto(site.invite() if path == "survey" else site.url + path)
    phone.evaluate(READER)
    phone.click("#listen")
    asked = phone.evaluate("speechSynthesis.all.length")
    assert pressed(phone) == "true"
    phone.evaluate("for (const each of [...speechSynthesis.all]) each.onerror()")
    assert pressed(phone) == "false"
    phone.evaluate(
        "speechSynthesis.said.length = speechSynthesis.all.length = 0;"
        "speechSynthesis.speak = function (words) { this.all.push(words); }; 0"
    )
    phone.click("#listen")
    phone.evaluate("speechSynthesis.all[0].onstart()")
    phone.clock.run_for(22_500)
    said = phone.evaluate("speechSynthesis.all.map((each) => each.text)")
    assert said[asked] == said[1], "after a silence the rest is given anew"
    phone.clock.run_for(22_500 * asked)
    assert pressed(phone) == "false"
    assert phone.locator(".reading").count() == 0


@pytest.mark.parametrize(
    ("band", "look"),
    [
        ("4-7", ""),
        pytest.param("12-17", "easy", marks=pytest.mark.full),
    ],
)
def test_the_youngest_and_easy_read_have_listen_beside_the_question_and_beside_each_answer(
    site: Site, phone: Page, band: str, look: str
) -> None:
    phone.add_init_script(VOICE)
    more = {"look": look} if look else {}
    phone.goto(site.invite(band=band, **more))
    go_on(phone, until="s-q-know_iro")
    large = phone.get_by_role("button", name="Listen", exact=True)
    expect(large).to_have_count(1)
    expect(large).to_have_text("Listen")
    assert large.evaluate("(one) => one.closest('.screen.now') !== null")
    box = large.bounding_box()
    assert box
    assert box["height"] >= 48
    assert box["width"] >= 96
    phone.evaluate("speechSynthesis.said.length = 0")
    phone.get_by_role("button", name="Listen: No", exact=True).click()
    wait_for(phone, "speechSynthesis.said.some((words) => words !== 'cancel')")
    assert phone.evaluate(
        "speechSynthesis.said.filter((words) => words !== 'cancel')"
    ) == ["en: No"]
    assert phone.locator(".screen.now :checked").count() == 0, "hearing chooses nothing"
    assert now(phone) == "s-q-know_iro"
    expect(large).to_have_attribute("aria-pressed", "true")
    phone.go_back()
    assert phone.locator("main .listen").count() == 1


def test_for_others_listen_is_in_the_bar_alone(site: Site, phone: Page) -> None:
    phone.add_init_script(VOICE)
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    expect(phone.locator(".bar #listen")).to_be_visible()
    assert phone.locator("main .listen, .say").count() == 0


def said_of(phone: Page) -> list[str]:
    found: list[str] = phone.evaluate(
        "speechSynthesis.said.filter((words) => words !== 'cancel')"
    )
    return found


@pytest.mark.parametrize("band", ["4-7", pytest.param("8-11", marks=pytest.mark.full)])
def test_read_to_me_from_now_on_reads_each_next_screen_and_stays_over_a_reload(
    site: Site, phone: Page, band: str
) -> None:
    phone.add_init_script(VOICE)
    phone.goto(site.invite(band=band))
    if band == "4-7":
        always = phone.get_by_role("button", name="Read to me from now on")
        expect(always).to_be_hidden()
        phone.click(".listen:visible")
        wait_for(phone, "!!window.readParts")
        always.click()
        expect(always).to_have_attribute("aria-pressed", "true")
    else:
        open_looks(phone)
        phone.get_by_label("Read to me from now on").check()
        phone.keyboard.press("Escape")
        wait_for(phone, "!!speechSynthesis.last")
    assert said_of(phone)
    phone.evaluate("speechSynthesis.said.length = 0")
    phone.click(".screen.now .next")
    assert said_of(phone)[0].startswith("en: ")
    assert said_of(phone)[0] == "en: " + phone.inner_text(".screen.now h2")
    phone.reload()
    phone.evaluate(READER)
    phone.evaluate("speechSynthesis.said.length = 0")
    go_on(phone, until="s-check")
    assert len(said_of(phone)) > 20
    phone.click(".send.now .next")
    expect(phone.locator("h1")).to_contain_text("Thank you")
    assert said_of(phone)[-1].startswith("en: ")
    assert any("Thank you" in words for words in said_of(phone))
    assert phone.evaluate(STORED) == "[{},{}]"


def test_without_a_voice_nothing_of_listening_is_shown_for_the_youngest(
    site: Site, phone: Page
) -> None:
    phone.add_init_script("window.voiceOf = 'pl-PL';" + VOICE)
    phone.goto(site.invite(band="4-7"))
    go_on(phone, until="s-q-know_iro")
    for part in (".listen", ".say", ".read-on"):
        assert phone.locator(f"{part}:visible").count() == 0
    assert phone.locator(".voiced").count() == 0
    open_looks(phone)
    expect(phone.get_by_label("Big", exact=True)).to_be_visible()
    expect(phone.get_by_label("Read to me from now on")).to_be_hidden()


PARTS_READ = """[...document.querySelectorAll('.screen.now :is(h2, .body p, .option > span:first-of-type, .skip span)')]
  .map((part) => part.textContent.trim()).join('\\n')"""


@pytest.mark.parametrize(
    "line", ["none", pytest.param("silent", marks=pytest.mark.full)]
)
def test_listen_reads_plainly_while_what_reads_cannot_be_fetched_and_well_once_it_can(
    site: Site, phone: Page, line: str
) -> None:
    phone.add_init_script(VOICE)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    assert not [url for url in asked if "read_aloud" in url], "only when asked for"
    phone.evaluate("speechSynthesis.said.length = 0")
    phone.route(
        "**/read_aloud.js*",
        lambda route: route.abort() if line == "none" else None,
    )
    phone.click("#listen")
    wait_for(phone, "!!speechSynthesis.last")
    assert said_of(phone) == ["en: " + phone.evaluate(PARTS_READ)]
    expect(phone.locator("#listen")).to_have_attribute("aria-pressed", "true")
    phone.evaluate("speechSynthesis.last.onend()")
    expect(phone.locator("#listen")).to_have_attribute("aria-pressed", "false")
    assert not phone.evaluate("fallback.isPlain")
    if line == "none":
        phone.unroute("**/read_aloud.js*")
        phone.click("#listen")
        expect(phone.locator(".reading")).to_be_visible()
        assert "en: Yes" in said_of(phone)


def test_a_reading_that_was_stopped_before_it_could_begin_does_not_begin(
    site: Site, phone: Page
) -> None:
    phone.add_init_script(VOICE)
    phone.goto(site.invite())
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/read_aloud.js*", hold)
    phone.click("#listen")
    phone.click(".screen.now .next")
    expect(phone.locator("#listen")).to_have_attribute("aria-pressed", "false")
    held[0].continue_()
    wait_for(phone, "!!window.readParts")
    assert said_of(phone) == []
    assert len(held) == 1
