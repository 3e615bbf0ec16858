"""The signal is cut before, during and after Send: one response, and the screen says what is true all the while."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import func, select

from bench.support.browser import PHONE, WALKS, Site
from feedback_app.models.response import Response
from tests.support import cut_line as lines
from tests.support.cut_line import Line, Manner

pytestmark = pytest.mark.browser

SECRET = "Half of what I say goes missing"
SENDING = "We send your answers now. Keep this page open."
NOT_YET = "We are still trying to send this. Keep this page open."
NO_SIGNAL = "There is no signal here. Your answers are still on this page. Keep it open, we keep trying."
SURVEYS = [
    pytest.param("safeguarding", id="safeguarding"),
    pytest.param("rate-my-review", id="rate-my-review", marks=pytest.mark.full),
    pytest.param("u-matter", id="u-matter", marks=pytest.mark.full),
]


@pytest.fixture
def line(site: Site) -> Iterator[Line]:
    """The line over which the phone reaches the site."""
    with lines.before(site.url) as made:
        yield made


@pytest.fixture
def child(browser: Browser) -> Iterator[Page]:
    """A phone that reaches the site over that line alone."""
    context = browser.new_context(**PHONE)
    context.add_init_script(WALKS)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def through(site: Site, line: Line, survey: str) -> str:
    """The address of a new link, over the line."""
    return site.invite(survey=survey).replace(site.url, line.url)


def stored(site: Site) -> int:
    with site.world.session() as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


def written_to_the_check(page: Page) -> None:
    """Write the secret into every box on the way, and go to the check."""
    while page.evaluate("document.querySelector('.screen.now').id") != "s-check":
        for box in page.locator(".screen.now textarea:visible").all():
            box.fill(SECRET)
        page.click(".screen.now .next")


def kept(page: Page) -> bool:
    """Whether all that was written is still in the page."""
    boxes: list[str] = page.eval_on_selector_all(
        "#visit textarea", "all => all.map((one) => one.value)"
    )
    return SECRET in boxes


def thanked(page: Page, site: Site) -> None:
    """The thank-you alone is on the screen, and there is one response."""
    page.wait_for_selector("main[data-page=thanks]")
    words = page.inner_text("main")
    assert "Thank you" in words
    assert "Not sent" not in words
    assert "no signal" not in words
    assert stored(site) == 1


@pytest.mark.full
@pytest.mark.parametrize("survey", SURVEYS)
def test_p51_the_signal_is_gone_before_send(
    site: Site, line: Line, child: Page, survey: str
) -> None:
    child.goto(through(site, line, survey))
    child.wait_for_load_state("networkidle")
    child.context.set_offline(True)
    written_to_the_check(child)
    child.click(".screen.now .next")
    expect(child.locator(".line")).to_have_text(NO_SIGNAL)
    child.click("#try")
    expect(child.locator(".line")).to_have_text(NO_SIGNAL)
    assert "Thank you" not in child.inner_text("main")
    assert kept(child)
    assert stored(site) == 0
    child.context.set_offline(False)
    thanked(child, site)


@pytest.mark.full
@pytest.mark.parametrize("survey", SURVEYS)
def test_p51_the_line_breaks_in_the_middle_of_a_send(
    site: Site, line: Line, child: Page, survey: str
) -> None:
    child.goto(through(site, line, survey))
    written_to_the_check(child)
    line.manner = "half a send"
    child.click(".screen.now .next")
    expect(child.locator(".line")).to_have_text(NOT_YET)
    assert "Thank you" not in child.inner_text("main")
    assert kept(child)
    assert line.broke >= 1
    assert stored(site) == 0
    line.mend()
    thanked(child, site)


@pytest.mark.parametrize("survey", SURVEYS)
def test_p49_p51_the_reply_is_lost_after_the_answers_were_stored(
    site: Site, line: Line, child: Page, survey: str
) -> None:
    child.goto(through(site, line, survey))
    written_to_the_check(child)
    line.manner = "reply held"
    child.click(".screen.now .next")
    assert line.held.wait(20)
    assert stored(site) == 1, "the reply comes only when they are stored"
    assert child.locator("#s-sending").inner_text().endswith(SENDING), (
        "and until it is here the page says no more"
    )
    line.manner = "no reply"
    line.released.set()
    expect(child.locator(".line")).to_have_text(NOT_YET)
    assert "Thank you" not in child.inner_text("main")
    assert kept(child)
    line.mend()
    thanked(child, site)
    assert line.broke >= 1


@pytest.mark.parametrize("survey", SURVEYS)
def test_p51_the_signal_is_gone_after_send(
    site: Site, line: Line, child: Page, survey: str
) -> None:
    child.goto(through(site, line, survey))
    written_to_the_check(child)
    child.click(".screen.now .next")
    thanked(child, site)
    child.context.set_offline(True)
    child.go_back()
    assert child.locator("main[data-page=thanks]").is_visible()
    child.context.set_offline(False)
    thanked(child, site)


@pytest.mark.parametrize("manner", ["half a send", "no reply"])
def test_p51_without_script_the_same_send_again_is_thanked_for_once(
    site: Site, line: Line, browser: Browser, manner: Manner
) -> None:
    context = browser.new_context(java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(through(site, line, "rate-my-review"))
    page.fill("#q-better", SECRET)
    line.manner = manner
    with (
        pytest.raises(Error, match=r"ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET"),
        page.expect_navigation(),
    ):  # the browser itself says so
        page.click("#s-send button")
    assert page.locator("text=Thank you").count() == 0
    assert stored(site) == int(manner == "no reply")
    line.mend()
    page.wait_for_url("chrome-error://**")
    page.reload()
    expect(page.locator("main[data-page=thanks] h1")).to_have_text("Thank you")
    assert stored(site) == 1
    context.close()
