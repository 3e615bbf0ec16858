"""Whatever is asked, by whomever, and however it ends: the headers are there, and right (promises 43, 44)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from bench.support import quick
from bench.support.client import CheckedClient, check
from bench.support.world import World
from feedback_app import clock
from feedback_app.web.access import policy
from tests.conftest import NOON
from tests.support.headers import locked, problems_of
from tests.support.walk import browser_of, open_https_world


@pytest.fixture
def https(tmp_path: Path, still_clock: None) -> Iterator[World]:
    """A world behind https, as in production."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = open_https_world(url, tmp_path)
    yield world
    world.close()


def down(_token: str = "") -> str:
    raise OperationalError("SELECT", None, Exception("away"))


def fault(_token: str = "") -> str:
    raise RuntimeError("a fault of ours")


def test_p43_p44_refusals_and_failures_have_all_headers_and_nothing_inline(
    https: World,
) -> None:
    https.app.testing = False  # a fault is answered as in production
    lead, nobody = browser_of(https, https.lead()), browser_of(https)
    token, guard = https.token(https.invitation()), lead.guard()
    strange = {"words": "apple river stone cloud"}

    def asked_again() -> TestResponse:
        with clock.set_clock(NOON + timedelta(minutes=6), everywhere=True):
            return lead.http.post(
                f"/safeguarding/concerns/{'0' * 32}/envelope",
                data={"csrf_token": guard},
            )

    answers: dict[str, tuple[int, Callable[[], TestResponse]]] = {
        "a survey": (200, lambda: nobody.http.get(f"/r/{token}")),
        "a compressed survey": (
            200,
            lambda: nobody.http.get(f"/r/{token}", headers={"Accept-Encoding": "gzip"}),
        ),
        "a compressed file": (
            200,
            lambda: nobody.http.get(
                "/static/child.css", headers={"Accept-Encoding": "gzip"}
            ),
        ),
        "a dead link": (404, lambda: nobody.http.get("/r/unknown")),
        "no such file": (404, lambda: nobody.http.get("/static/none.css")),
        "no such page": (404, lambda: nobody.http.get("/nothing-here")),
        "asked again": (403, asked_again),
        "a host that is not ours": (
            400,
            lambda: nobody.http.get("/", headers={"Host": "evil..invalid"}),
        ),
        "too many words": (
            429,
            lambda: [nobody.http.post("/", data=strange) for _ in range(11)][-1],
        ),
        "too much from staff": (
            413,
            lambda: lead.http.post("/sign-in", data={"email": "x" * 270_000}),
        ),
        "too much from a child": (
            413,
            lambda: nobody.http.post(
                "/r", data={"link": token, "q-better": "x" * 270_000}
            ),
        ),
        "ready": (503, lambda: _readyz(https, nobody)),
    }
    for name, (status, ask) in answers.items():
        _in_order(name, status, ask())
    for name, status, view in (
        ("the database is away", 503, down),
        ("a fault of ours", 500, fault),
    ):
        policy("public")(view)
        https.app.view_functions["child.help_page"] = view
        _in_order(name, status, nobody.http.get("/help"))


def _readyz(world: World, client: CheckedClient) -> TestResponse:
    with world.parts.database.short_write() as session:
        session.connection().exec_driver_sql(
            "UPDATE alembic_version SET version_num = '0000'"
        )
    return client.http.get("/readyz")


def _in_order(name: str, status: int, answer: TestResponse) -> None:
    assert answer.status_code == status, name
    assert not problems_of(answer), name
    if answer.headers.get("Content-Encoding") != "gzip":
        check(answer)


def test_p44_the_walk_itself_finds_a_cookie_that_is_not_locked() -> None:
    good = "__Host-x=1; Secure; HttpOnly; Path=/; SameSite=Lax"
    assert locked(good)
    assert not any(
        map(
            locked,
            (
                good.replace(part, "")
                for part in ("__Host-", "Secure", "HttpOnly", "SameSite=Lax")
            ),
        )
    )
    assert not locked(f"{good}; Domain=council.invalid")
