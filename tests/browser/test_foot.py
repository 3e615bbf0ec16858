"""Back, Next and Send stand at the lower edge of every screen, whatever the phone, the age, the look and the size."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from tests.support.screens import choose, go_on, now

pytestmark = pytest.mark.browser

SIZES = ((360, 640), (375, 553), (320, 568), (740, 360))
KINDS = (
    ("rate-my-review", "8-11", ""),
    *(
        pytest.param(survey, band, look, marks=pytest.mark.full)
        for survey, bands in (
            ("rate-my-review", ("4-7", "8-11", "12-17")),
            ("safeguarding", ("8-11", "12-17")),
            ("u-matter", ("4-7", "8-11", "12-17", "16-25")),
        )
        for band in bands
        for look in ("", "easy")
        if (survey, band, look) != ("rate-my-review", "8-11", "")
    ),
)
OUT = """() => {
  const shown = ({ width, height }) => width > 0 && height > 0, seen = (x, y) => document.elementFromPoint(x, y);
  const bar = document.querySelector('.top').getBoundingClientRect();
  return [...document.querySelectorAll('.now > .foot > *, .leave')].filter((one) => {
    const box = one.getBoundingClientRect(), x = (box.left + box.right) / 2;
    const whole = box.top >= 0 && box.bottom <= innerHeight + .5 && box.left >= 0 && box.right <= innerWidth + .5;
    const onTop = [box.top + 3, box.bottom - 3].every((y) => one.contains(seen(x, y)));
    return shown(box) && !(whole && onTop && (box.height >= 44 || one.matches('.unsent')));
  }).map((one) => `${document.querySelector('.now').id} at ${innerWidth}: ${one.textContent.trim()}`)
    .concat(bar.height > innerHeight / 3 ? [`the bar takes ${bar.height}`] : []);
}"""
"""What of the foot and of Leave is out of sight, or covered, or too small; and a bar that takes too much."""
LOST_LINES = """() => {
  const edge = document.querySelector('.now > .foot').getBoundingClientRect().top;
  return [...document.querySelectorAll('.now .points li')].slice(0, 3)
    .filter((line) => line.getBoundingClientRect().bottom > edge).map((line) => line.textContent.trim());
}"""
"""Which of the opening's three lines are below the edge of the foot."""
FEET = "document.querySelectorAll('.now > .foot > .next').length"


def looked_at(page: Page) -> list[str]:
    """What is out of sight on the screen that is shown, at each of the sizes."""
    found: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += page.evaluate(OUT)
    return found


@pytest.mark.parametrize(("survey", "band", "look"), KINDS)
@pytest.mark.parametrize(
    "size", ["", pytest.param("larger", marks=pytest.mark.full)], ids=["usual", "big"]
)
def test_foot_and_leave_are_in_sight_on_every_screen_at_every_size(
    site: Site, phone: Page, survey: str, band: str, look: str, size: str
) -> None:
    phone.add_init_script(
        f"sessionStorage.setItem('looks', JSON.stringify({{size: '{size}'}}))"
    )
    more: dict[str, Any] = {"look": look} if look else {}
    phone.goto(site.invite(survey=survey, band=band, **more))
    phone.set_viewport_size({"width": 360, "height": 640})
    out: list[str] = phone.evaluate(LOST_LINES) if not size else []
    seen = 0
    while True:
        out += looked_at(phone)
        assert phone.evaluate(FEET) == 1, now(phone)
        seen += 1
        if now(phone) == "s-check":
            break
        if now(phone) == "s-talk_to":
            choose(phone, "not_safe", "not_safe")
        phone.locator(".screen.now .next").dispatch_event("click")
    assert out == []
    assert seen > 8


@pytest.mark.full
@pytest.mark.parametrize("size", [(360, 330), (320, 250), (740, 180)])
def test_over_a_keyboard_that_takes_room_bar_foot_and_the_box_are_in_sight(
    site: Site, phone: Page, size: tuple[int, int]
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    phone.focus("#q-better")
    phone.set_viewport_size({"width": size[0], "height": size[1]})
    phone.evaluate("document.activeElement.scrollIntoView({block: 'nearest'})")
    assert phone.evaluate(OUT) == []
    phone.keyboard.type("Tom was kind")
    top, bottom, box = (
        phone.evaluate(f"(({{top, bottom}}) => [top, bottom])({one})")
        for one in (
            "document.querySelector('.top').getBoundingClientRect()",
            "document.querySelector('.now > .foot').getBoundingClientRect()",
            "document.activeElement.getBoundingClientRect()",
        )
    )
    assert min(box[1], bottom[0]) - max(box[0], top[1]) >= 40, "the box can be seen"


KEYBOARD = """(height) => {
  const view = Object.assign(new EventTarget(), { height: innerHeight - height, offsetTop: 60, scale: 1 });
  Object.defineProperty(window, 'visualViewport', { value: view, configurable: true });
  fitEdges();
}"""
"""A keyboard of that height which lies over the page, as on an iPhone: the page is as high as before, and moved."""


def test_over_a_keyboard_that_lies_over_the_page_bar_and_foot_stand_beside_it(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    phone.evaluate(KEYBOARD, 300)
    foot = phone.locator(".now > .foot").bounding_box()
    bar = phone.locator(".top").bounding_box()
    assert foot
    assert bar
    assert foot["y"] + foot["height"] <= 740 - 300 + 60 + 1
    assert bar["y"] >= 60


def test_what_has_the_focus_is_never_behind_the_foot(site: Site, phone: Page) -> None:
    phone.set_viewport_size({"width": 320, "height": 568})
    phone.goto(site.invite(took_part=False))
    go_on(phone, until="s-q-at_meeting")
    choose(phone, "q-at_meeting", "no")
    go_on(phone, until="s-q-why_not")
    last = phone.locator(".screen.now .option input").last
    last.focus()
    box = last.bounding_box()
    foot = phone.locator(".now > .foot").bounding_box()
    assert box
    assert foot
    assert box["y"] + box["height"] <= foot["y"]


def test_next_stands_where_it_stood_on_the_screen_before(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    places = set()
    for _ in range(7):
        box = phone.locator(".screen.now .next").bounding_box()
        assert box
        places.add(box["y"])
        phone.click(".screen.now .next")
    assert len(places) == 1


def test_without_script_each_question_has_its_buttons_below_it(
    site: Site, phone_without_script: Page
) -> None:
    phone_without_script.goto(site.invite())
    first = phone_without_script.locator(".screen .foot").first
    assert first.evaluate("(foot) => getComputedStyle(foot).position") == "static"
    expect(phone_without_script.locator("#s-send button")).to_be_visible()


CONTRAST = """() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
      .map((each) => each <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4);
    return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2];
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
  const option = getComputedStyle(document.querySelector('.now .option')), ground = getComputedStyle(document.body);
  return Math.min(...[ground, option].map((one) => ratio(option.borderTopColor, one.backgroundColor)));
}"""


@pytest.mark.parametrize(
    "band", ["12-17", pytest.param("8-11", marks=pytest.mark.full)]
)
def test_the_border_of_an_answer_is_seen_in_sunlight_in_every_colour(
    site: Site, phone: Page, band: str
) -> None:
    phone.goto(site.invite(band=band))
    go_on(phone, until="s-q-know_iro")
    for ink in ("light", "cream", "dark"):
        phone.evaluate("(ink) => { document.documentElement.dataset.ink = ink; }", ink)
        assert phone.evaluate(CONTRAST) >= 3, ink
        choose(phone, "q-know_iro", "yes")
        assert phone.evaluate(CONTRAST) >= 3, f"{ink}, chosen"
        phone.locator(".screen.now .option input").first.evaluate(
            "(one) => { one.checked = false; }"
        )


def test_on_its_side_the_answers_stand_in_two_columns(site: Site, phone: Page) -> None:
    phone.set_viewport_size({"width": 740, "height": 360})
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    first, second = (
        phone.locator(".screen.now .option").nth(n).bounding_box() for n in (0, 1)
    )
    assert first
    assert second
    assert first["y"] == second["y"]
    assert first["x"] < second["x"]
