"""Contact sheets: every screen of every survey, age and look on a phone of 360x640, one picture each, to be looked at.

.venv/bin/python -m tools.contact_sheets writes them to var/contact-sheets; with words behind it only the kinds that
hold all of them (`easy`, `safeguarding 8-11`, `ar`), and `dark` among them for a phone that is set to dark.
"""

from __future__ import annotations

import io
import logging
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from bench import phone
from bench.support import kinds
from bench.support.browser import PHONE, Site, standing
from bench.support.kinds import Kind
from bench.the_way import MOST_SCREENS, NEW_SCREEN_MS, SIZES, find_send, pass_screen
from feedback_app.config import ROOT

OUT = ROOT / "var" / "contact-sheets"
IN_A_ROW, GAP = 8, 12
"""Screens side by side, and pixels between them."""
BETWEEN = "#888"


def find_kinds(words: Sequence[str]) -> list[Kind]:
    """The kinds that hold all of the words; in English, where no word is a language."""
    every = list(kinds.every())
    codes = {kind.language for kind in every}
    language = next((word for word in words if word in codes), "en")
    return [
        kind
        for kind in every
        if kind.language == language and set(words) <= set(str(kind).split())
    ]


def take_screens(
    browser: Browser, site: Site, kind: Kind, *, dark: bool
) -> list[bytes]:
    """A picture of each screen from the link to the thank-you, as it is shown before anything is tapped."""
    width, height = SIZES[0]
    context = browser.new_context(
        **PHONE | {"viewport": {"width": width, "height": height}},
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.goto(site.url + kind.address(site.world, mode="in_person"))
    page.wait_for_selector(".screen.now")
    found = []
    for _screen in range(MOST_SCREENS):
        found.append(_picture(page))
        send = find_send(page)
        if send is not None:
            page.wait_for_timeout(NEW_SCREEN_MS)
            send.tap()
            page.wait_for_selector("main[data-page=thanks]")
            found.append(_picture(page))
            break
        pass_screen(page)
    context.close()
    return found


def _picture(page: Page) -> bytes:
    page.evaluate("document.activeElement.blur()")
    return page.screenshot()


def join_pictures(pictures: Sequence[bytes]) -> Image.Image:
    """All of them on one sheet, in rows, in the order in which they were taken."""
    images = [Image.open(io.BytesIO(one)).convert("RGB") for one in pictures]
    width, height = images[0].size
    columns = min(len(images), IN_A_ROW)
    rows = -(-len(images) // IN_A_ROW)
    size = (GAP + columns * (width + GAP), GAP + rows * (height + GAP))
    sheet = Image.new("RGB", size, BETWEEN)
    for number, image in enumerate(images):
        row, column = divmod(number, IN_A_ROW)
        sheet.paste(image, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return sheet


def main(words: Sequence[str]) -> int:
    """Walk and join."""
    dark = "dark" in words
    chosen = find_kinds([word for word in words if word != "dark"])
    if not chosen:
        print("no survey, age, look or language has all of these words")
        return 1
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        standing(Path(folder)) as site,
        phone.chromium() as browser,
    ):
        for kind in chosen:
            file = OUT / f"{str(kind).replace(' ', '-')}{'-dark' if dark else ''}.png"
            join_pictures(take_screens(browser, site, kind, dark=dark)).save(file)
            print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
