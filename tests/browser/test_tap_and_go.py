"""Tap and go: one answer leads on by itself, and no tap, key or change of mind loses an answer or a word.

Here fingers are as slow as a child's: nothing shortens the moments that the page waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bench.support.browser import DESK, PHONE, Site, standing
from feedback_app import clock
from feedback_app.models.response import AnswerRow
from feedback_app.models.text import SealedText
from tests.conftest import NOON
from tests.support.browser import Watch
from tests.support.screens import SECRET, STORED, beside_aa, now

pytestmark = pytest.mark.browser

FRESH = 400
"""Milliseconds after which a new screen takes a tap."""
MOST = 700
"""Milliseconds within which a tapped answer has led on."""
STAYS = 500
"""Milliseconds after which a screen that has not gone on does not go on by itself."""


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One live site for all tests here."""
    with (
        clock.set_clock(NOON, everywhere=True),
        standing(tmp_path_factory.mktemp("taps")) as site,
    ):
        yield site


@pytest.fixture
def child(
    browser: Browser, one_site: Site, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A child's phone with real taps; a parameter adds to its manner."""
    manner = PHONE | getattr(request, "param", {})
    context = browser.new_context(**manner)
    context.set_default_timeout(10_000)
    page = context.new_page()
    watch = Watch(one_site)
    watch.over(page)
    yield page
    context.close()
    assert not watch.problems, "\n".join(watch.problems)


def some(values: Iterable[Any], *often: Any) -> list[Any]:
    """Each of these as a parameter; all but the named ones only in the long run."""
    return [
        pytest.param(
            *(one if isinstance(one, tuple) else (one,)),
            marks=() if one in often else pytest.mark.full,
        )
        for one in values
    ]


def open_at(page: Page, address: str, until: str) -> None:
    """Open a link and go on to that screen by keys, which nothing holds back; then wait as a child does."""
    page.goto(address)
    go_by_keys(page, until)
    page.wait_for_timeout(FRESH)


def go_by_keys(page: Page, until: str) -> None:
    """Press Enter on Next until that screen is shown."""
    for _ in range(40):
        if now(page) == until:
            return
        page.press(".screen.now .next", "Enter")
    raise AssertionError(f"{until} was never shown")


def tap(page: Page, selector: str) -> None:
    """A finger on that part of the screen that is shown."""
    page.locator(f".screen.now {selector}").first.tap()


def taps(page: Page, selector: str, times: int = 2) -> None:
    """A hurried finger: that often on one place, whatever comes to stand there."""
    box = page.locator(f".screen.now {selector}").first.bounding_box()
    assert box
    for _ in range(times):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def option(value: str) -> str:
    return f'.option:has([value="{value}"])'


def leads_to(page: Page, screen: str, within: int = MOST) -> None:
    page.wait_for_function(
        "id => document.querySelector('.screen.now').id === id",
        arg=screen,
        timeout=within,
    )


def stays_at(page: Page, screen: str) -> None:
    page.wait_for_timeout(STAYS)
    assert now(page) == screen


def test_a_tap_marks_the_answer_and_goes_on_after_a_moment_that_can_be_seen(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-talked_before")
    tap(child, option("yes"))
    assert now(child) == "s-q-talked_before"
    assert child.is_checked('[name="q-talked_before"][value="yes"]')
    expect(child.locator(".screen.now .next")).to_have_text("Next")
    leads_to(child, "s-q-advocate")
    assert child.evaluate("document.activeElement.tagName") == "H2"
    child.wait_for_timeout(FRESH)
    tap(child, ".back")
    assert now(child) == "s-q-talked_before"
    stays_at(child, "s-q-talked_before")
    tap(child, option("yes"))  # as it was: that goes on as well
    leads_to(child, "s-q-advocate")
    entries = child.evaluate("history.length")
    child.go_back()
    assert now(child) == "s-q-talked_before"
    child.wait_for_timeout(FRESH)
    tap(child, option("no"))
    leads_to(child, "s-q-advocate")
    assert child.is_checked('[name="q-talked_before"][value="no"]')
    assert child.evaluate("history.length") == entries, "one entry is enough"


@pytest.mark.full
def test_another_answer_within_the_moment_counts_and_help_is_not_closed_by_going_on(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-talked_before")
    tap(child, option("yes"))
    tap(child, option("unsure"))
    leads_to(child, "s-q-advocate")
    assert child.is_checked('[name="q-talked_before"][value="unsure"]')
    child.wait_for_timeout(FRESH)
    tap(child, option("yes"))
    child.locator(".help > summary").tap()
    stays_at(child, "s-q-advocate")
    assert child.locator(".help .sheet").is_visible()
    child.locator(".help > summary").tap()
    tap(child, ".next")
    assert now(child) == "s-q-better"


@pytest.mark.full
def test_a_mouse_goes_on_too_and_a_tap_on_the_drawn_ring(
    browser: Browser, one_site: Site
) -> None:
    page = browser.new_context(**DESK).new_page()
    open_at(page, one_site.invite(), "s-q-talked_before")
    page.click(f".screen.now {option('yes')} input")
    leads_to(page, "s-q-advocate")
    page.context.close()


@pytest.mark.parametrize("child", [{"reduced_motion": "reduce"}], indirect=True)
def test_with_reduced_motion_there_is_no_moment(child: Page, one_site: Site) -> None:
    child.add_init_script(
        """{
          const later = setTimeout;
          window.waited = [];
          window.setTimeout = (act, wait) => waited.push(wait) && later(act, wait);
        }"""
    )
    open_at(child, one_site.invite(), "s-q-talked_before")
    child.evaluate("waited.length = 0")
    tap(child, option("yes"))
    leads_to(child, "s-q-advocate")
    assert 0 in child.evaluate("waited")
    assert 300 not in child.evaluate("waited")


PRESSED_FOR_A_PERSON = {
    "a key": "input.focus()",
    "a switch": "input.click()",
    "VoiceOver": """for (const name of ['pointerdown', 'pointerup']) input.dispatchEvent(new PointerEvent(
        name, {bubbles: true, pointerType: 'touch', width: 0, height: 0})); input.click()""",
    "TalkBack": """for (const name of ['pointerdown', 'pointerup']) input.dispatchEvent(new PointerEvent(
        name, {bubbles: true, pointerType: 'mouse', width: 1, height: 1, pressure: 0})); input.click()""",
}


@pytest.mark.parametrize("how", some(PRESSED_FOR_A_PERSON, "a key"))
def test_keys_switches_and_screen_readers_choose_and_never_go_on(
    child: Page, one_site: Site, how: str
) -> None:
    open_at(child, one_site.invite(), "s-q-talked_before")
    child.eval_on_selector(
        '[name="q-talked_before"][value="no"]',
        f"input => {{ {PRESSED_FOR_A_PERSON[how]} }}",
    )
    if how == "a key":
        for key in ("Space", "ArrowDown", "ArrowDown", "ArrowUp", "Space"):
            child.keyboard.press(key)
    stays_at(child, "s-q-talked_before")
    assert child.locator('[name="q-talked_before"]:checked').count() == 1


def test_only_a_press_with_a_size_or_with_pressure_is_a_tap(
    child: Page, one_site: Site
) -> None:
    child.goto(one_site.invite())
    pressed = [
        ("touch", 0.5, 20, 20, True),
        ("touch", 0, 20, 20, True),  # a phone that measures no pressure
        ("touch", 0, 0, 0, False),  # VoiceOver
        ("pen", 0.4, 1, 1, True),
        ("mouse", 0.5, 1, 1, True),
        ("mouse", 0, 1, 1, False),  # TalkBack
    ]
    for kind, pressure, width, height, real in pressed:
        event = {
            "isTrusted": True,
            "pointerType": kind,
            "pressure": pressure,
            "width": width,
            "height": height,
        }
        assert child.evaluate("event => isTap(event)", event) is real, event
        assert (
            child.evaluate("event => isTap(event)", event | {"isTrusted": False})
            is False
        )


@pytest.mark.full
def test_a_key_after_a_finger_that_slipped_off_does_not_go_on(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-talked_before")
    tap(child, option("yes"))
    child.keyboard.press("ArrowDown")
    stays_at(child, "s-q-talked_before")
    assert child.is_checked('[name="q-talked_before"][value="no"]')


@pytest.mark.full
def test_the_choice_in_aa_turns_it_off_until_the_visit_is_over(
    child: Page, one_site: Site
) -> None:
    child.goto(one_site.invite())
    child.get_by_label("How this page looks").tap()
    child.get_by_label("Wait for Next").check()
    child.get_by_label("How this page looks").tap()
    for _ in range(2):
        go_by_keys(child, "s-q-talked_before")
        child.wait_for_timeout(FRESH)
        tap(child, option("yes"))
        stays_at(child, "s-q-talked_before")
        child.reload()
    child.get_by_label("How this page looks").tap()
    child.get_by_label("Go on at once").check()
    child.get_by_label("How this page looks").tap()
    child.wait_for_timeout(FRESH)
    tap(child, option("no"))
    leads_to(child, "s-q-advocate")


@pytest.mark.full
def test_an_answer_with_a_note_and_a_screen_with_a_box_wait_for_next(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-know_iro")
    tap(child, option("no"))
    stays_at(child, "s-q-know_iro")
    assert child.locator(".screen.now .note a").is_visible()
    tap(child, option("yes"))
    leads_to(child, "s-q-talked_before")
    go_by_keys(child, "s-talk_to")
    child.wait_for_timeout(FRESH)
    tap(child, option("not_safe"))
    stays_at(child, "s-talk_to")
    assert child.locator(".screen.now .call").first.is_visible()
    tap(child, option("advocate"))
    leads_to(child, "s-talk_how")
    child.wait_for_timeout(FRESH)
    tap(child, ".option")
    stays_at(child, "s-talk_how")


@pytest.mark.full
def test_next_says_skip_while_nothing_is_chosen_or_typed(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-at_meeting")
    following = child.locator(".screen.now .next")
    expect(following).to_have_text("Skip")
    tap(child, option("no"))
    leads_to(child, "s-q-why_not")
    expect(following).to_have_text("Skip")
    child.wait_for_timeout(FRESH)
    tap(child, ".option")
    expect(following).to_have_text("Next")
    tap(child, ".option")
    expect(following).to_have_text("Skip")
    go_by_keys(child, "s-q-better")
    expect(following).to_have_text("Skip")
    child.fill("#q-better", "   ")
    expect(following).to_have_text("Skip")
    child.fill("#q-better", "a")
    expect(following).to_have_text("Next")
    child.reload()
    expect(following).to_have_text("Next")


@pytest.mark.parametrize(
    ("screen", "place", "lands_on"),
    some(
        [
            ("s-open", ".next", "s-q-at_meeting"),
            ("s-q-talked_before", ".next", "s-q-advocate"),
            ("s-q-talked_before", ".skip", "s-q-advocate"),
            ("s-q-advocate", ".back", "s-q-talked_before"),
            ("s-q-why_not", ".next", "s-q-views_shared"),
            ("s-q-better", ".next", "s-q-best"),
            ("s-iro_sees", ".next", "s-check"),
            ("s-check", ".answers button", "s-q-at_meeting"),
        ],
        ("s-q-talked_before", ".next", "s-q-advocate"),
        ("s-iro_sees", ".next", "s-check"),
    ),
)
def test_the_second_of_two_taps_neither_skips_nor_answers_nor_sends(
    child: Page, one_site: Site, screen: str, place: str, lands_on: str
) -> None:
    sent: list[str] = []
    child.on(
        "request",
        lambda request: sent.append(request.url) if request.method == "POST" else None,
    )
    child.goto(one_site.invite())
    if screen == "s-q-why_not":
        go_by_keys(child, "s-q-at_meeting")
        child.press('[name="q-at_meeting"][value="no"]', "Space")
    go_by_keys(child, screen)
    child.wait_for_timeout(FRESH)
    child.locator(f".screen.now {place}").first.scroll_into_view_if_needed()
    taps(child, place, 3)
    stays_at(child, lands_on)
    assert child.locator(".screen.now :checked:not([name=declined])").count() == 0
    assert sent == []
    child.wait_for_timeout(FRESH)
    before = now(child)
    tap(child, ".next")
    if before != "s-check":
        assert now(child) != before


def test_two_taps_on_an_answer_answer_that_question_alone(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-talked_before")
    taps(child, option("no"))
    leads_to(child, "s-q-advocate")
    taps(child, option("no"))
    stays_at(child, "s-q-advocate")
    assert child.locator('[name="q-advocate"]:checked').count() == 0


@pytest.mark.full
def test_what_i_dont_want_to_say_sets_aside_is_there_again_and_is_not_sent(
    child: Page, one_site: Site
) -> None:
    bodies: list[str] = []
    child.on(
        "request",
        lambda request: (
            bodies.append(request.post_data or "") if request.method == "POST" else None
        ),
    )
    open_at(child, one_site.invite(), "s-q-better")
    child.fill("#q-better", SECRET)
    tap(child, ".skip")
    assert now(child) != "s-q-better"
    for again in (lambda: tap(child, ".back"), child.reload):
        child.wait_for_timeout(FRESH)
        again()
        assert now(child) == "s-q-better"
        assert child.input_value("#q-better") == SECRET
        assert child.is_checked('[name="declined"][value="better"]')
    go_by_keys(child, "s-check")
    row = child.locator(".answers li", has_text="What should we change?")
    expect(row).to_contain_text("I don't want to say")
    expect(child.locator(".count")).to_have_text("You answered 0 questions.")
    assert SECRET not in child.inner_text("#s-check")
    child.press("#s-send .next", "Enter")
    child.wait_for_selector("main[data-page=thanks]")
    assert "q-better" not in parse_qs(bodies[0])
    assert "better" in parse_qs(bodies[0])["declined"]
    assert child.evaluate(STORED) == "[{},{}]"
    with one_site.world.session() as session:
        kept = session.scalars(select(AnswerRow).where(AnswerRow.question == "better"))
        assert "declined" in {one.state for one in kept}
        assert session.scalars(select(SealedText)).all() == []


@pytest.mark.parametrize(
    "how", some(("the box", "the button", "a letter more"), "the box")
)
def test_words_that_were_set_aside_count_again_once_they_are_touched(
    child: Page, one_site: Site, how: str
) -> None:
    open_at(child, one_site.invite(), "s-q-better")
    child.fill("#q-better", SECRET)
    tap(child, ".skip")
    child.wait_for_timeout(FRESH)
    tap(child, ".back")
    child.wait_for_timeout(FRESH)
    if how == "the box":
        tap(child, "textarea")
    elif how == "the button":
        tap(child, ".skip")
    else:
        child.focus("#q-better")
        child.keyboard.type("!")
    assert now(child) == "s-q-better"
    assert not child.is_checked('[name="declined"][value="better"]')
    go_by_keys(child, "s-check")
    row = child.locator(".answers li", has_text="What should we change?")
    expect(row).to_contain_text(SECRET)
    expect(child.locator(".count")).to_have_text("You answered 1 question.")


def test_ticks_that_were_set_aside_come_back_all_of_them(
    child: Page, one_site: Site
) -> None:
    child.goto(one_site.invite())
    go_by_keys(child, "s-q-at_meeting")
    child.press('[name="q-at_meeting"][value="no"]', "Space")
    go_by_keys(child, "s-q-why_not")
    child.wait_for_timeout(FRESH)
    for number in (0, 2):
        child.locator(".screen.now .option").nth(number).tap()
    ticked = "[...document.querySelectorAll('.now .option :checked')].map((one) => one.value)"
    before = child.evaluate(ticked)
    assert len(before) == 2
    tap(child, ".skip")
    child.reload()
    child.wait_for_timeout(FRESH)
    tap(child, ".back")
    child.wait_for_timeout(FRESH)
    assert child.evaluate(ticked) == before
    tap(child, option(before[0]))  # touched, it counts again: it is not taken away
    assert child.evaluate(ticked) == before
    assert not child.is_checked('[name="declined"][value="why_not"]')
    tap(child, option(before[0]))
    assert child.evaluate(ticked) == before[1:]


@pytest.mark.full
def test_one_answer_comes_back_when_i_dont_want_to_say_is_taken_back(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-talked_before")
    child.press('[name="q-talked_before"][value="no"]', "Space")
    tap(child, ".skip")
    child.wait_for_timeout(FRESH)
    tap(child, ".back")
    child.wait_for_timeout(FRESH)
    assert child.locator('[name="q-talked_before"]:checked').count() == 0
    tap(child, ".skip")
    assert now(child) == "s-q-talked_before"
    assert child.is_checked('[name="q-talked_before"][value="no"]')


def test_typed_words_are_there_after_every_way_of_going_on(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-better")
    child.fill("#q-better", SECRET)
    tap(child, ".next")
    child.wait_for_timeout(FRESH)
    tap(child, ".next")  # "Skip"
    child.go_back()
    child.wait_for_timeout(FRESH)
    tap(child, ".back")
    assert (now(child), child.input_value("#q-better")) == ("s-q-better", SECRET)
    go_by_keys(child, "s-check")
    child.wait_for_timeout(FRESH)
    child.locator(
        ".answers li", has_text="What should we change?"
    ).tap()  # the row itself
    assert (now(child), child.input_value("#q-better")) == ("s-q-better", SECRET)
    beside_aa(child, "Short words and pictures")
    expect(child.locator("body.easy")).to_be_visible()
    assert child.input_value("#q-better") == SECRET
    child.reload()
    assert child.input_value("#q-better") == SECRET
    child.wait_for_timeout(FRESH)
    tap(child, ".skip")
    beside_aa(child, "The usual words")
    expect(child.locator("body.middle")).to_be_visible()
    child.go_back()
    assert (now(child), child.input_value("#q-better")) == ("s-q-better", SECRET)
    assert child.is_checked('[name="declined"][value="better"]')


@pytest.mark.full
def test_words_set_aside_are_not_stored_where_no_draft_is_kept(
    child: Page, one_site: Site
) -> None:
    open_at(
        child,
        one_site.invite(survey="safeguarding"),
        "s-open",
    )
    while not child.locator(".screen.now.text").count():
        child.press(".screen.now .next", "Enter")
    asked = now(child)
    child.fill(".screen.now textarea", SECRET)
    child.wait_for_timeout(FRESH)
    tap(child, ".skip")
    assert SECRET not in child.evaluate(STORED)
    child.wait_for_timeout(FRESH)
    tap(child, ".back")
    assert now(child) == asked
    assert child.input_value(".screen.now textarea") == SECRET


@pytest.mark.full
@pytest.mark.parametrize(
    ("band", "survey", "covered"),
    some(
        [
            ("4-7", "rate-my-review", True),
            ("8-11", "rate-my-review", False),
            ("8-11", "safeguarding", True),
            ("12-17", "u-matter", False),
        ],
        ("4-7", "rate-my-review", True),
        ("8-11", "rate-my-review", False),
    ),
)
def test_the_check_counts_the_answers_and_shows_them_or_covers_them(
    child: Page, one_site: Site, band: str, survey: str, covered: bool
) -> None:
    child.goto(one_site.invite(band=band, survey=survey))
    while not child.locator(".screen.now[data-question].one").count():
        child.press(".screen.now .next", "Enter")
    child.wait_for_timeout(FRESH)
    question, chosen = now(child), child.inner_text(".screen.now .option >> nth=0")
    tap(child, ".option")
    child.wait_for_timeout(MOST)
    go_by_keys(child, "s-check")
    expect(child.locator(".count")).to_have_text("You answered 1 question.")
    expect(child.locator("#s-send .unsent")).to_have_text("Not sent yet")
    assert child.locator("#s-check .foot .back").is_visible()
    assert child.locator("#s-check .foot button").inner_text() == "Send"
    if covered:
        expect(child.locator("#s-check .foot button")).to_be_in_viewport(ratio=1)
    rows = child.locator(".answers li")
    row = rows.filter(has_text=chosen).first
    assert rows.first.is_visible() is not covered
    child.wait_for_timeout(FRESH)
    if covered:
        tap(child, "summary:has-text('Look at my answers')")
        assert rows.first.is_visible()
    row.get_by_role("button").tap()
    assert now(child) == question
    child.wait_for_timeout(FRESH)
    tap(child, ".option")
    leads_to(child, "s-check")
    assert rows.first.is_visible(), "whoever changes an answer goes on looking"
    child.wait_for_timeout(FRESH)
    tap(child, ".back")
    go_by_keys(child, "s-check")
    assert rows.first.is_visible() is not covered


def test_a_long_text_takes_six_lines_of_the_check_and_the_whole_row_leads_to_it(
    child: Page, one_site: Site
) -> None:
    open_at(child, one_site.invite(), "s-q-better")
    child.fill("#q-better", "\n".join(["Words without an end"] * 60))
    go_by_keys(child, "s-check")
    row = child.locator(".answers li", has_text="What should we change?")
    box, line = (
        row.bounding_box(),
        child.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.answers span')).lineHeight)"
        ),
    )
    assert box
    assert 6 * line <= box["height"] < 9 * line
    child.wait_for_timeout(FRESH)
    row.scroll_into_view_if_needed()
    row.locator("b").tap(position={"x": 5, "y": 5}, force=True)
    assert now(child) == "s-q-better"


def bar(page: Page) -> tuple[int, int]:
    """Pieces of the bar that are done, and all of them."""
    done: int = page.locator(".progress .done").count()
    return done, page.locator(".progress i").count()


@pytest.mark.parametrize("there", some(("yes", "no", "left"), "no"))
def test_the_bar_only_grows_and_is_full_at_send_alone(
    child: Page, one_site: Site, there: str
) -> None:
    child.goto(one_site.invite())
    grown, places = [0], []
    while now(child) != "s-check":
        done, of = bar(child)
        if child.locator(".progress").is_visible():
            assert grown[-1] < done < of
            grown.append(done)
            places.append(child.get_attribute(".progress", "aria-label") or "")
        else:
            assert len(grown) == 1
        if now(child) == "s-q-at_meeting" and there != "left":
            child.press(f'[name="q-at_meeting"][value="{there}"]', "Space")
        if now(child) == "s-talk_to":
            child.press('[name="talk_to"][value="advocate"]', "Space")
        child.press(".screen.now .next", "Enter")
    done, of = bar(child)
    assert done == of > grown[-1]
    told = [place.removeprefix("Question ").split(" of ") for place in places]
    assert [int(n) for n, _ in told] == list(range(1, len(told) + 1))
    totals = [int(total) for _, total in told]
    assert totals == sorted(totals, reverse=True), "never more than was said before"
    assert totals[-1] == len(told)
