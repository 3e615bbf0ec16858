"""The pages around a survey: the start page, "You said, we did", a link that is over, an address with no page."""

from __future__ import annotations

import re

import pytest

from bench.support.world import World
from feedback_app.child.routes import SHOWN_AT_DEAD_LINK, SHOWN_AT_START

WAY_TO_ALL = 'href="/said-and-done"'


def positions(page: str, *words: str) -> list[int]:
    """Where each of the words stands on the page; the test fails where one does not."""
    found = [page.find(one) for one in words]
    assert -1 not in found, dict(zip(words, found, strict=True))
    return found


def test_the_start_page_has_a_name_a_drawing_the_words_a_way_without_a_card_and_staff_last(
    world: World,
) -> None:
    world.action("Cocoa")
    page = world.client().get("/").text
    found = positions(
        page,
        "<main",
        'href="#p-talk"',
        f"<bdi>{world.parts.settings.service_name}</bdi>",
        "Have your say</h1>",
        'name="words"',
        "I have no card",
        "Ask your IRO",
        "You can ring us too",
        "Cocoa (8-11)",
        'href="/privacy"',
        'href="/accessibility"',
        'href="/sign-in"',
    )
    assert found == sorted(found)
    assert not re.search(r"<a ", page[found[-1] :])


def test_a_wrong_word_is_shown_back_and_takes_the_focus(world: World) -> None:
    page = world.client().post("/", {"words": "moss oak brid fern"}, expect=400).text
    assert re.search(r'value="moss oak brid fern"[^>]*autofocus', page)
    assert "We do not know the word brid" in page
    assert "I have no card" in page


@pytest.mark.parametrize("shown", [0, 1, SHOWN_AT_START + 2])
def test_no_page_leads_to_a_list_that_stands_on_it(world: World, shown: int) -> None:
    for number in range(shown):
        world.action(f"Wish {number}")
    client = world.client()
    start, dead = client.get("/").text, client.get("/r/unknown", expect=404).text
    assert start.count("Wish ") == min(shown, SHOWN_AT_START)
    assert dead.count("Wish ") == min(shown, SHOWN_AT_DEAD_LINK)
    assert (WAY_TO_ALL in start) == (shown > SHOWN_AT_START)
    assert (WAY_TO_ALL in dead) == (shown > SHOWN_AT_DEAD_LINK or not shown)
    assert 'class="button next" href="/"' in dead


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing-here", 404),
        ("GET", "/r/", 404),
        ("POST", "/help", 405),
        ("GET", "/help?x=%00", 400),
        ("GET", "/sent/thanks/1-2/young/en", 404),
    ],
)
def test_an_address_with_no_page_leads_to_the_start_page(
    world: World, method: str, path: str, status: int
) -> None:
    client = world.client()
    page = (
        client.get(path, expect=status)
        if method == "GET"
        else client.post(path, {}, expect=status)
    ).text
    assert "There is no page here" in page
    assert 'class="button next" href="/"' in page
    assert "our mistake" not in page


def test_whoever_has_to_wait_can_try_the_same_address_again(world: World) -> None:
    client = world.client()
    for _try in range(world.parts.settings.link_misses):
        client.get("/r/unknown", expect=404)
    page = client.get("/r/unknown", expect=429).text
    assert 'class="button next" href=""' in page
    assert "Try again" in page
