"""The bar and the banner of a draft: Leave is always in reach, and nobody scrolls for nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from tests.support.screens import VOICE, now

pytestmark = pytest.mark.browser

LANGUAGES = ("uk", "ar", "fa", "pl", "sq", "vi", "en")
SCROLLS = """() => {
  const [thing, foot] = document.querySelectorAll('.screen.now > *'), room = foot.getBoundingClientRect();
  return { more: document.documentElement.scrollHeight - innerHeight,
    spare: room.top - thing.getBoundingClientRect().bottom - parseFloat(getComputedStyle(foot).marginTop) };
}"""
"""How far the page scrolls, and how much room is empty between what is asked and its buttons."""


@pytest.mark.parametrize(
    "language",
    [
        pytest.param(one, marks=() if one == "uk" else pytest.mark.full)
        for one in LANGUAGES
    ],
)
def test_the_draft_is_said_once_and_no_screen_scrolls_for_nothing(
    site: Site, phone: Page, language: str
) -> None:
    phone.goto(site.invite(language=language))
    assert phone.get_attribute("html", "lang") == language
    drafts = phone.locator(".draft:visible")
    if language != "en":
        expect(drafts).to_contain_text("(Aa)")
    seen = 0
    while (screen := now(phone)) != "s-check":
        found = phone.evaluate(SCROLLS)
        assert found["more"] <= 0 or found["spare"] < 2, (screen, found)
        phone.click(".screen.now .next")
        assert drafts.count() == 0
        seen += 1
    assert seen > 10


BAR = """() => {
  const bar = document.querySelector('.bar'), boxes = [...bar.children].filter((one) => one.offsetParent)
    .map((one) => one.getBoundingClientRect());
  const leave = document.querySelector('.leave').getBoundingClientRect();
  const points = [[leave.left + 12, leave.top + 12], [leave.right - 12, leave.bottom - 12]];
  return { rows: new Set(boxes.map(({ top, height }) => Math.round(top + height / 2))).size, tools: boxes.length,
    wide: document.documentElement.scrollWidth - innerWidth, height: leave.height, fit: bar.dataset.fit,
    free: points.every(([x, y]) => document.elementFromPoint(x, y)?.closest('.leave')),
    apart: boxes.every((one, n) => boxes.slice(n + 1).every((two) => one.right <= two.left + 1
      || two.right <= one.left + 1)) };
}"""
"""How the bar stands: in how many rows, and whether Leave can be tapped."""


@pytest.mark.parametrize(
    "language",
    [
        pytest.param(one, marks=() if one == "uk" else pytest.mark.full)
        for one in LANGUAGES
    ],
)
def test_the_bar_is_one_row_and_leave_is_free_at_every_size_with_help_open(
    site: Site, phone: Page, language: str
) -> None:
    phone.add_init_script(f"window.voiceOf = '{language}';" + VOICE)
    phone.goto(site.invite(language=language))
    assert phone.get_attribute("html", "lang") == language
    for width in (180, 320, 360):
        phone.set_viewport_size({"width": width, "height": 568})
        for size in ("", "large", "larger"):
            phone.locator(f".looks [name=size][value='{size}']").evaluate(
                "(one) => one.click()"
            )
            for sheet in ("", "help", "looks"):
                phone.evaluate(
                    "(open) => { for (const name of ['help', 'looks'])"
                    " document.querySelector('.' + name).open = name === open; }",
                    sheet,
                )
                found = phone.evaluate(BAR)
                assert found["rows"] == 1, (width, size, sheet, found)
                assert found["tools"] == len(("Help", "Aa", "Listen", "Leave"))
                assert found["free"], (width, size, sheet, found)
                assert found["apart"], (width, size, sheet, found)
                assert found["wide"] <= 0, (width, size, sheet, found)
                assert found["height"] >= 44
                assert width < 320 or found["fit"] != "tighter", (width, size, found)


def test_leave_stays_over_a_keyboard(site: Site, phone: Page) -> None:
    phone.goto(site.invite())
    phone.set_viewport_size({"width": 360, "height": 380})
    phone.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert phone.evaluate("scrollY") > 100
    box = phone.locator(".leave").bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] < 60
    assert box["height"] >= 44
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('.leave') !== null"
    assert phone.evaluate(on_top, [box["x"] + 20, box["y"] + 20])


def test_the_cross_of_leave_is_drawn_and_no_letter(site: Site, phone: Page) -> None:
    phone.goto(site.url + "/help")
    assert phone.locator(".leave svg path").count() == 1
    assert phone.inner_text(".leave").strip() == "Leave"
