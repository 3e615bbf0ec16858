"""A child's way through every survey, walked by touch on a phone.

Counted are words and screens before the first question, taps from link to thank-you, minutes, and screens whose buttons
are out of sight.

.venv/bin/python -m bench.the_way prints a table and puts it into docs/figures.md, between its two marks.

The way is that of a child who was at the meeting: the first answer of each question, one of several, boxes left empty,
the words that stand for "no" on the screens that are no question, and nothing opened. A tap on an answer comes first;
Next is pressed only where the same screen is still shown after that. So it walks a page that goes on by itself and one
that does not.
"""

from __future__ import annotations

import contextlib
import math
import re
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as TooLong

from bench import phone
from bench.support import kinds
from bench.support.browser import PHONE, Site, standing
from bench.support.kinds import Kind
from feedback_app.config import ROOT
from feedback_app.survey.length import ReadingLoad, minutes_of, reading_pace

OUT = ROOT / "docs" / "figures.md"
FROM, TO = "<!-- the way: from here -->", "<!-- the way: to here -->"
SIZES = ((360, 640), (375, 553), (320, 568), (740, 360))
"""Screens of phones, in CSS pixels: the first is the one that is walked."""
GOES_ON_MS, NEW_SCREEN_MS = 1000, 400
"""Milliseconds in which a chosen answer may go on by itself; and after which a new screen takes a tap."""
MOST_SCREENS = 80
MORE = "s-more"
"""The screen of a long survey on which what was answered so far can be sent, or more is asked."""

MOST_WORDS = {"4-7": 90}
MOST_WORDS_ELSE = 110
"""Words before Start, by age."""
MOST_TAPS = {
    ("rate-my-review", "4-7"): 18,
    ("rate-my-review", "8-11"): 23,
    ("rate-my-review", "12-17"): 26,
}
MOST_TAPS_ELSE = {"safeguarding": 25, "u-matter": 20}
"""Taps from link to thank-you, by survey and age; the yearly survey's core, where it can be sent after that."""

SEEN = r"""() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 2;
  const now = document.querySelector('.screen.now');
  const texts = document.createTreeWalker(now, NodeFilter.SHOW_TEXT);
  let words = 0;
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const holder = text.parentElement;
    if (!shown(holder) || holder.closest('.answers, svg') || now.contains(holder.closest('[lang]'))) continue;
    words += (text.data.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) || []).length;
  }
  return {
    id: now.id, words, text: now.innerText,
    isQuestion: now.hasAttribute('data-question'),
    isOne: !!now.querySelector('.options input[type=radio]'),
    isMany: !!now.querySelector('.options input[type=checkbox]'),
  };
}"""
"""What a child sees of the screen that is shown, without the bar and without the names of other languages."""
FOOT_IN_SIGHT = """() => {
  scrollTo(0, 0);
  const now = document.querySelector('.screen.now');
  const shown = [...now.querySelectorAll('.next, .back, button[type=submit]')]
    .filter((one) => !one.closest('details') && one.checkVisibility({ visibilityProperty: true }));
  return shown.length > 0 && shown.every((one) => {
    const { top, bottom, left, right } = one.getBoundingClientRect();
    return top >= 0 && left >= 0 && bottom <= innerHeight + 1 && right <= innerWidth + 1;
  });
}"""
"""Whether Back, Next and Send of the screen stand within the window, before anybody scrolls."""


@dataclass(slots=True)
class Way:
    """One kind, from its link to the thank-you. `promised` is what the opening says: a number of minutes or questions.

    `out_of_sight` holds "screen at width x height" for each screen whose buttons are not in the window there.
    """

    kind: Kind
    screens: int = 0
    screens_before: int = 0
    texts_after_start: int = 0
    words_before: int = 0
    words: int = 0
    taps: int = 0
    questions: int = 0
    promised: str = ""
    out_of_sight: tuple[str, ...] = ()

    @property
    def minutes(self) -> float:
        """How long it takes to read all of it and to tap, at the paces by which the first screen promises it."""
        pace = reading_pace(self.kind.band, self.kind.look)
        return minutes_of(ReadingLoad(self.words, self.taps), pace)

    def find_misses(self) -> list[str]:
        """What of it is over its budget, in words."""
        kind = self.kind
        words = MOST_WORDS.get(kind.band, MOST_WORDS_ELSE)
        taps = MOST_TAPS.get((kind.survey, kind.band)) or MOST_TAPS_ELSE.get(
            kind.survey
        )
        found = []
        if self.words_before > words:
            found.append(f"{self.words_before} words before question 1, of {words}")
        if self.texts_after_start:
            found.append(f"{self.texts_after_start} screens of text after Start")
        if taps is not None and self.taps > taps:
            found.append(f"{self.taps} taps, of {taps}")
        number, _, unit = self.promised.partition(" ")
        true = self.questions if unit == "questions" else math.floor(self.minutes)
        if not number:
            found.append("no length is promised")
        elif int(number) < true:
            found.append(
                f"{self.minutes:.1f} minutes, {self.questions} questions, and {self.promised} are promised"
            )
        if self.out_of_sight:
            found.append(f"buttons out of sight: {', '.join(self.out_of_sight)}")
        return found


def walk_way(
    browser: Browser,
    site: Site,
    kind: Kind,
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> Way:
    """Open a new link of that kind on a phone and go through it by touch until it is thanked for.

    It is walked at the first of the sizes; at each of them it is looked whether the buttons are in sight.

    Raises AssertionError where a screen cannot be left, or the thank-you does not come.
    """
    width, height = sizes[0]
    context = browser.new_context(
        **PHONE | {"viewport": {"width": width, "height": height}}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    way, hidden = Way(kind), []
    try:
        page.goto(site.url + kind.address(site.world, mode="in_person"))
        page.wait_for_selector(".screen.now")
        asked = False
        for _screen in range(MOST_SCREENS):
            shown = time.monotonic()
            seen: dict[str, Any] = page.evaluate(SEEN)
            asked = asked or seen["isQuestion"]
            _note_screen(way, seen, asked=asked)
            hidden += _sizes_out_of_sight(page, seen["id"], sizes)
            if _leave_screen(page, way, seen, shown):
                way.out_of_sight = tuple(hidden)
                return way
        raise AssertionError(f"{kind}: no end after {MOST_SCREENS} screens")
    finally:
        context.close()


def _note_screen(way: Way, seen: dict[str, Any], *, asked: bool) -> None:
    way.screens += 1
    way.words += seen["words"]
    way.questions += seen["isQuestion"]
    if way.screens == 1:
        named = re.search(r"(\d+)\s+(minutes|questions)", seen["text"])
        way.promised = f"{named[1]} {named[2]}" if named else ""
    if not asked:
        way.screens_before += 1
        way.words_before += seen["words"]
        way.texts_after_start += way.screens > 1


def _sizes_out_of_sight(
    page: Page, screen: str, sizes: Sequence[tuple[int, int]]
) -> list[str]:
    """At which of the sizes the buttons of this screen are out of sight; the window is as before after it."""
    found = []
    for width, height in (*sizes[1:], sizes[0]):
        page.set_viewport_size({"width": width, "height": height})
        if not page.evaluate(FOOT_IN_SIGHT):
            found.append(f"{screen} at {width}x{height}")
    return found


def _leave_screen(page: Page, way: Way, seen: dict[str, Any], shown: float) -> bool:
    """Answer and go on; True where it was Send, and the thank-you is there. Raises AssertionError where it cannot.

    `shown`: the screen stands at least since then (time.monotonic).
    """
    send = find_send(page)
    if send is not None and seen["id"] != MORE:
        _wait_until_taps_count(page, shown)
        send.tap()
        way.taps += 1
        page.wait_for_selector("main[data-page=thanks]")
        return True
    way.taps += pass_screen(page, seen, shown)
    return False


def _wait_until_taps_count(page: Page, shown: float) -> None:
    """A new screen takes no tap for a moment."""
    since = (time.monotonic() - shown) * 1000
    page.wait_for_timeout(max(0, NEW_SCREEN_MS - since))


def find_send(page: Page) -> Locator | None:
    """The button that sends the answers, where it is shown."""
    foot = page.locator(".screen.now .foot")
    send = foot.get_by_role("button", name="Send", exact=False)
    return send.first if send.count() and send.first.is_visible() else None


def pass_screen(
    page: Page, seen: dict[str, Any] | None = None, shown: float | None = None
) -> int:
    """Answer the screen that is shown, `seen` as SEEN sees it, and go on: the number of taps that it took.

    `shown`: it stands at least since then (time.monotonic), else since now.

    Raises AssertionError where the screen is still there after that.
    """
    seen = seen or page.evaluate(SEEN)
    screen, taps = page.locator(f"#{seen['id']}"), 0
    _wait_until_taps_count(page, shown or time.monotonic())
    answer = _answer_to_tap(screen, seen)
    if answer is not None:
        answer.tap()
        taps += 1
        if seen["isOne"] and _went_on(page, seen["id"]):
            return taps
    screen.locator(".next").first.tap()
    if not _went_on(page, seen["id"]):
        raise AssertionError(f"{seen['id']} cannot be left")
    return taps + 1


def _answer_to_tap(screen: Locator, seen: dict[str, Any]) -> Locator | None:
    """The first answer of a question; elsewhere the one that asks for nothing or sends, none where there is no such."""
    if not (seen["isOne"] or seen["isMany"]):
        return None
    options = screen.locator(".option:visible")
    if not seen["isQuestion"]:
        options = screen.locator(
            ".option:visible:has(input[value=no], input[value=none], input[value=send])"
        )
    return options.first if options.count() else None


def _went_on(page: Page, screen: str) -> bool:
    """Whether another screen, or the thank-you, is shown within the time that an answer may take to go on."""
    try:
        page.wait_for_function(
            "(id) => document.querySelector('.screen.now')?.id !== id",
            arg=screen,
            timeout=GOES_ON_MS,
        )
    except TooLong:
        return False
    return True


def english_kinds() -> list[Kind]:
    """Every survey, band and look in English."""
    return [kind for kind in kinds.every() if kind.language == "en"]


def make_table(ways: Collection[Way]) -> str:
    """As Markdown, with what is over its budget in the last column."""
    heads = (
        *("survey", "age", "look", "screens before question 1", "words before it"),
        *("text after Start", "screens", "taps", "words", "minutes", "promised"),
        *("buttons out of sight", "over budget"),
    )
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for way in ways:
        kind = way.kind
        over = [one.partition(":")[0] for one in way.find_misses()]
        lines.append(
            f"| {kind.survey} | {kind.band} | {kind.look} | {way.screens_before} | {way.words_before}"
            f" | {way.texts_after_start} | {way.screens} | {way.taps} | {way.words} | {way.minutes:.1f}"
            f" | {way.promised} | {len(way.out_of_sight)}"
            f" | {'; '.join(over) or 'nothing'} |"
        )
    return "\n".join(lines)


def write_table(found: str, out: Path = OUT) -> None:
    """Put the table between its two marks; a file without them gets them at its end, under a heading."""
    day = f"Taken with `python -m bench.the_way` on {datetime.now(UTC):%Y-%m-%d}."
    block = f"{FROM}\n{day}\n\n{found}\n{TO}"
    text = out.read_text("utf-8")
    if FROM in text:
        before, rest = text.split(FROM)
        text = before + block + rest.partition(TO)[2]
    else:
        text = f"{text.rstrip()}\n\n## A child's way\n\n{block}\n"
    out.write_text(text, "utf-8")


@contextlib.contextmanager
def _product() -> Iterator[Site]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        standing(Path(folder)) as site,
    ):
        yield site


def main() -> int:
    """Walk all, print, write; 1 where a budget is missed."""
    with phone.chromium() as browser, _product() as site:
        ways = []
        for kind in english_kinds():
            ways.append(walk_way(browser, site, kind))
            print(f"{kind}: {'; '.join(ways[-1].find_misses()) or 'in order'}")
    found = make_table(ways)
    print(found)
    write_table(found)
    return int(any(way.find_misses() for way in ways))


if __name__ == "__main__":
    sys.exit(main())
