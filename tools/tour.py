"""The tour: pictures of every look on a phone of 360 x 740, taken on a site of its own, and docs/tour.md around them.

.venv/bin/python -m tools.tour. What no child can choose yet (easy read, a language from right to left) is left out, and
comes by itself once `bench/support/kinds.py` knows it.
"""

from __future__ import annotations

import io
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.support import kinds
from bench.support.browser import PHONE, QUIET, WALKS, Site, standing
from bench.support.kinds import Kind
from bench.support.world import NOON, RATE_MY_REVIEW
from bench.the_way import MOST_SCREENS, NEW_SCREEN_MS, pass_screen
from feedback_app import clock
from feedback_app.survey.model import LOOK_OF_BAND

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
PAGE = ROOT / "docs" / "tour.md"
MOST_BYTES = 60_000
FIRST_SCREEN = ("s-open", "s-open_what")
OPENING = """# A tour of every look

One survey, in the way that suits the child: each picture is the page as it stands on a phone of 360 x 740, with
invented answers. Taken by `python -m tools.tour`, which also writes this page.
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture: the screen `until` which the visit goes (the first of several), what to see, which answer is chosen.

    `say` is the answer's id; where the screen has no such one it is the first. `open` is something in the bar that is
    opened; `send` goes on to the thank-you. `dark`: by night.
    """

    until: str | tuple[str, ...]
    see: str
    tap: int = 0
    say: str = ""
    write: str = ""
    open: str = ""
    dark: bool = False
    send: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One look: its heading, what to say of it, and its stops."""

    name: str
    title: str
    words: str
    kind: Kind
    stops: tuple[Stop, ...]


def parts() -> Iterator[Part]:
    """The looks, youngest first; then those that are chosen."""
    yield Part(
        "young",
        "4 to 7: faces and pictures",
        "A drawing with each question, three faces that have a word each, all of it large and round.",
        _own(RATE_MY_REVIEW, "4-7"),
        (
            Stop(
                "s-q-at_meeting",
                "A question with its drawing, and one beside each answer",
                1,
            ),
            Stop("s-q-listened", "Three faces, each with a word; one is chosen", 2),
            Stop(
                "s-q-told_after",
                "Another drawing, and the way out: I don’t want to say",
                3,
            ),
        ),
    )
    yield Part(
        "middle",
        "8 to 11: words with amounts",
        "No faces any more. Amounts have dots beside their words; a box says who reads what is written.",
        _own(RATE_MY_REVIEW, "8-11"),
        (
            Stop(
                FIRST_SCREEN,
                "The first screen: what this is, before the first question",
            ),
            Stop("s-q-listened", "Four amounts with dots, one chosen", 2),
            Stop(
                "s-q-better",
                "A box to write in, and who reads it",
                write="A shorter meeting, and my sister there.",
            ),
        ),
    )
    yield Part(
        "older",
        "12 to 17: plainer and denser",
        "The same questions in other words, and more of them. Before Send, all answers are shown and can be changed.",
        _own(RATE_MY_REVIEW, "12-17"),
        (
            Stop("s-q-lead", "A question on a phone that is set to dark", dark=True),
            Stop(
                ("s-safe", "s-talk_to"),
                "Not safe: said apart from all else, with whom to call now",
                say="not_safe",
            ),
            Stop("s-check", "All answers, each with a way to change it"),
        ),
    )
    yield Part(
        "leaver",
        "16 to 25: who has left care, or soon will",
        "The yearly survey goes on after care, with questions for those whom they fit.",
        _own("u-matter", "16-25"),
        (
            Stop(FIRST_SCREEN, "The first screen of the yearly survey"),
            Stop(
                FIRST_SCREEN,
                "Help, open: whom to call, without leaving the page",
                open="Help",
            ),
            Stop(
                "s-check", "The thank-you: only once the answers are stored", send=True
            ),
        ),
    )
    yield from _chosen()


def _chosen() -> Iterator[Part]:
    every = [kind for kind in kinds.every() if kind.survey == RATE_MY_REVIEW]
    stops = (
        Stop(FIRST_SCREEN, "The first screen"),
        Stop("s-q-at_meeting", "A question with one answer", 1),
        Stop("s-q-listened", "How much people listened"),
    )
    words = (
        "Chosen by need at any age: one idea to a line, a picture with each question."
    )
    for kind in [
        one
        for one in every
        if one.look == "easy" and one.band == "12-17" and one.language == "en"
    ][:1]:
        yield Part("easy", "Easy read", words, kind, stops)
    leftward = [
        one for one in every if Locale.parse(one.language).text_direction == "rtl"
    ]
    for kind in [
        one
        for one in leftward
        if one.band == "8-11" and one.look == LOOK_OF_BAND[one.band]
    ][:1]:
        name = Locale.parse(kind.language).get_display_name("en")
        words = "The whole page is mirrored: Leave, Back and Next, the dots and the lines. The words are a draft."
        yield Part("rtl", f"From right to left: {name}", words, kind, stops)


def _own(survey: str, band: str) -> Kind:
    return Kind(survey, band, LOOK_OF_BAND[band], "en")


def main() -> int:
    """Take the pictures and write the page."""
    shown = list(parts())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with (
        tempfile.TemporaryDirectory() as folder,
        clock.set_clock(NOON, everywhere=True),
        standing(Path(folder)) as site,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        for old in PICTURES.glob("tour-*.png"):
            old.unlink()
        for part in shown:
            for number, stop in enumerate(part.stops, 1):
                _take(
                    browser,
                    site,
                    part.kind,
                    stop,
                    PICTURES / f"tour-{part.name}-{number}.png",
                )
        browser.close()
    PAGE.write_text(OPENING + "".join(map(_said, shown)), "utf-8")
    print(f"{len(shown)} looks in {PAGE}: {', '.join(part.name for part in shown)}")
    return 0


def _take(browser: Browser, site: Site, kind: Kind, stop: Stop, file: Path) -> None:
    context = browser.new_context(
        **PHONE, color_scheme="dark" if stop.dark else "light"
    )
    context.add_init_script(WALKS)
    page = context.new_page()
    reply = page.goto(site.url + kind.address(site.world))
    if reply is None or reply.status != 200:
        raise RuntimeError(f"{kind}: no survey")
    _walk(page, stop.until)
    if stop.tap or stop.say:
        _choose(page, stop)
    if stop.write:
        page.fill(".screen.now textarea", stop.write)
    if stop.open:
        page.locator("header").get_by_text(stop.open, exact=True).first.click()
    if stop.send:
        page.wait_for_timeout(NEW_SCREEN_MS)
        page.click(".screen.now button.next")
        page.wait_for_selector("main[data-page=thanks]")
    page.evaluate("document.activeElement.blur()")
    packed = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(64).save(
        packed, "PNG", optimize=True
    )
    context.close()
    if packed.tell() > MOST_BYTES:
        raise RuntimeError(f"{file.name} has {packed.tell()} bytes")
    file.write_bytes(packed.getvalue())


def _walk(page: Page, until: str | tuple[str, ...]) -> None:
    """Go on by touch, with the first answer of each question, until one of those screens is shown."""
    page.wait_for_selector(".screen.now")
    for _ in range(MOST_SCREENS):
        if page.evaluate("document.querySelector('.screen.now').id") in (
            (until,) if isinstance(until, str) else until
        ):
            return
        pass_screen(page)
    raise RuntimeError(f"{until} was never shown")


def _choose(page: Page, stop: Stop) -> None:
    """Choose an answer; one of several without a tap, after which some screens go on by themselves."""
    options = page.locator(".screen.now .option input")
    said = page.locator(f'.screen.now .option input[value="{stop.say}"]')
    chosen = (
        said.first if stop.say and said.count() else options.nth(max(stop.tap, 1) - 1)
    )
    chosen.evaluate("""(one) => {
      if (one.type === "checkbox") one.click();
      else one.checked = true;
      one.scrollIntoView({block: "center"});
    }""")
    page.wait_for_timeout(NEW_SCREEN_MS)


def _said(part: Part) -> str:
    heads = " | ".join(stop.see for stop in part.stops)
    images = " | ".join(
        f"![{part.title}. {stop.see}](pictures/tour-{part.name}-{number}.png)"
        for number, stop in enumerate(part.stops, 1)
    )
    return f"\n## {part.title}\n\n{part.words}\n\n| {heads} |\n|{'---|' * len(part.stops)}\n| {images} |\n"


if __name__ == "__main__":
    sys.exit(main())
