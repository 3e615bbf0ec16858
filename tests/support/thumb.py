"""A thumb on a phone: what it takes an officer to get somewhere, and that nothing is out of sight."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD

IN_SIGHT = """element => { const box = element.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth; }"""


class Hand:
    """A thumb on a phone: taps and filled fields are counted, and nothing may have to be scrolled to."""

    def __init__(self, page: Page) -> None:
        self.page, self.interactions = page, 0

    def tap(self, role: str, name: str) -> None:
        """Tap what stands there by that name."""
        self._in_sight(self.page.get_by_role(role, name=name, exact=True)).tap()  # type: ignore[arg-type]

    def fill(self, label: str, words: str) -> None:
        """Type into a field."""
        self._in_sight(self.page.get_by_label(label, exact=True)).fill(words)

    def _in_sight(self, found: Locator) -> Locator:
        expect(found).to_be_visible()
        assert found.evaluate(IN_SIGHT), f"out of sight: {found}"
        assert self.page.evaluate("scrollY") == 0
        self.interactions += 1
        return found


def sign_in(page: Page, site: Site) -> None:
    """An IRO, at the page on which they land."""
    page.goto(site.url + "/sign-in")
    page.get_by_label("E-mail").fill(site.world.iro().email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "Still to hear this month"
    )
