"""Several children's links in one browser: each tab keeps its own child, or draws nobody's questions.

A child's answers, "I am not safe" among them, must never be taken for another child's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route
from sqlalchemy import select

from bench.support.browser import PHONE, WALKS, Site, standing
from feedback_app.invitations.tokens import mark_of
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import SealedText
from feedback_app.responses.texts import open_text
from tests.support.screens import at_check, beside_aa, choose, go_on, now

pytestmark = pytest.mark.browser

NOBODYS = "main[data-page=notice]"


@dataclass
class Child:
    """A child, their link, and words that are theirs alone."""

    invitation: Invitation
    address: str
    words: str

    @property
    def token(self) -> str:
        """The token of the link."""
        return self.address.rsplit("/", 1)[1]


@pytest.fixture
def site(database_url: str, tmp_path: Path, still_clock: None) -> Iterator[Site]:
    """A site on either database."""
    with standing(tmp_path, database=database_url) as made:
        yield made


@pytest.fixture
def children(site: Site) -> list[Child]:
    """Three children, asked by the same officer."""
    made = []
    for number in (1, 2, 3):
        invitation = site.world.invitation(reference=f"CASE-{number}")
        address = f"{site.url}/r/{site.world.token(invitation)}"
        made.append(Child(invitation, address, f"the words of child {number}"))
    return made


@pytest.fixture(params=["script", pytest.param("plain", marks=pytest.mark.full)])
def shared(
    request: pytest.FixtureRequest, browser: Browser
) -> Iterator[BrowserContext]:
    """One phone that all of them use; with script, and without."""
    context = browser.new_context(
        **PHONE, java_script_enabled=request.param == "script"
    )
    context.add_init_script(WALKS)
    context.set_default_timeout(15_000)
    context.route("**/*", keep_here)
    yield context
    context.close()


def keep_here(route: Route) -> None:
    """No page of another site is fetched: Leave leads to a stand-in."""
    if "127.0.0.1" in route.request.url:
        route.fallback()
    else:
        route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")


def has_script(page: Page) -> bool:
    """Whether the page's own script runs."""
    return page.locator("html.script").count() == 1


def open_child(context: BrowserContext, site: Site, child: Child, by: str) -> Page:
    """A tab with that child's survey."""
    page = context.new_page()
    if by == "code":
        page.goto(child.address)
    else:
        page.goto(site.url)
        page.fill("#words", site.world.words(child.invitation))
        page.click("form .next")
    page.wait_for_selector("#visit")
    return page


def answer(page: Page, words: str, *, unsafe: bool = False) -> None:
    """Write the words, and send."""
    if has_script(page):
        go_on(page, until="s-q-better")
        page.fill("#q-better", words)
        go_on(page, until="s-talk_to")
        if unsafe:
            choose(page, "not_safe", "not_safe")
        go_on(page, until="s-check")
        page.click(".screen.now .next")
    else:
        page.fill("#q-better", words)
        if unsafe:
            page.check("[name=not_safe]")
        page.click("#visit .send button")
    page.wait_for_selector("main[data-page=thanks]")


def said(site: Site) -> dict[str, str]:
    """What each invitation's response says."""
    with site.world.session() as session:
        rows = session.execute(
            select(Response.invitation_id, SealedText).join(
                SealedText, SealedText.row_id == Response.id
            )
        ).all()
        return {of: open_text(site.world.parts.keys.text, text) for of, text in rows}


def shows(page: Page) -> str:
    """The token of the link whose questions the tab shows; "" for nobody's."""
    field = page.locator("#visit [name=link]")
    return field.input_value() if field.count() else ""


@pytest.mark.parametrize("by", ["code", pytest.param("words", marks=pytest.mark.full)])
def test_each_tab_keeps_its_own_child_over_reloads_and_sends(
    site: Site, shared: BrowserContext, children: list[Child], by: str
) -> None:
    tabs = [open_child(shared, site, child, by) for child in children]
    for tab, child in zip(tabs, children, strict=True):
        tab.reload()
        assert shows(tab) == child.token
    first, second, third = tabs
    answer(first, children[0].words, unsafe=True)
    second.reload()
    assert shows(second) == children[1].token
    answer(second, children[1].words)
    answer(third, children[2].words)
    assert said(site) == {child.invitation.id: child.words for child in children}
    with site.world.session() as session:
        concerned = session.scalars(select(Concern.invitation_id)).all()
    assert concerned == [children[0].invitation.id]


@pytest.mark.full
def test_leave_in_one_tab_ends_nothing_in_another(
    site: Site, shared: BrowserContext, children: list[Child]
) -> None:
    one, other, _third = children
    left, stays = (open_child(shared, site, child, "code") for child in (one, other))
    left.click(".leave")
    left.wait_for_load_state()
    assert "127.0.0.1" not in left.url
    stays.reload()
    assert shows(stays) == other.token
    answer(stays, other.words)
    assert said(site) == {other.invitation.id: other.words}


def test_a_tab_that_was_put_away_comes_back_with_its_own_child(
    site: Site, shared: BrowserContext, children: list[Child]
) -> None:
    one, other, _third = children
    first = open_child(shared, site, one, "code")
    address = first.url
    first.close()
    open_child(shared, site, other, "code")
    again = shared.new_page()
    again.goto(address)
    assert shows(again) == one.token


def test_language_and_look_are_chosen_for_one_tab_alone(
    site: Site, shared: BrowserContext, children: list[Child]
) -> None:
    one, other, _third = children
    first, second = (open_child(shared, site, child, "code") for child in (one, other))
    if has_script(first):
        beside_aa(first, "Polski")
        first.wait_for_selector("html[lang=pl]")
    else:
        first.locator("#visit .ways summary").click()
        first.locator("#visit .ways a", has_text="Polski").click()
    first.reload()
    assert first.locator("html").get_attribute("lang") == "pl"
    assert shows(first) == one.token
    second.reload()
    assert second.locator("html").get_attribute("lang") == "en"
    assert shows(second) == other.token


def test_one_tab_that_two_children_use_in_turn_mixes_nothing(
    site: Site, shared: BrowserContext, children: list[Child]
) -> None:
    one, other, _third = children
    page = open_child(shared, site, one, "code")
    if not has_script(page):
        page.goto(other.address)
        answer(page, other.words)
        assert said(site) == {other.invitation.id: other.words}
        return
    go_on(page, until="s-q-better")
    page.fill("#q-better", one.words)
    page.goto(other.address)
    assert one.words not in page.content()
    answer(page, other.words)
    page.goto(one.address)
    assert now(page) == "s-q-better"
    assert page.input_value("#q-better") == one.words
    answer(page, one.words)
    assert said(site) == {child.invitation.id: child.words for child in (one, other)}


@pytest.mark.full
@pytest.mark.parametrize("lost", ["blocked", "run out"])
def test_without_cookies_a_link_and_its_words_work_and_a_reload_draws_nobody(
    site: Site, shared: BrowserContext, children: list[Child], lost: str
) -> None:
    if lost == "blocked":
        shared.route("**/r/*", without_cookies)
    one, other, _third = children
    first, second = (
        open_child(shared, site, child, by)
        for child, by in ((one, "code"), (other, "words"))
    )
    shared.clear_cookies()
    script = has_script(first)
    first.reload()
    if script:
        assert shows(first) == ""
        assert first.locator(NOBODYS).count() == 1
        first.fill("#words", site.world.words(one.invitation))
        first.click("form .next")
        first.wait_for_selector("#visit")
    assert shows(first) == one.token
    answer(first, one.words)
    answer(second, other.words)
    assert said(site) == {child.invitation.id: child.words for child in (one, other)}


def without_cookies(route: Route) -> None:
    """A browser that takes no cookie."""
    got = route.fetch(max_redirects=0)
    headers = {
        name: value for name, value in got.headers.items() if name != "set-cookie"
    }
    route.fulfill(response=got, headers=headers)


def test_the_mark_in_the_address_opens_nothing_in_another_browser(
    site: Site, browser: Browser, children: list[Child]
) -> None:
    mine, elses = browser.new_context(**PHONE), browser.new_context(**PHONE)
    mine.add_init_script(WALKS)
    page = open_child(mine, site, children[0], "code")
    assert page.url.endswith(f"/r?k={mark_of(children[0].token)}")
    other = elses.new_page()
    other.goto(page.url)
    assert shows(other) == ""
    at_check(page, children[0].address)
    mine.close()
    elses.close()
