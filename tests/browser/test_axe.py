"""Nothing that axe-core finds stands in any page a child can meet: each survey, band, look, language, refusal and
failure, by light and by dark, with the script and without.

Colours hang on the look and the kind of screen, not on the words, so the rules on colours go over every survey and band
as its link opens, over each other language and look once, and over a screen of one shape once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from bench.support import kinds, quick
from bench.support.browser import PHONE, WALKS, Site, standing
from bench.support.kinds import Kind
from bench.support.world import World
from feedback_app import clock
from tests.conftest import NOON
from tests.support import axe, kind_params, pages
from tests.support.screens import go_on, now

pytestmark = pytest.mark.browser

SHAPE = """() => {
  const screen = document.querySelector('.screen.now'), has = (what) => screen.querySelector(what) ? what : '';
  return [screen.className, ...['.face', '.picture', '.amount', '.note', 'textarea', '.aside', '.skip', '.who',
    '[type=radio]', '[type=checkbox]', '.answers li'].map(has)].join(' ');
}"""
"""What a screen is made of: screens of one shape differ in their words alone."""
ALL_SHOWN = (
    "document.querySelectorAll('.screen').forEach((one) => one.classList.add('now'))"
)


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One live site for all tests here."""
    with (
        clock.set_clock(NOON, everywhere=True),
        standing(tmp_path_factory.mktemp("axe")) as site,
    ):
        yield site


@pytest.fixture(scope="module")
def looked_at_already() -> set[str]:
    """Screens of one look, language and shape are looked at once, wherever they stand."""
    return set()


FEET_AT_THE_END = """() => {
  for (const foot of document.querySelectorAll(".foot")) foot.style.position = "static";
}"""
"""What is scrolled half under the foot is no small target: the foot stands below it while the targets are measured."""


@contextlib.contextmanager
def a_phone(browser: Browser, *, script: bool) -> Iterator[Page]:
    """A phone; without the script, as a browser shows the page that runs none (axe itself needs one that runs)."""
    context = browser.new_context(**PHONE)
    context.add_init_script(WALKS)
    context.set_default_timeout(15_000)
    page = context.new_page()
    if not script:
        page.route("**/child.js*", lambda route: route.abort())
    yield page
    context.close()


def by_both_lights(page: Page, where: str) -> list[str]:
    """All rules by light, and those on colours by dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [
            f"{where}, {scheme}: {fault}"
            for fault in axe.faults(page, only_colours=scheme == "dark")
        ]
    return found


def opened(page: Page, site: Site, kind: Kind) -> None:
    answer = page.goto(site.url + kind.address(site.world))
    assert answer is not None
    assert answer.status == 200, kind
    assert page.get_attribute("html", "lang") == kind.language
    assert kind.look in (page.get_attribute("body", "class") or "").split()


@pytest.mark.parametrize("kind", kind_params.params())
def test_every_survey_without_the_script_has_no_fault(
    one_site: Site, browser: Browser, kind: Kind
) -> None:
    with a_phone(browser, script=False) as page:
        opened(page, one_site, kind)
        assert page.locator(".screen:visible").count() > 5, (
            "nothing is one at a time without the script"
        )
        if kind.own or kind in kinds.few():
            assert by_both_lights(page, str(kind)) == []
        else:
            assert axe.faults(page, colours=False) == []


@pytest.mark.parametrize("kind", kind_params.params(list))
def test_every_screen_that_the_script_shows_has_no_fault(
    one_site: Site, browser: Browser, kind: Kind, looked_at_already: set[str]
) -> None:
    found: list[str] = []
    with a_phone(browser, script=True) as page:
        opened(page, one_site, kind)
        page.evaluate(FEET_AT_THE_END)
        screens = 0
        while (kind.own or kind in kinds.few()) and now(page) != "s-check":
            answer_in_full(page)
            page.click(".screen.now .next")
            shape = f"{kind.look} {kind.language} {page.evaluate(SHAPE)}"
            if shape not in looked_at_already:
                found += by_both_lights(page, f"{kind}, {now(page)}")
            looked_at_already.add(shape)
            screens += 1
            assert screens < 60
        page.evaluate(ALL_SHOWN)
        found += [f"{kind}, all: {fault}" for fault in axe.faults(page, colours=False)]
    assert found == []


def answer_in_full(page: Page) -> None:
    """Tap the last answer, which opens the most, and write a word into every box."""
    options = page.locator(".screen.now .option input")
    if options.count():
        options.last.check()
    for box in page.locator(".screen.now textarea:visible").all():
        box.fill("Some words")


BEHIND_A_SHEET = ".chips"
"""Choices of the opening that an open sheet may half cover, by the letters of the machine: a tap there closes it.

What size they have uncovered is looked at where the opening itself is.
"""


@pytest.mark.full
@pytest.mark.parametrize("kind", kinds.few(), ids=str)
def test_what_the_script_shows_beside_the_questions_has_no_fault(
    one_site: Site, browser: Browser, kind: Kind
) -> None:
    found: list[str] = []
    with a_phone(browser, script=True) as page:
        opened(page, one_site, kind)
        for sheet in (".help", ".looks"):
            page.click(f"{sheet} summary")
            found += [
                fault
                for fault in by_both_lights(page, f"{kind}, {sheet} open")
                if not (BEHIND_A_SHEET in fault and "target-size" in fault)
            ]
            page.click(f"{sheet} summary")
        while not page.locator(".screen.now textarea:visible").count():
            page.click(".screen.now .next")
        box = page.locator(".screen.now textarea:visible")
        box.fill("x" * 4001)
        found += by_both_lights(page, f"{kind}, too long")
        box.fill("x")
        go_on(page, until="s-check")
        page.context.set_offline(True)
        page.click(".screen.now .next")
        page.wait_for_selector("#try:visible")
        found += by_both_lights(page, f"{kind}, no signal")
        page.context.set_offline(False)
        page.wait_for_selector("main[data-page=thanks]")
        found += by_both_lights(page, f"{kind}, thank you")
    assert found == []


def looked_at(
    page: Page, site: Site, drawn: pages.Drawn, *, colours: bool = True
) -> list[str]:
    """The page as it was answered, with its status, at its own address of the live site."""
    address = site.url + drawn.path

    def answer(route: Route) -> None:
        route.fulfill(
            status=drawn.status,
            body=drawn.text,
            content_type="text/html; charset=utf-8",
        )

    page.route(address, answer)
    reply = page.goto(address)
    assert reply is not None
    assert reply.status == drawn.status
    found = (
        by_both_lights(page, drawn.name)
        if colours
        else [f"{drawn.name}: {fault}" for fault in axe.faults(page, colours=False)]
    )
    page.unroute(address)
    return found


@pytest.mark.parametrize(
    ("language", "script", "whole"),
    [
        pytest.param("en", True, False, id="en, one page of each refusal"),
        *(
            pytest.param(one, True, True, id=one, marks=pytest.mark.full)
            for one in ("en", "ar")
        ),
        pytest.param("en", False, True, id="en, no script", marks=pytest.mark.full),
        pytest.param("ar", False, True, id="ar, no script", marks=pytest.mark.full),
    ],
)
def test_p60_every_page_beside_the_surveys_has_no_fault_refusals_and_failures_too(
    one_site: Site,
    browser: Browser,
    still_clock: None,
    tmp_path: Path,
    language: str,
    script: bool,
    whole: bool,
) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = World.make(url, tmp_path)
    found: list[str] = []
    seen: set[int] = set()
    with a_phone(browser, script=script) as page:
        for drawn in pages.open_to_all(world, language, tmp_path):
            if whole or drawn.status == 200 or drawn.status not in seen:
                found += looked_at(page, one_site, drawn)
            seen.add(drawn.status)
    world.close()
    assert found == []
    assert seen == {200, 400, 404, 413, 429, 500, 502, 503}


@pytest.mark.parametrize("kind", kind_params.params(list))
def test_every_thank_you_and_refusal_of_a_survey_has_no_fault(
    one_site: Site, browser: Browser, kind: Kind
) -> None:
    found: list[str] = []
    with a_phone(browser, script=False) as page:
        for drawn in pages.of_kind(one_site.world, kind):
            if (
                drawn.status == 200 and not drawn.name.endswith("survey")
            ) or kind in kinds.few():
                coloured = kind.own or kind in kinds.few()
                found += looked_at(page, one_site, drawn, colours=coloured)
    assert found == []


def test_axe_itself_finds_a_small_target_and_a_weak_colour(
    one_site: Site, browser: Browser
) -> None:
    with a_phone(browser, script=True) as page:
        page.goto(f"{one_site.url}/help")
        page.evaluate(
            "document.querySelector('main').innerHTML = '<p>Words <a href=/>one</a><br><a href=/>two</a>'"
        )
        page.evaluate(
            "document.querySelector('main').append(document.createElement('img'))"
        )
        pale = "main p { color: #ccc; font-size: 6px; line-height: 1 }"
        sheet = f"const s = new CSSStyleSheet(); s.replaceSync('{pale}');"
        page.evaluate(sheet + "document.adoptedStyleSheets = [s]")
        rules = {fault.split(" at ")[0] for fault in axe.faults(page)}
    assert {
        "target-size",
        "color-contrast",
        "image-alt",
        "page-has-heading-one",
    } <= rules
