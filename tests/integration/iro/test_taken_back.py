"""What a mis-tap did to a link is taken back: "said no", "end", "issue again"; and a child's send decides a race."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bench.support.client import CheckedClient
from bench.support.world import LINK_END, World
from feedback_app import clock
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.response import Response
from feedback_app.models.running import AuditEntry
from feedback_app.records.erasure import erase_invitation
from tests.conftest import NOON
from tests.support.asking import ask_a_child as ask
from tests.support.databases import POSTGRESQL_MOSTLY


def token_on(iro: CheckedClient, path: str) -> str:
    """The token on a link's page."""
    return re.search(r"/r/([A-Za-z0-9_-]{43})", iro.get(path).text)[1]  # type: ignore[index]


def state_of(world: World) -> tuple[str, int]:
    """Outcome and issue number of the only invitation."""
    with world.session() as session:
        one = session.scalars(select(Invitation)).one()
        return one.outcome, one.issue_number


def opens(world: World, token: str) -> bool:
    """Whether the link of that token draws its survey."""
    return world.client().http.get(f"/r/{token}").status_code == 200


@pytest.mark.parametrize(
    ("tap", "heading"),
    [
        ("end", "This link has ended"),
        ("said-no", "Said no"),
        ("not-reached", "Not reached"),
        ("not-safe", "Not safe to ask"),
    ],
)
def test_a_mis_tap_is_taken_back_on_the_links_page_and_the_same_card_works(
    world: World, tap: str, heading: str
) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro)
    token = token_on(iro, path)
    leads_to = path if tap == "end" else "/iro/month#no-answer"
    assert iro.submit(path, to=f"{path}/{tap}").location == leads_to
    assert f"<h1>{heading}</h1>" in iro.get(path).text
    assert not opens(world, token)
    iro.submit(path, to=f"{path}/back")
    assert token_on(iro, path) == token
    assert opens(world, token)
    month = iro.get("/iro/month").text
    assert "CASE-77" in month
    assert ">Undo<" not in month
    with world.session() as session:
        whats = session.scalars(
            select(AuditEntry.what).order_by(AuditEntry.number)
        ).all()
    assert whats[-1] == "invitation_taken_back"


def test_my_month_has_the_way_back_too(lite: World) -> None:
    iro = lite.sign_in(lite.iro())
    path = ask(iro)
    iro.submit("/iro/month", to=f"{path}/said-no")
    assert "Asked in October: 1 child (1 said no)." in iro.get("/iro/month").text
    assert f'action="{path}/back"' in iro.get("/iro/month").text
    iro.submit("/iro/month", to=f"{path}/back")
    assert "(1 waiting for an answer)" in iro.get("/iro/month").text


def test_a_refusal_noted_without_a_link_becomes_a_link_when_it_is_taken_back(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    ask(iro, way="said_no")
    path = re.search(r"/iro/links/\w+(?=/back)", iro.get("/iro/month").text)[0]  # type: ignore[index]
    iro.submit(path, to=f"{path}/back")
    assert opens(lite, token_on(iro, path))


def test_a_card_that_was_not_lost_works_again_and_the_newer_one_no_longer(
    world: World,
) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro)
    former, words = token_on(iro, path), iro.get(path).text
    four = re.search(r'<p class="four">([a-z ]+)</p>', words)[1]  # type: ignore[index]
    with clock.set_clock(NOON + timedelta(days=3), everywhere=True):
        iro = world.sign_in(world.iro())
        iro.submit(path, to=f"{path}/again")
        newer = token_on(iro, path)
        assert "the former card works until Wednesday 28 October" in iro.get(path).text
        assert "31 October" in iro.get(path).text
        iro.submit(path, {"issue": "2"}, to=f"{path}/again/back")
        assert token_on(iro, path) == former
        assert opens(world, former)
        assert not opens(world, newer)
        assert f'<p class="four">{four}</p>' in iro.get(path).text
        assert "works once, until Wednesday 28 October" in iro.get(path).text
        dead = world.client().get(f"/r/{newer}", expect=404).text
        assert dead == world.client().get("/r/" + "x" * 43, expect=404).text


def test_only_the_issue_on_the_page_is_taken_back_and_the_right_card_comes_back(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    path = ask(iro)
    first = token_on(iro, path)
    iro.submit(path, to=f"{path}/again")
    for issue in ("2", "2", "1", "", "9" * 30):
        iro.submit(path, {"issue": issue}, to=f"{path}/again/back")
        assert token_on(iro, path) == first
    assert "Take that back" not in iro.get(path).text
    iro.submit(path, to=f"{path}/again")  # its number is above the one taken back
    assert state_of(lite) == ("waiting", 3)
    iro.submit(path, {"issue": "3"}, to=f"{path}/again/back")
    assert token_on(iro, path) == first
    with lite.session() as session:
        live = select(func.count()).select_from(Link).where(Link.ends_at > clock.now())
        assert session.scalar(live) == 1


def test_after_the_last_day_after_an_answer_and_after_an_erasure_nothing_is_taken_back(
    lite: World,
) -> None:
    officer = lite.iro()
    iro = lite.sign_in(officer)
    path = ask(iro)
    iro.submit(path, to=f"{path}/end")
    with clock.set_clock(LINK_END, everywhere=True):
        late = lite.sign_in(officer)
        late.get(path, expect=404)
        late.submit("/iro/ask", to=f"{path}/back")
        assert "This cannot be taken back any more" in late.get("/iro/month").text
    assert state_of(lite)[0] == "ended"
    with lite.app.app_context(), lite.parts.database.short_write() as session:
        erase_invitation(
            session,
            lite.parts.keys,
            lite.parts.settings.erased_file,
            path.rsplit("/", 1)[1],
            reason="asked for",
            person_id=lite.lead().id,
        )
    iro.get(path, expect=404)
    iro.submit("/iro/ask", to=f"{path}/back")
    assert state_of(lite)[0] == "ended"


def test_a_page_loaded_before_the_tap_counts_though_it_was_taken_back_meanwhile(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    path = ask(iro)
    with lite.session() as session:
        invitation = session.scalars(select(Invitation)).one()
    iro.submit(path, to=f"{path}/again")
    from_the_newer = lite.form(invitation, loaded_at=NOON - timedelta(minutes=1))
    iro.submit(path, {"issue": "2"}, to=f"{path}/again/back")
    with clock.set_clock(NOON + timedelta(minutes=59), everywhere=True):
        assert lite.receive(from_the_newer).verdict == "thanks"
    assert state_of(lite)[0] == "answered"
    iro.submit("/iro/ask", to=f"{path}/back")
    iro.submit("/iro/ask", {"issue": "1"}, to=f"{path}/again/back")
    assert state_of(lite)[0] == "answered"


@POSTGRESQL_MOSTLY
@pytest.mark.parametrize("tap", ["end", "again"])
def test_a_childs_send_and_a_taking_back_at_once_leave_one_answer(
    world: World, tap: str
) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    for number in range(3):
        path = ask(iro, reference=f"CASE-{number}")
        with world.session() as session:
            one = session.get_one(Invitation, path.rsplit("/", 1)[1])
        if tap == "again":
            iro.submit(path, to=f"{path}/again")
        form = world.form(one, loaded_at=NOON - timedelta(minutes=1))
        if tap == "end":
            iro.submit(path, to=f"{path}/end")
        fields = {"issue": "2", "csrf_token": iro.guard("/me")}
        back = f"{path}/back" if tap == "end" else f"{path}/again/back"
        together = threading.Barrier(2)

        def press(back: str = back, fields: dict[str, str] = fields) -> str:
            return f"{iro.http.post(back, data=fields).status_code}"

        def send(form: dict[str, list[str]] = form) -> str:
            return world.receive(form).verdict

        def at_once(work: Callable[[], str], gate: threading.Barrier = together) -> str:
            gate.wait(10)
            return work()

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(at_once, (press, send))) == ["303", "thanks"]
        with world.session() as session:
            assert session.get_one(Invitation, one.id).outcome == "answered"
            kept = select(func.count()).where(Response.invitation_id == one.id)
            assert session.scalar(kept) == 1
