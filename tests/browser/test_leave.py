"""Leave leaves: at any moment, with and without signal, and no Back leads to the service again (promise 11)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from tests.support.screens import SECRET, at_check, choose, go_on

pytestmark = pytest.mark.browser

BEFORE = "data:text/html,<title>Before</title>What was looked at before"
WEATHER = "<title>Weather</title><h1>Weather</h1>"


def on_first_screen(page: Page, address: str) -> None:
    """Nothing is tapped yet."""
    page.goto(address)


def in_the_middle(page: Page, address: str) -> None:
    """A text is typed, and the phone's Back has an entry."""
    page.goto(address)
    go_on(page, until="s-q-better")
    page.fill("#q-better", SECRET)


def after_a_reload(page: Page, address: str) -> None:
    """In the middle, and the page was loaded again."""
    in_the_middle(page, address)
    page.reload()
    go_on(page, until="s-check")


def with_help_open(page: Page, address: str) -> None:
    """Help lies over the question."""
    in_the_middle(page, address)
    page.click(".help summary")


def with_aa_open_at_first(page: Page, address: str) -> None:
    """The looks lie over the first screen."""
    page.goto(address)
    page.click(".looks > summary")


def while_sending(page: Page, address: str) -> None:
    """The send is on its way, and no answer comes."""
    page.route("**/r", lambda route: None)
    at_check(page, address)
    page.click(".send.now .next")
    expect(page.locator("#s-sending")).to_be_visible()


def on_the_thank_you(page: Page, address: str) -> None:
    """All is sent."""
    at_check(page, address)
    page.click(".send.now .next")
    page.wait_for_selector("main[data-page=thanks]")


def typed_by_words(page: Page, address: str) -> None:
    """From the start page, of which the tab's history has an entry, to a page of one text."""
    site = address.split("/r/", maxsplit=1)[0]
    page.goto(site + "/")
    page.goto(site + "/help")
    page.click(".help summary")


MOMENTS = (
    with_help_open,
    *(
        pytest.param(one, marks=pytest.mark.full)
        for one in (
            on_first_screen,
            in_the_middle,
            after_a_reload,
            with_aa_open_at_first,
            while_sending,
            on_the_thank_you,
            typed_by_words,
        )
    ),
)
Moment = Callable[[Page, str], None]


def weather_for_leave(page: Page) -> None:
    """Stand in for the page to which Leave leads, on another site."""
    page.context.route(
        re.compile(r"/leave(\?.*)?$"),
        lambda route: route.fulfill(body=WEATHER, content_type="text/html"),
    )


@pytest.mark.parametrize("moment", MOMENTS)
def test_p11_after_leave_no_back_and_no_forward_shows_the_service(
    site: Site, phone: Page, moment: Moment
) -> None:
    phone.goto(BEFORE)
    weather_for_leave(phone)
    moment(phone, site.invite())
    phone.click(".leave")
    phone.wait_for_selector("text=Weather")
    assert SECRET not in phone.evaluate("JSON.stringify(sessionStorage)")
    seen = []
    for way in (phone.go_back, phone.go_back, phone.go_back, phone.go_forward):
        way()
        phone.wait_for_timeout(150)
        phone.wait_for_load_state()
        if phone.url != "about:blank":
            seen.append(phone.title())
    assert set(seen) <= {"Before", "Weather"}, seen


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    "line", ["none", pytest.param("no answer", marks=pytest.mark.full)]
)
def test_p11_leave_without_signal_shows_an_empty_page_and_no_address_of_ours(
    site: Site, phone: Page, moment: Moment, line: str
) -> None:
    moment(phone, site.invite())
    phone.unroute_all()
    if line == "none":
        phone.context.set_offline(True)
    else:
        phone.context.route(re.compile(r"/leave"), lambda route: None)
    phone.click(".leave")
    phone.wait_for_url("about:blank", timeout=4_000)
    assert phone.evaluate("document.title + document.body.innerText") == ""


@pytest.mark.full
def test_p11_whoever_comes_again_after_leave_sees_the_questions(
    site: Site, phone: Page
) -> None:
    address = site.invite()
    weather_for_leave(phone)
    in_the_middle(phone, address)
    phone.click(".leave")
    phone.wait_for_selector("text=Weather")
    phone.goto(address)
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "yes")
    phone.go_back()
    expect(phone.locator(".screen.now")).to_have_count(1)
    assert phone.evaluate("JSON.stringify(sessionStorage)").count("left") == 0
