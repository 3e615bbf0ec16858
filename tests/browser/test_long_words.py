"""Words of 60 letters without a break: no staff page scrolls sideways, and no card shrinks a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.config import ROOT
from feedback_app.models.person import ROLES
from feedback_app.web.access import find_policy
from feedback_app.web.assets import read_file
from tests.support.addresses import address, one_of_each
from tests.support.walk import add_more_to_see

pytestmark = pytest.mark.browser

ASKED = {"survey": "safeguarding", "band": "8-11", "how_chosen": "every_child"}


@pytest.fixture
def page_360(browser: Browser) -> Iterator[Page]:
    """A page that is 360 wide, of no site: it is given the HTML."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


STYLE = f"<style>{read_file(ROOT / 'static', 'staff.css').decode()}</style>"
FILL = """() => {
  for (const one of document.querySelectorAll('main *, .bar b, .end a, [role=status]')) {
    if (one.children.length || !one.textContent.trim()) continue;
    if (one.matches('.n, .n *, .hidden, .chart *, button, [href^="tel:"]')) continue;
    one.textContent = 'W'.repeat(60);
  }
}"""
"""Every reference, name, reason or other word that stands by itself becomes one of 60 letters.

Not the words in a drawing: they are texts of surveys, and it breaks them itself.
"""
TOO_WIDE = """() => [document.documentElement.scrollWidth, ...[...document.querySelectorAll('body *')].filter((one) =>
  one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, .bar nav, .hidden, .skip-link'))
  .map((one) => one.outerHTML.slice(0, 90))]"""


def pages_of(world: World, roles: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every staff page, and a role that may read it."""
    ids = one_of_each(world)
    found = {}
    for rule in world.app.url_map.iter_rules():
        policy = find_policy(world.app, rule.endpoint)
        if policy is None or policy.is_public or policy.download or policy.background:
            continue
        for role in roles:
            if role in policy.roles and "GET" in (rule.methods or ()):
                found[address(rule.rule, ids)] = role
    return sorted(found.items())


def shown(page: Page, client: CheckedClient, where: str) -> bool:
    """Show the page with long words; False where the address answers with something else."""
    answer = client.http.get(where, follow_redirects=True)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return False
    if "staff.css" not in answer.text:
        return False
    page.set_content(
        re.sub(r"<link[^>]*>|<script.*?</script>", "", answer.text) + STYLE
    )
    page.evaluate(FILL)
    return True


@pytest.mark.parametrize(
    "roles", [("iro",), pytest.param(ROLES, marks=pytest.mark.full)], ids=["iro", "all"]
)
def test_no_staff_page_scrolls_sideways_with_words_of_60_letters(
    lite: World, page_360: Page, roles: tuple[str, ...]
) -> None:
    add_more_to_see(lite)
    clients = {
        role: lite.sign_in(lite.iro() if role == "iro" else lite.person(role, role))
        for role in roles
    }
    looked_at, wide = 0, {}
    for where, role in pages_of(lite, roles):
        if shown(page_360, clients[role], where):
            looked_at += 1
            width, *parts = page_360.evaluate(TOO_WIDE)
            if width > 360 or parts:
                wide[where] = (width, parts[:3])
    assert looked_at > 3 * len(roles)
    assert wide == {}, "\n".join(map(str, wide.items()))
