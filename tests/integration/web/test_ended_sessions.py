"""A session that is ended while a request of it is under way: nothing is written, nothing is shown (promise 18)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text
from werkzeug.test import TestResponse

from bench.support.client import CheckedClient
from bench.support.postgres import Server
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person, SignedIn
from feedback_app.models.running import AuditEntry
from feedback_app.people.passwords import set_password_hash
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each

PATIENCE_SECONDS = 10
ASKED = {
    "pn_code": "PN1",
    "mode": "in_person",
    "band": "8-11",
    "how_chosen": "next_due",
    "reference": "CASE-77",
    "way": "link",
}


class Slow:
    """A view that stops: where its session has been looked at and nothing has been done yet, or when all is done."""

    def __init__(self, world: World, endpoint: str, *, done: bool) -> None:
        self.under_way, self.go_on = threading.Event(), threading.Event()
        self._world, self._endpoint, self._done = world, endpoint, done
        self._view: Callable[..., Any] = world.app.view_functions[endpoint]

    def __enter__(self) -> Slow:
        def view(**values: Any) -> Any:
            answer = self._view(**values) if self._done else None
            self.under_way.set()
            assert self.go_on.wait(PATIENCE_SECONDS)
            return answer if self._done else self._view(**values)

        view.__dict__.update(self._view.__dict__)
        self._world.app.view_functions[self._endpoint] = view
        return self

    def __exit__(self, *_error: object) -> None:
        self.go_on.set()
        self._world.app.view_functions[self._endpoint] = self._view


@contextmanager
def under_way(
    world: World, endpoint: str, send: Callable[[], TestResponse], *, done: bool = False
) -> Iterator[tuple[Slow, Future[TestResponse]]]:
    with Slow(world, endpoint, done=done) as slow, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send)
        assert slow.under_way.wait(PATIENCE_SECONDS)
        yield slow, answer
        slow.go_on.set()


def guard_in(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]


def asks(client: CheckedClient) -> Callable[[], TestResponse]:
    """A press on "Make a link", with all that it needs."""
    fields = {"csrf_token": guard_in(client.get("/iro/ask").text), **ASKED}
    return lambda: client.http.post("/iro/ask", data=fields)


def invitations(world: World) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Invitation)) or 0


def ends(world: World, how: str, officer: Person) -> Callable[[], object]:
    """What another person does meanwhile, all of which ends the officer's sessions."""
    administrator, page = (
        world.sign_in(world.administrator()),
        f"/admin/people/{officer.id}",
    )
    if how == "password":
        return lambda: new_password(world, officer)
    fields: dict[str, Any] = {"links_to": "end"}  # what may have been made meanwhile
    if how == "roles":
        fields = {"roles": ["iro", "manager"]}
    return lambda: administrator.submit(page, fields, to=f"{page}/{how}")


def new_password(world: World, officer: Person) -> None:
    with world.app.app_context(), world.parts.database.short_write() as session:
        person = session.get_one(Person, officer.id)
        set_password_hash(
            session, world.parts.keys, person, "another long and quiet one", by=None
        )


@pytest.mark.parametrize("how", ["off", "left", "roles", "password"])
def test_p18_what_a_slow_request_would_write_is_never_written_after_its_session_has_ended(
    world: World, how: str
) -> None:
    """On PostgreSQL the request is refused; on SQLite writers take turns, and the ending waits for it."""
    officer = world.iro()
    client, before = world.sign_in(officer), invitations(world)
    end, waits = (
        ends(world, how, officer),
        world.parts.database.engine.dialect.name == "sqlite",
    )
    with (
        under_way(world, "iro_asking.invite_now", asks(client)) as (slow, answer),
        ThreadPoolExecutor(1) as pool,
    ):
        ended = pool.submit(end)
        if not waits:
            ended.result(PATIENCE_SECONDS)
        slow.go_on.set()
        sent = answer.result(PATIENCE_SECONDS)
        ended.result(PATIENCE_SECONDS)
    if waits:
        assert (sent.status_code, invitations(world)) == (303, before + 1)
    else:
        assert (sent.status_code, invitations(world)) == (401, before)
        assert "Nothing you typed is lost" in sent.text
        assert "CASE-77" in sent.text
    client.get("/iro/month", expect=303)
    client.http.post("/iro/ask", data=ASKED)
    assert invitations(world) == before + waits


@pytest.mark.postgres
def test_p18_a_request_that_commits_while_its_session_is_being_ended_is_refused(
    postgres_server: Server, tmp_path: Path, still_clock: None
) -> None:
    """The ending has begun and is not committed: the request must wait for it, not overtake it."""
    with postgres_server.database() as url:
        world = World.make(url, tmp_path)
        _overtakes_nobody(world)
        world.close()


def _overtakes_nobody(world: World) -> None:
    officer = world.iro()
    client, before = world.sign_in(officer), invitations(world)
    with under_way(world, "iro_asking.invite_now", asks(client)) as (slow, answer):
        with world.session(reading=False) as session:
            session.execute(delete(SignedIn).where(SignedIn.person_id == officer.id))
            slow.go_on.set()
            session.commit()
        assert answer.result(PATIENCE_SECONDS).status_code == 401
    assert invitations(world) == before


@pytest.mark.parametrize("how", ["off", "left", "roles", "password"])
def test_p18_what_a_slow_request_has_read_is_not_shown_after_its_session_has_ended(
    world: World, how: str
) -> None:
    ids = one_of_each(world)
    lead, path = world.lead(), address("/safeguarding/texts/<entry_id>", ids)
    client = world.sign_in(lead)
    assert "more biscuits" in client.get(path).text
    end = ends(world, how, lead)
    with under_way(
        world, "safeguarding.read_text", lambda: client.http.get(path), done=True
    ) as (slow, answer):
        end()
        slow.go_on.set()
        shown = answer.result(PATIENCE_SECONDS)
    assert (shown.status_code, shown.headers["Location"]) == (303, "/sign-in")
    assert "more biscuits" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    client.get(path, expect=303)


def test_p18_what_was_written_before_the_end_is_not_shown_after_it(
    world: World,
) -> None:
    officer = world.iro()
    client, before = world.sign_in(officer), invitations(world)
    end = ends(world, "off", officer)
    with under_way(world, "iro_asking.invite_now", asks(client), done=True) as (
        slow,
        answer,
    ):
        end()
        slow.go_on.set()
        assert answer.result(PATIENCE_SECONDS).headers["Location"] == "/sign-in"
    assert invitations(world) == before + 1


def test_p18_whoever_ends_their_own_session_is_not_refused_for_it(world: World) -> None:
    me, _other = world.administrator(), world.administrator("Administrator Ash")
    client = world.sign_in(me)
    page = f"/admin/people/{me.id}"
    client.submit(page, to=f"{page}/off")
    with world.session() as session:
        by = session.scalars(
            select(AuditEntry.person_id).where(AuditEntry.what == "person_disabled")
        ).all()
    assert by == [me.id]
    client.get("/admin/", expect=303)


def test_p18_four_presses_on_sign_out_at_once_are_no_fault(world: World) -> None:
    client = world.sign_in(world.iro())
    guard = guard_in(client.get("/iro/ask").text)
    cookies = [client.http.get_cookie(name) for name in ("staff", "form")]

    def press(_number: int) -> int:
        browser = world.app.test_client()
        for cookie in cookies:
            assert cookie is not None
            browser.set_cookie(cookie.key, cookie.value)
        return browser.post("/sign-out", data={"csrf_token": guard}).status_code

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(press, range(4)))
    assert seen.count(303) == 1
    assert set(seen) == {303, 401}


def test_p17_a_form_that_was_not_good_is_use_of_the_session_too(world: World) -> None:
    client = world.sign_in(world.iro())
    for minutes in (20, 40):
        with clock.set_clock(NOON + timedelta(minutes=minutes), everywhere=True):
            client.submit("/iro/ask", {}, expect=400)
    with clock.set_clock(NOON + timedelta(minutes=65), everywhere=True):
        client.get("/iro/ask")


def test_p18_where_nobody_can_tell_whether_the_session_has_ended_nothing_is_shown(
    lite: World,
) -> None:
    ids = one_of_each(lite)
    client, path = (
        lite.sign_in(lite.lead()),
        address("/safeguarding/texts/<entry_id>", ids),
    )
    with under_way(
        lite, "safeguarding.read_text", lambda: client.http.get(path), done=True
    ) as (slow, answer):
        with lite.parts.database.short_write() as session:
            session.execute(text("DROP TABLE signed_in"))
        slow.go_on.set()
        shown = answer.result(PATIENCE_SECONDS)
    assert shown.status_code == 503
    assert "more biscuits" not in shown.text
