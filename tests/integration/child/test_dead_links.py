"""One answer for every link that does not work, and a limit on trying (promises 6, 7)."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bench.support import quick
from bench.support.world import World
from feedback_app import clock
from feedback_app.invitations.tokens import mark_of, word_list
from tests.conftest import NOON
from tests.support.dead_links import dead_links, whole
from tests.support.logs import listen

TOLERANCE = 0.005
"""Seconds between the medians of two kinds of dead link (promise 6)."""
NO_LIMIT = 1_000_000
MINUTE = timedelta(minutes=1)


@pytest.fixture
def open_world(tmp_path: Path, still_clock: None) -> World:
    """A World that never says "too many"."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    return World.make(url, tmp_path, link_misses=NO_LIMIT, word_misses=NO_LIMIT)


@pytest.mark.parametrize("language", [None, "cy-GB,cy;q=0.9"])
def test_p06_dead_links_are_the_same_byte_for_byte_whatever_they_were(
    world: World, language: str | None
) -> None:
    tokens = dead_links(world)
    asked = {"Accept-Language": language} if language else {}
    with clock.set_clock(NOON + MINUTE, everywhere=True):
        answers = {
            kind: whole(world.client().get(f"/r/{token}", expect=404, headers=asked))
            for kind, token in tokens.items()
        }
        phone = world.client()
        mark = mark_of(tokens["used"])
        phone.http.set_cookie(f"link-{mark}", tokens["used"])
        again = phone.get(f"/r?k={mark}", expect=404, headers=asked)
        assert "Max-Age=0" in again.headers.pop("Set-Cookie")
        answers["in a cookie"] = whole(again)
    first = answers["unknown"]
    assert [kind for kind, answer in answers.items() if answer != first] == []
    assert b"0800 1111" in first[2]
    assert b'href="/said-and-done"' in first[2]


def test_p06_a_send_to_a_link_that_never_was_says_the_same_and_keeps_the_words(
    world: World,
) -> None:
    page = world.client().post(
        "/r",
        {"link": "A" * 43, "page": "made up", "q-better": "my own words"},
        expect=404,
    )
    assert "This link does not work now" in page.text
    assert "my own words" in page.text


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.parametrize("requests", [60, 300])
def test_p06_no_kind_of_dead_link_answers_faster_than_another(
    open_world: World, requests: int
) -> None:
    every = dead_links(open_world)
    for wish in ("Biscuits", "Cocoa", "Quiet rooms"):
        open_world.action(wish)
    tokens = {
        kind: every[kind]
        for kind in ("unknown", "used", "ended", "re-issued", "not for me")
    }
    client = open_world.app.test_client()
    times: dict[str, list[float]] = {kind: [] for kind in tokens}
    with clock.set_clock(NOON + MINUTE, everywhere=True):
        for _ in range(requests):
            for kind, token in tokens.items():
                began = time.perf_counter()
                assert client.get(f"/r/{token}").status_code == 404
                times[kind].append(time.perf_counter() - began)
    medians = {kind: statistics.median(taken) for kind, taken in times.items()}
    assert max(medians.values()) - min(medians.values()) < TOLERANCE, medians


def test_p07_the_twenty_first_miss_in_ten_minutes_must_wait_while_good_links_open(
    world: World,
) -> None:
    good = world.token(world.invitation())
    client = world.client()
    for number in range(20):
        client.get(f"/r/guess{number}", expect=404)
    client.get("/r/guess", expect=429)
    client.get(f"/r/{good}")
    form = world.form(world.invitation(), {"know_iro": ["yes"]})
    client.post("/r", form)
    with clock.set_clock(NOON + 10 * MINUTE, everywhere=True):
        client.get("/r/guess", expect=404)


def test_p07_another_address_is_not_kept_waiting(world: World) -> None:
    for number in range(21):
        world.client().http.get(f"/r/guess{number}")
    world.client().get("/r/guess", expect=429)
    world.client().get(
        "/r/guess", expect=404, environ_base={"REMOTE_ADDR": "192.0.2.9"}
    )


def test_p07_ten_misses_of_typed_words_and_the_eleventh_must_wait(world: World) -> None:
    strangers = [" ".join(word_list()[n : n + 4]) for n in range(11)]
    good = world.words(world.invitation())
    assert good not in strangers
    client = world.client()
    for words in strangers[:10]:
        client.post("/", {"words": words}, expect=404)
    client.post("/", {"words": strangers[10]}, expect=429)
    client.post("/", {"words": good}, expect=429)
    with clock.set_clock(NOON + 10 * MINUTE, everywhere=True):
        client.post("/", {"words": good.upper().replace(" ", "-")}, expect=303)
        client.get("/r")


def test_p07_misspelt_words_are_said_and_are_no_miss(world: World) -> None:
    client = world.client()
    for _ in range(30):
        page = client.post("/", {"words": "xylophonist two three four"}, expect=400)
    assert "xylophonist" in page.text


def test_p07_two_hundred_misses_in_an_hour_by_all_together_raise_an_alarm(
    open_world: World,
) -> None:
    said = listen(open_world)
    client = open_world.app.test_client()
    for number in range(199):
        client.get(
            f"/r/guess{number}", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}
        )
    assert said == []
    client.get("/r/guess", environ_base={"REMOTE_ADDR": "198.51.100.1"})
    assert len(said) == 1
    assert "missed" in said[0]
