"""axe-core over the page that a browser shows: WCAG 2.2 A and AA, and the best practices."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""Named one by one: without wcag22aa axe looks at no target's size."""
BY_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules that depend on the colours shown."""
RUN = """async (options) => (await axe.run(document, options)).violations.flatMap(
    ({id, nodes}) => nodes.map(({target, failureSummary}) => `${id} at ${target}: ${failureSummary}`))"""


@cache
def _source() -> str:
    [file] = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    return file.read_text("utf-8")


def faults(
    page: Page, *, colours: bool = True, only_colours: bool = False
) -> list[str]:
    """What axe finds wrong with the page as it stands, by all rules, or without (or only by) those on colours."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    options: dict[str, Any] = {
        "runOnly": BY_COLOUR if only_colours else TAGS,
        "resultTypes": ["violations"],
    }
    if not colours:
        options["rules"] = {rule: {"enabled": False} for rule in BY_COLOUR}
    found: list[str] = page.evaluate(RUN, options)
    return found
