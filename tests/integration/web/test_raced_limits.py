"""Tries at the very same moment: exactly as many come through as the limit allows, over threads and workers alike."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from bench.support import live
from bench.support.world import PASSWORD, World
from feedback_app import clock
from feedback_app.accounts import attempts
from feedback_app.models.person import Miss
from feedback_app.people import passwords
from feedback_app.web import limits
from tests.conftest import NOON
from tests.support.databases import POSTGRESQL_MOSTLY
from tests.support.logs import listen

AT_ONCE = 24


def all_at_once(do: Callable[[int], int], number: int = AT_ONCE) -> Counter[int]:
    """Do it from that many threads that start together; how often each status came."""
    together = threading.Barrier(number)

    def one(place: int) -> int:
        together.wait(30)
        return do(place)

    with ThreadPoolExecutor(number) as pool:
        return Counter(pool.map(one, range(number)))


def status(url: str, fields: dict[str, str] | None = None) -> int:
    """What a site says to a GET, or to a POST of these fields."""
    return int(
        requests.request(
            "POST" if fields else "GET", url, data=fields, timeout=30
        ).status_code
    )


@pytest.mark.full
@POSTGRESQL_MOSTLY
def test_p07_p42_three_gunicorn_workers_with_a_limit_of_ten_let_exactly_ten_through(
    database_url: str, tmp_path: Path
) -> None:
    world = World.make(database_url, tmp_path)
    good = world.token(world.invitation())
    world.close()
    settings = {
        "mode": "test",
        "database_url": database_url,
        "keys_dir": tmp_path / "keys",
    }
    settings |= {"link_misses": 10, "word_misses": 10}
    with live.gunicorn(settings, tmp_path, workers=3) as site:
        links = all_at_once(lambda place: status(f"{site.url}/r/guess{place}"))
        words = all_at_once(
            lambda _place: status(f"{site.url}/", {"words": "apple river stone cloud"})
        )
        assert links == words == {404: 10, 429: AT_ONCE - 10}
        assert status(f"{site.url}/r/{good}") == 200


def test_p16_p42_of_wrong_passwords_at_the_same_moment_exactly_ten_are_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "WAITING", 100)  # none is told to come again
    officer = world.iro()

    def try_one(place: int) -> int:
        client = world.client()
        fields = {
            "csrf_token": client.guard(),
            "email": officer.email,
            "password": "wrong wrong wrong",
        }
        return client.http.post("/sign-in", data=fields).status_code

    assert all_at_once(try_one, 16) == {400: 10, 429: 6}


def test_p16_p42_the_right_password_does_not_come_in_while_ten_tries_are_being_looked_at(
    world: World,
) -> None:
    officer = world.iro()
    with world.app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        taken = [attempts.count_password_attempt(officer.email) for _ in range(11)]
    assert [one.over for one in taken] == [False] * 10 + [True]
    right = {"email": officer.email, "password": PASSWORD}
    world.client().submit("/sign-in", right, expect=429)
    with world.app.test_request_context():
        limits.refund_attempt(taken[0])
    world.client().submit("/sign-in", right, expect=303)


def test_p16_strangers_at_the_same_moment_keep_no_known_device_out_and_are_bounded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "WAITING", 100)
    officer = world.iro()
    own = world.sign_in_with_password(officer)
    right = {"email": officer.email, "password": PASSWORD}

    def try_one(place: int) -> int:
        if place == 0:
            answer = own.http.post("/sign-in", data=right | {"csrf_token": guard})
            return answer.status_code
        client = world.client()
        client.http.environ_base["REMOTE_ADDR"] = f"192.0.2.{place}"
        wrong = {"email": officer.email, "password": "wrong wrong wrong"}
        fields = wrong | {"csrf_token": client.guard()}
        return client.http.post("/sign-in", data=fields).status_code

    guard = own.guard()
    assert all_at_once(try_one, 26) == {303: 1, 400: 20, 429: 5}


def test_p16_a_good_sign_in_and_good_words_are_no_miss(world: World) -> None:
    for number in range(12):
        world.client().submit(
            "/sign-in", {"email": world.iro().email, "password": PASSWORD}
        )
        words = world.words(world.invitation(reference=f"CASE-{number}"))
        world.client().post("/", {"words": words}, expect=303)
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Miss)) == 0


def test_p07_workers_that_miss_at_the_same_moment_raise_one_alarm_an_hour(
    database_url: str, tmp_path: Path, still_clock: None
) -> None:
    world = World.make(
        database_url, tmp_path, alarm_misses_an_hour=20, link_misses=1_000
    )
    said = listen(world)
    all_at_once(
        lambda place: world.client().http.get(f"/r/early{place}").status_code, 19
    )
    assert said == []
    all_at_once(lambda place: world.client().http.get(f"/r/guess{place}").status_code)
    assert said == ["many links were missed within the hour"]
    world.client().get("/r/guess", expect=404)
    assert len(said) == 1
    with clock.set_clock(NOON + timedelta(minutes=61), everywhere=True):
        all_at_once(
            lambda place: world.client().http.get(f"/r/later{place}").status_code
        )
    assert len(said) == 2
    world.close()
