"""Whatever fails in the child's script, and whenever: the plain page comes back with what was typed, and is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bench.support.browser import PHONE, WALKS, Site, standing
from bench.support.world import PASSWORD
from feedback_app import clock
from feedback_app.config import ROOT
from feedback_app.web.assets import join_parts
from tests.conftest import NOON
from tests.support.screens import (
    SECRET,
    VOICE,
    beside_aa,
    choose,
    go_on,
    now,
    say_not_for_me,
)

pytestmark = pytest.mark.browser

SCRIPT = join_parts(ROOT / "static", "child.js").decode()
ARROW = re.compile(r"^const (\w+)(?= = \(.*=>)", re.MULTILINE)
FUNCTION = re.compile(r"^(?:async )?function (\w+)", re.MULTILINE)
OWN = {"showPlain", "restore"}
"""What gives the plain page back cannot be what fails."""
NAMES = sorted({*ARROW.findall(SCRIPT), *FUNCTION.findall(SCRIPT)} - OWN)
OFTEN = ("moveBy", "settle")
"""Those of an ordinary run; `make test-all` takes every one."""
ELSEWHERE = {
    *("giveBack", "refuse", "leave", "readPlainly", "stayHere"),
    *("dismissSheet", "listenToSheets", "stayAway", "waits"),
}
"""Asked only where a send is refused, on Leave, for an officer, by a voice, at the start, or when an answer is tapped:
tests of their own."""
BROKEN = "() => { throw new Error('broken on purpose'); }"


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One live site for all tests here."""
    with (
        clock.set_clock(NOON, everywhere=True),
        standing(tmp_path_factory.mktemp("again")) as site,
    ):
        yield site


def some(names: tuple[str, ...] | list[str], often: tuple[str, ...]) -> list[object]:
    """Each of these as a parameter; all but the named ones only in the long run."""
    return [
        pytest.param(one, marks=() if one in often else pytest.mark.full)
        for one in names
    ]


@contextmanager
def opened(browser: Browser, *, at_start: str = "") -> Iterator[Page]:
    """A child's phone whose script can be broken: before it begins, or, by `fail_from_now`, later."""
    loose = ARROW.sub(r"let \1", SCRIPT)
    loose = loose.replace("  const aimed", "  window.visiting = visit;\n  const aimed")
    if at_start:
        assert loose.endswith("\nbegin();\n")
        loose = loose.removesuffix("begin();\n") + f"{at_start} = {BROKEN};\nbegin();\n"
    context = browser.new_context(**PHONE, bypass_csp=True)
    context.add_init_script(WALKS)
    context.set_default_timeout(5_000)
    page = context.new_page()
    page.route(
        "**/child.js*",
        lambda route: route.fulfill(body=loose, content_type="text/javascript"),
    )
    page.add_init_script(VOICE)
    yield page
    context.close()


def fail_from_now(page: Page, name: str) -> None:
    """From here on that function of the script throws, or that part of the visit when it is read."""
    part = name.removeprefix("visit.")
    page.evaluate(
        f"void ({name} = {BROKEN})"
        if part == name
        else f"void Object.defineProperty(visiting, '{part}', {{get: {BROKEN}, set() {{}}}})"
    )


def answer_some(page: Page, address: str) -> None:
    """Choose one answer, write one text, and stay on its screen."""
    page.goto(address)
    go_on(page, until="s-q-know_iro")
    choose(page, "q-know_iro", "yes")
    go_on(page, until="s-q-better")
    page.fill("#q-better", SECRET)


def is_plain(page: Page) -> bool:
    """Whether the plain page was given back."""
    found: bool = page.evaluate("fallback.isPlain")
    return found


def go_to_check(page: Page) -> None:
    """Press Next until the check is shown, or the script fails."""
    while not is_plain(page) and now(page) != "s-check":
        page.click(".screen.now .next")


def do_everything(page: Page) -> None:
    """What a child does on a page until the script fails, at last a send whose first try finds no line."""
    tried: list[str] = []

    def cut_the_line(route: Route) -> None:
        if route.request.resource_type == "fetch" and not tried:
            tried.append("by the script")
            route.abort()
        else:
            route.continue_()

    page.route("**/r", cut_the_line)
    steps: list[Callable[[], object]] = [
        lambda: page.fill("#q-better", SECRET),
        lambda: page.click("#listen"),
        lambda: page.wait_for_function("fallback.isPlain || speechSynthesis.last"),
        lambda: page.evaluate("speechSynthesis.last.onboundary?.({charIndex: 0})"),
        lambda: page.click(".screen.now .next"),
        page.go_back,
        lambda: beside_aa(page, "Polski"),
        lambda: page.wait_for_function("fallback.isPlain || root.lang === 'pl'"),
        lambda: page.click(".screen.now .next"),
        lambda: go_to_check(page),
        page.locator(".answers button").first.click,
        lambda: go_to_check(page),
        lambda: page.click("#s-send button"),
        lambda: page.wait_for_function("fallback.isPlain || !one('#try').hidden"),
        lambda: page.click("#try"),
        lambda: page.wait_for_function("fallback.isPlain || !one('#visit')"),
    ]
    for step in steps:
        step()
        if is_plain(page):
            return


def assert_plain_and_sent(page: Page) -> None:
    """All questions are there with what was answered, and the plain form sends it."""
    sent: list[str] = []
    page.on(
        "request",
        lambda request: (
            sent.append(request.post_data or "") if request.method == "POST" else None
        ),
    )
    expect(page.locator("html")).not_to_have_class(re.compile("script"))
    expect(page.locator("#s-open")).to_be_visible()
    expect(page.locator("#s-q-know_iro")).to_be_visible()
    expect(page.locator("#listen")).to_be_hidden()
    assert page.input_value("#q-better") == SECRET
    assert page.evaluate("JSON.stringify(sessionStorage)") == "{}"
    page.click("#s-send button")
    expect(page.locator("main[data-page=thanks]")).to_be_visible()
    fields = parse_qs(sent[0])
    assert fields["q-better"] == [SECRET]
    assert fields["q-know_iro"] == ["yes"]
    assert fields["plain"] == ["1"]


@pytest.mark.parametrize("name", some(NAMES, OFTEN))
def test_each_function_may_fail_once_the_child_has_answered(
    browser: Browser, one_site: Site, name: str
) -> None:
    with opened(browser) as page:
        answer_some(page, one_site.invite())
        fail_from_now(page, name)
        do_everything(page)
        assert is_plain(page) or name in ELSEWHERE
        if page.locator("#visit").count():
            assert_plain_and_sent(page)
        else:
            expect(page.locator("main[data-page=thanks]")).to_be_visible()
            assert page.evaluate("JSON.stringify(sessionStorage)") == "{}"


@pytest.mark.full
def test_each_part_of_the_visit_may_fail(browser: Browser, one_site: Site) -> None:
    with opened(browser) as page:
        answer_some(page, one_site.invite())
        parts = page.evaluate("Object.keys(visiting)")
    assert len(parts) > 15
    for part in parts:
        with opened(browser) as page:
            answer_some(page, one_site.invite())
            fail_from_now(page, f"visit.{part}")
            do_everything(page)
            if page.locator("#visit").count():
                assert is_plain(page), part
                assert_plain_and_sent(page)
            else:
                expect(page.locator("main[data-page=thanks]")).to_be_visible()


@pytest.mark.parametrize("name", some(NAMES, ("focusOn",)))
def test_each_function_may_fail_at_the_start(
    browser: Browser, one_site: Site, name: str
) -> None:
    with opened(browser, at_start=name) as page:
        page.goto(one_site.invite())
        assert page.evaluate("scrollY") == 0
        if not is_plain(page):  # asked for later, or never
            assert page.locator(".screen:visible").count() == 1
            return
        page.check('[name="q-know_iro"][value="yes"]')
        page.fill("#q-better", SECRET)
        assert_plain_and_sent(page)


@pytest.mark.full
def test_leave_leads_away_also_where_the_script_fails_at_it(
    browser: Browser, one_site: Site
) -> None:
    for name in ("leave", "wipe"):
        with opened(browser) as page:
            page.route("**/leave*", lambda route: route.fulfill(body="weather"))
            answer_some(page, one_site.invite())
            fail_from_now(page, name)
            page.click(".leave")
            expect(page.get_by_text("weather")).to_be_visible()
            assert page.evaluate("JSON.stringify(sessionStorage)") == "{}"


@pytest.mark.full
def test_what_an_officer_wrote_down_is_there_too(
    browser: Browser, one_site: Site
) -> None:
    with opened(browser) as page:
        page.goto(f"{one_site.url}/sign-in")
        page.get_by_label("E-mail").fill(one_site.world.iro().email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        invitation = one_site.world.invitation(one_site.world.iro())
        page.goto(f"{one_site.url}/iro/verbal/{invitation.id}")
        page.get_by_label("A carer").check()
        go_on(page, until="s-q-better")
        page.fill("#q-better", SECRET)
        fail_from_now(page, "pathOf")
        page.click(".screen.now .next")
        assert is_plain(page)
        assert page.input_value("#q-better") == SECRET
        page.click("#s-send button")
        expect(page.get_by_role("heading", name="Written down")).to_be_visible()
        assert one_site.world.response_id(invitation)


@pytest.mark.parametrize("touched", [False, True])
def test_what_was_set_aside_is_on_the_plain_page_and_is_sent_only_when_touched(
    browser: Browser, one_site: Site, touched: bool
) -> None:
    with opened(browser) as page:
        answer_some(page, one_site.invite())
        page.click(".screen.now .skip")
        fail_from_now(page, "moveBy")
        page.click(".screen.now .next")
        assert is_plain(page)
        assert page.input_value("#q-better") == SECRET
        if touched:
            page.focus("#q-better")
            page.keyboard.press("End")
            page.keyboard.type("!")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        page.click("#s-send button")
        expect(page.locator("main[data-page=thanks]")).to_be_visible()
        fields = parse_qs(sent[0])
        assert fields.get("q-better", [""]) == ([SECRET + "!"] if touched else [""])
        assert "better" in fields["declined"]


TAKEN_AWAY = """
for (const [owner, names] of [
  [Element.prototype, ['replaceChildren', 'checkVisibility', 'setHTML', 'ariaNotify']],
  [SubmitEvent.prototype, ['submitter']], [AbortSignal, ['timeout', 'any']], [Array.prototype, ['at', 'findLast']],
  [String.prototype, ['at', 'replaceAll']], [Object, ['hasOwn', 'groupBy']], [Promise, ['any', 'withResolvers']],
  [window, ['structuredClone', 'Highlight', 'scheduler', 'navigation']], [CSS, ['highlights']],
]) for (const name of names) delete owner[name];
for (const name of ['matches', 'closest', 'querySelector', 'querySelectorAll']) {
  for (const owner of [Element.prototype, Document.prototype].filter((each) => each[name])) {
    const usual = owner[name];
    owner[name] = function (selector) {
      if (/:(has|is|where|focus-visible)\\b/.test(selector)) throw new SyntaxError(`unknown: ${selector}`);
      return usual.call(this, selector);
    };
  }
}
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (name, act, more) { // `signal` came in 2021
  return listen.call(this, name, act, more && { ...more, signal: undefined });
};
"""


@pytest.mark.full
def test_the_script_works_with_what_browsers_of_2020_have(
    browser: Browser, one_site: Site
) -> None:
    with opened(browser) as page:
        page.add_init_script(TAKEN_AWAY)
        answer_some(page, one_site.invite())
        page.click("#listen")
        expect(page.locator("#listen")).to_have_attribute("aria-pressed", "true")
        do_everything(page)
        assert not is_plain(page)
        expect(page.locator("main[data-page=thanks]")).to_be_visible()
    with opened(browser) as page:
        page.add_init_script(TAKEN_AWAY)
        page.goto(one_site.invite())
        say_not_for_me(page)
        expect(page.locator("main[data-page=not_for_me]")).to_be_visible()
