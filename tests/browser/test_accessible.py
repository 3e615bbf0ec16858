"""Everyone can answer: with the keyboard alone, far zoomed in, in forced colours, without hurry (WCAG 2.2 AA).

What the accessibility statement claims of the children's pages is shown here and in test_reading_tools.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.support.browser import WALKS, Site
from feedback_app import clock
from feedback_app.models.response import Response
from tests.conftest import NOON
from tests.support.screens import choose, go_on, now

pytestmark = pytest.mark.browser

BANDS = [
    "8-11",
    *(pytest.param(band, marks=pytest.mark.full) for band in ("4-7", "12-17")),
]
HALF, QUARTER = {"width": 180, "height": 370}, {"width": 320, "height": 256}
"""A phone of 360 x 740 at 200%, and a desk of 1280 x 1024 at 400% (WCAG 1.4.4, 1.4.10), in CSS pixels."""
NOTICES = (
    "/",
    "/help",
    "/privacy",
    "/accessibility",
    "/said-and-done",
    "/r/unknown",
    "/sent/thanks/8-11/middle/en",
)

FOCUS = """() => {
  const at = document.activeElement, mark = at.closest('.option, .skip') || at, box = mark.getBoundingClientRect();
  const bar = document.querySelector('.top'), fixed = getComputedStyle(bar).position === 'sticky' && !bar.contains(at);
  const ring = [at, mark].map((one) => getComputedStyle(one)).some(({ outlineStyle: style, outlineWidth: width }) =>
    style !== 'none' && parseFloat(width) >= 2);
  const foot = [...document.querySelectorAll('.now > .foot')].find((one) => one.offsetParent && !one.contains(at));
  return {
    name: at.name || at.className || at.tagName, tag: at.tagName, type: at.type || '', ring, y: box.top + scrollY,
    inside: !!at.closest('.screen.now'), next: at.matches('.screen.now .next'),
    seen: Math.min(box.bottom, foot ? foot.getBoundingClientRect().top : innerHeight)
      - Math.max(box.top, fixed ? bar.getBoundingClientRect().bottom : 0)
      >= Math.min(box.height, 24) - 1,
  };
}"""
"""What has the focus, whether it shows, and whether the bar at the top and the foot leave it in sight."""

POOR = """() => {
  const said = [], shown = (one) => one.checkVisibility() && !one.closest('.hidden') && one.getClientRects().length;
  const text = (one) => (one.innerText || one.value || one.name || one.tagName).trim().slice(0, 40);
  if (document.documentElement.scrollWidth > innerWidth) said.push('the page scrolls sideways');
  const things = [...document.querySelectorAll('main *, .top *')].filter(shown);
  for (const one of things) {
    const box = one.getBoundingClientRect();
    const out = box.width && !one.ownerSVGElement && (box.left < -1 || box.right > innerWidth + 1);
    if (out) said.push(`sticks out: ${text(one)}`);
    const cut = /hidden|clip/.test(getComputedStyle(one).overflow) && !one.closest('svg');
    if (cut && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
      said.push(`cut off: ${text(one)}`);
  }
  const apart = 'h1, h2, .body p, .option, .skip, .button, .tool, button, textarea, .who, summary';
  const edge = (one) => one.closest('.top, .now > .foot'); // what runs under the bar and the foot is scrolled to
  const parts = things.filter((one) => one.matches(apart)), box = (one) => one.getBoundingClientRect();
  for (const one of parts.filter((part) => part.matches('.option, .button, .tool, button')))
    if (one.scrollWidth > one.clientWidth + 1) said.push(`its words stick out: ${text(one)}`);
  for (const [n, one] of parts.entries()) for (const other of parts.slice(n + 1)) {
    if (one.contains(other) || other.contains(one) || edge(one) !== edge(other)) continue;
    const a = box(one), b = box(other), wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) said.push(`one over the other: ${text(one)} / ${text(other)}`);
  }
  const bar = document.querySelector('.top'), heading = document.querySelector('.screen.now :is(h1, h2)');
  const over = heading && getComputedStyle(bar).position === 'sticky' && box(heading).top < box(bar).bottom - 1;
  if (over) said.push('the bar covers the heading');
  return said;
}"""
"""All that is wrong with how the page stands now: scrolling sideways, words cut off, one thing over another."""

SMALL = """(least) => [...document.querySelectorAll('a, button, summary, input, textarea')].filter((one) => {
  const inLine = one.matches('a[href^="tel:"], p:not(.also, .foot) > a');
  if (!one.checkVisibility() || one.closest('.hidden') || inLine) return false;
  const box = (one.closest('label') || one).getBoundingClientRect();
  const wanted = one.matches('.option input, .button, .tool, .skip input, main button') ? least : 24;
  return box.width < Math.min(wanted, 24) || box.height < wanted;
}).map((one) => one.innerText || one.name)"""
"""What is too small to tap: answers and buttons are 48 pixels high, all else 24 (WCAG 2.5.8), but words in a line."""


def screens(page: Page, *, helped: bool = True) -> Iterator[str]:
    """Walk through the visit by Next, with a helper and a wish to talk, so that every kind of screen is shown."""
    while (shown := now(page)) != "s-check":
        yield shown
        if shown == "s-open" and helped:
            page.click("[href='#s-helper']")
            yield now(page)
            page.click(".screen.now .next")
        if shown == "s-helped" and helped:  # by a key: a tap would go on by itself
            page.press('.screen.now [name="helped"][value="carer"]', "Space")
        if shown == "s-talk_to":
            choose(page, "not_safe", "not_safe")
        page.click(".screen.now .next")
    yield "s-check"


def focus(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(FOCUS)
    return found


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize(
    "size",
    [{"width": 1280, "height": 900}, pytest.param(QUARTER, marks=pytest.mark.full)],
)
def test_a_whole_survey_is_answered_and_sent_with_the_keyboard_alone(
    site: Site, desk: Page, band: str, size: Any
) -> None:
    desk.set_viewport_size(size)
    desk.goto(site.invite(band=band))
    passed: list[str] = []
    while now(desk) != "s-check":
        passed.append(now(desk))
        assert not passed[1:] or desk.evaluate(
            "document.activeElement.matches('.screen.now :is(h1, h2)')"
        ), passed[-1]
        by_keys(desk, passed[-1])
    assert {"s-open", "s-helped", "s-q-know_iro", "s-q-better", "s-talk_how"} <= set(
        passed
    )
    assert list(press_until_next(desk, "s-check")), (
        "each answer can be changed on the way to Send"
    )
    desk.keyboard.press("Enter")
    desk.wait_for_selector("main[data-page=thanks]")
    assert desk.evaluate("document.activeElement.tagName") == "H1"
    with site.world.session() as session:
        assert session.scalars(select(Response.helper)).one() == "iro"


def by_keys(page: Page, screen: str) -> None:
    """Answer what the screen asks, the second answer of several, and go on by Next."""
    for found in press_until_next(page, screen):
        if found["type"] == "radio":
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
            assert page.locator(".screen.now input[type=radio]").nth(1).is_checked()
        elif found["type"] == "checkbox" and found["name"] != "declined":
            page.keyboard.press("Space")
        elif found["tag"] == "TEXTAREA":
            page.keyboard.type("Tom was kind")
    page.keyboard.press("Enter")
    assert now(page) != screen


def press_until_next(page: Page, screen: str) -> Iterator[dict[str, Any]]:
    """Press Tab until Next has the focus: each thing on the way shows it, in the order in which the eye reads."""
    passed: list[dict[str, Any]] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        found = focus(page)
        assert found["ring"], f"{screen}: the focus does not show on {found}"
        assert found["seen"], f"{screen}: {found} is out of sight"
        passed += [found] if found["inside"] else []
        if found["next"]:
            order = [one["y"] for one in passed]
            assert order == sorted(order), f"{screen}: the focus jumps"
            return
        yield found
    raise AssertionError(f"{screen}: Next is never reached")


def test_leave_help_and_the_way_it_looks_are_reached_first_and_in_order(
    site: Site, desk: Page
) -> None:
    desk.goto(site.invite())
    names = []
    for _ in range(3):
        desk.keyboard.press("Tab")
        assert focus(desk)["ring"]
        names.append(
            desk.evaluate("document.activeElement.innerText.trim().split(/\\s/)[0]")
        )
    assert names == ["Help", "Aa", "Leave"]


@pytest.mark.parametrize("band", BANDS)
def test_a_screen_reader_is_told_the_question_its_answers_and_the_place(
    site: Site, phone: Page, band: str
) -> None:
    phone.goto(site.invite(band=band))
    go_on(phone, until="s-q-at_meeting")
    question = phone.locator(".screen.now h2").inner_text()
    expect(phone.get_by_role("heading", name=question, level=2)).to_be_focused()
    answers = phone.get_by_role("group", name=question)
    expect(answers).to_have_count(1)
    labels = phone.locator(".screen.now .option > span:first-of-type").all_inner_texts()
    expect(answers.get_by_role("radio")).to_have_count(len(labels))
    for label in labels:
        expect(answers.get_by_role("radio", name=label, exact=True)).not_to_be_checked()
    expect(
        phone.get_by_role("img", name=re.compile(r"^Question 1 of \d+$"))
    ).to_be_visible()
    expect(
        phone.get_by_role("button", name="I don't want to say", pressed=False)
    ).to_have_count(1)
    assert phone.get_by_role("heading", level=1).count() == 1
    go_on(phone, until="s-q-better")
    box = phone.get_by_role(
        "textbox", name=phone.locator(".screen.now h2").inner_text()
    )
    expect(box).to_have_accessible_description(re.compile(r"read"))


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize(
    "size", [pytest.param(HALF, marks=pytest.mark.full), QUARTER], ids=["200%", "400%"]
)
@pytest.mark.parametrize(
    "larger",
    [True, pytest.param(False, marks=pytest.mark.full)],
    ids=["larger and wider text", "as it is"],
)
def test_zoomed_in_every_screen_keeps_its_words_and_nobody_scrolls_sideways(
    site: Site, desk: Page, band: str, size: Any, larger: bool
) -> None:
    desk.set_viewport_size(size)
    if larger:
        desk.add_init_script(
            "sessionStorage.setItem('looks', JSON.stringify({size: 'larger', space: 'wide'}))"
        )
    desk.goto(site.invite(band=band, mode="remote"))
    assert (
        desk.evaluate("document.documentElement.dataset.size") == "larger"
    ) is larger
    poor = {shown: found for shown in screens(desk) if (found := desk.evaluate(POOR))}
    assert poor == {}


@pytest.mark.parametrize("size", [HALF, QUARTER], ids=["200%", "400%"])
def test_zoomed_in_the_pages_of_one_text_keep_their_words(
    site: Site, desk: Page, size: Any
) -> None:
    desk.set_viewport_size(size)
    poor = {}
    for path in NOTICES:
        desk.goto(site.url + path)
        poor[path] = desk.evaluate(POOR)
    assert {path: found for path, found in poor.items() if found} == {}


def test_without_script_the_whole_page_fits_a_width_of_320(
    site: Site, phone_without_script: Page
) -> None:
    phone_without_script.set_viewport_size({"width": 320, "height": 740})
    phone_without_script.goto(site.invite())
    assert phone_without_script.evaluate(POOR) == []


@pytest.mark.parametrize("band", BANDS)
def test_text_spaced_as_the_reader_wishes_loses_nothing(
    site: Site, phone: Page, band: str
) -> None:
    """WCAG 1.4.12: lines 1.5, paragraphs 2, letters 0.12, words 0.16 times the size of the text."""
    phone.goto(site.invite(band=band))
    phone.evaluate(
        """() => {
            const spaced = new CSSStyleSheet();
            spaced.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
            document.adoptedStyleSheets = [spaced];
        }"""
    )
    assert (
        phone.evaluate(
            "getComputedStyle(document.querySelector('.screen.now p')).letterSpacing"
        )
        != "normal"
    )
    poor = {shown: found for shown in screens(phone) if (found := phone.evaluate(POOR))}
    assert poor == {}


@pytest.mark.parametrize("band", BANDS)
def test_whatever_is_tapped_is_large_enough_for_a_shaking_hand(
    site: Site, phone: Page, band: str
) -> None:
    phone.goto(site.invite(band=band))
    small = {
        shown: found for shown in screens(phone) if (found := phone.evaluate(SMALL, 48))
    }
    for path in NOTICES:
        phone.goto(site.url + path)
        small |= {path: found} if (found := phone.evaluate(SMALL, 48)) else {}
    assert small == {}


@pytest.mark.parametrize(
    "motion", ["reduce", pytest.param("no-preference", marks=pytest.mark.full)]
)
def test_nothing_moves(site: Site, phone: Page, motion: Any) -> None:
    phone.emulate_media(reduced_motion=motion)
    phone.goto(site.invite())
    moving = """() => [...document.querySelectorAll('*')].filter((one) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(one);
        return /[1-9]/.test(transitionDuration) || animationName !== 'none' || scrollBehavior === 'smooth';
    }).map((one) => one.className).concat(document.getAnimations().map(String))"""
    assert [
        (shown, found) for shown in screens(phone) if (found := phone.evaluate(moving))
    ] == []


def test_with_forced_colours_the_chosen_answer_the_place_and_the_focus_are_told_apart(
    site: Site, phone: Page
) -> None:
    phone.emulate_media(forced_colors="active")
    phone.goto(site.invite())
    go_on(phone, until="s-q-talked_before")
    options = phone.locator(".screen.now .option")
    choose(phone, "q-talked_before", "yes")
    ring = "(one) => [getComputedStyle(one).outlineStyle, getComputedStyle(one).outlineOffset]"
    phone.locator(".screen.now .back").focus()
    chosen, other = (options.nth(n).evaluate(ring) for n in (0, 1))
    phone.keyboard.press("Shift+Tab")
    phone.keyboard.press("Shift+Tab")
    focused = options.nth(0).evaluate(ring)
    assert phone.evaluate("document.activeElement.value") == "yes"
    assert [one[0] for one in (chosen, other, focused)] == ["solid", "none", "solid"]
    assert chosen != focused, "the focus shows on a chosen answer too"
    done, to_come = (
        phone.locator(".progress i").nth(n).evaluate(ring) for n in (0, -1)
    )
    assert (done[0], to_come[0]) == ("solid", "none")


def test_nobody_has_to_hurry_a_page_left_open_for_hours_still_sends_every_word(
    site: Site, phone: Page
) -> None:
    phone.clock.install()
    phone.add_init_script(WALKS)  # once more, over the clock's own timers
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    phone.fill("#q-better", "I needed a long break")
    phone.clock.fast_forward("03:00:00")
    assert phone.evaluate("sessionStorage.getItem('visit')") is None, (
        "the draft is gone, the page is not"
    )
    go_on(phone, until="s-check")
    expect(phone.locator(".answers")).to_contain_text("I needed a long break")
    with clock.set_clock(NOON + timedelta(hours=3), everywhere=True):
        phone.click(".screen.now .next")
        phone.wait_for_selector("main[data-page=thanks]")
    with site.world.session() as session:
        assert session.scalars(select(Response.channel)).one() == "self"
