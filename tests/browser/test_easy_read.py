"""Easy read on a phone: a picture on every screen and beside every answer, from the first to the thank-you."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from feedback_app.models.response import Response

pytestmark = pytest.mark.browser
MOST_BYTES, MOST_REQUESTS = 40_000, 4
SMALLEST_TARGET = 48
SHOWN = """() => {
    const screen = document.querySelector('.screen.now'), drawn = (svg) => {
        const box = svg.getBoundingClientRect();
        const symbol = document.querySelector(svg.firstElementChild.getAttribute('href'));
        return Boolean(symbol && symbol.childElementCount && box.width > 40 && box.height > 40
            && svg.getAttribute('aria-hidden') === 'true');
    };
    const wide = document.documentElement.scrollWidth <= innerWidth;
    return {
        id: screen.id,
        picture: [...screen.querySelectorAll('.picture')].filter(drawn).length,
        options: screen.querySelectorAll('.option').length,
        drawn: [...screen.querySelectorAll('.option .face')].filter(drawn).length,
        smallest: Math.min(...[...screen.querySelectorAll('.option, .button')]
            .filter((one) => !one.closest('[data-if][hidden]')).map((one) => one.offsetHeight)),
        dots: screen.querySelectorAll('.amount').length,
        wide,
    };
}"""


class Site(Protocol):
    """A running application: invitations to it open in a browser."""

    world: Any

    def invite(
        self, band: str = ..., took_part: bool = ..., mode: str = ..., **more: Any
    ) -> str: ...


def test_a_child_answers_rate_my_review_in_easy_read_with_a_picture_on_every_screen(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite(look="easy", mode="remote"))
    seen: list[str] = []
    while (shown := phone.evaluate(SHOWN))["id"] != "s-check":
        seen.append(shown["id"])
        assert (shown["picture"], shown["drawn"], shown["dots"]) == (
            1,
            shown["options"],
            0,
        ), shown
        assert shown["smallest"] >= SMALLEST_TARGET
        assert shown["wide"]
        if shown["options"]:
            phone.locator(".screen.now .option input").first.check()
        phone.click(".screen.now .next")
    assert {"s-q-said", "s-q-listened", "s-q-remote", "s-q-better", "s-talk_to"} <= set(
        seen
    )
    assert shown["picture"] == 1
    expect(phone.locator(".answers")).to_contain_text(
        "How much did people listen to you?"
    )
    phone.click(".screen.send.now .next")
    phone.wait_for_selector("main[data-page=thanks]")
    assert (
        phone.evaluate(
            "document.querySelector('main .picture').getBoundingClientRect().width"
        )
        > SMALLEST_TARGET
    )
    assert "easy" in str(phone.get_attribute("body", "class"))
    with site.world.session() as session:
        assert session.scalar(select(Response.look)) == "easy"


def test_a_long_list_of_answers_is_seen_whole_and_reached_by_scrolling_down_alone(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite(band="12-17", look="easy", took_part=False))
    while phone.evaluate(SHOWN)["id"] != "s-q-at_meeting":
        phone.click(".screen.now .next")
    phone.check('.screen.now [value="no"]')
    phone.click(".screen.now .next")
    shown = phone.evaluate(SHOWN)
    assert (shown["id"], shown["options"], shown["drawn"], shown["wide"]) == (
        "s-q-why_not",
        9,
        9,
        True,
    )
    last = phone.locator(".screen.now .option").last
    last.scroll_into_view_if_needed()
    last.click()
    expect(phone.locator(".screen.now [value=other]")).to_be_checked()


def test_without_script_easy_read_has_its_pictures_too(
    site: Site, phone_without_script: Page
) -> None:
    page = phone_without_script
    page.goto(site.invite(band="12-17", look="easy"))
    questions = page.locator("[data-question]")
    assert questions.count() == page.locator("[data-question] .picture").count() > 10
    assert page.locator(".option").count() == page.locator(".option .face").count()
    page.click("#s-send button")
    expect(page.locator("h1")).to_have_text("Thank you")
    expect(page.locator("main .picture")).to_be_visible()
