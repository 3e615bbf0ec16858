"""Asked, and no answer: said no, not reached, not safe to ask; noted and undone with one tap, counted as they are."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.running import AuditEntry
from feedback_app.month import Month
from feedback_app.reports.figures.asked import AskedCounts, count_asked
from feedback_app.survey.model import Survey
from tests.conftest import NOON
from tests.support.asking import ASK
from tests.support.asking import ask_a_child as ask
from tests.support.tables import counts

OCTOBER = Month(2026, 10)
TAPS = {
    "said-no": ("declined", "Said no"),
    "not-reached": ("unreached", "Not reached"),
    "not-safe": ("unsafe", "Not safe to ask"),
}
SHORT = {key: ASK[key] for key in ("band", "pn_code", "reference")}


def monthly(world: World) -> Survey:
    return world.parts.catalogue.monthly_survey()


def outcomes(world: World) -> list[str]:
    with world.session() as session:
        return sorted(session.scalars(select(Invitation.outcome)))


def undo_of(client: CheckedClient) -> list[str]:
    """Where each Undo of My month goes, the latest first."""
    return re.findall(r'action="(/iro/links/\w+/back)"', client.get("/iro/month").text)


@pytest.mark.parametrize("tap", TAPS)
def test_one_tap_on_my_month_notes_it_and_one_undoes_it_with_the_same_card(
    world: World, tap: str
) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro)
    token = re.search(r"/r/([\w-]{43})", iro.get(path).text)[1]  # type: ignore[index]
    outcome, words = TAPS[tap]
    noted = iro.submit("/iro/month", to=f"{path}/{tap}")
    assert noted.location == "/iro/month#no-answer"
    month = iro.get("/iro/month").text
    section = month.partition('id="no-answer"')[2]
    assert f"{words}, 14 October" in section
    assert "CASE-77" in section
    assert outcomes(world) == [outcome]
    assert world.client().http.get(f"/r/{token}").status_code == 404
    undone = iro.submit("/iro/month", {"month": "y"}, to=undo_of(iro)[0])
    assert undone.location == "/iro/month"
    assert "the link waits for an answer again" in iro.get("/iro/month").text
    assert undo_of(iro) == []
    assert outcomes(world) == ["waiting"]
    world.client().get(f"/r/{token}")


@pytest.mark.parametrize(
    "tap",
    [
        pytest.param(tap, marks=pytest.mark.full) if tap != "not-safe" else tap
        for tap in TAPS
    ],
)
def test_a_childs_answer_that_came_in_between_wins(lite: World, tap: str) -> None:
    officer = lite.iro()
    iro = lite.sign_in(officer)
    path = ask(iro)
    with lite.session() as session:
        form = lite.form(
            session.scalars(select(Invitation)).one(),
            loaded_at=NOON - timedelta(minutes=1),
        )
    iro.submit("/iro/month", to=f"{path}/{tap}")
    back = undo_of(iro)[0]
    with clock.set_clock(NOON + timedelta(minutes=50), everywhere=True):
        assert lite.receive(form).verdict == "thanks"
        late = lite.sign_in(officer)
        late.submit("/iro/ask", {"month": "y"}, to=back)
        month = late.get("/iro/month").text
    assert "This cannot be taken back any more: the child has answered" in month
    assert outcomes(lite) == ["answered"]
    assert "1 answered" in month


def test_a_child_who_never_got_a_link_is_noted_on_a_short_form(world: World) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    world.invitation(officer, mode="remote", reference="EARLIER-1")
    page = iro.get("/iro/no-answer").text
    chosen = re.findall(r'<input[^>]*checked[^>]*value="(\w+)"', page)
    assert chosen == ["remote"], "how the review was held is as the last time"
    fields = SHORT | {"mode": "remote", "how_chosen": "next_due", "short": "y"}
    for number, way in enumerate(("said_no", "not_reached", "not_safe")):
        given = fields | {"way": way, "reference": f"CASE-{number}"}
        noted = iro.submit("/iro/no-answer", given, to="/iro/ask")
        assert noted.location == "/iro/month#no-answer"
    assert outcomes(world) == ["declined", "unreached", "unsafe", "waiting"]
    with world.session() as session:
        assert len(session.scalars(select(Link)).all()) == 1, "none of them has a link"
        whats = session.scalars(
            select(AuditEntry.what).order_by(AuditEntry.number)
        ).all()
    assert whats[-3:] == [
        "invitation_declined",
        "invitation_unreached",
        "invitation_unsafe",
    ]
    iro.submit("/iro/month", to=undo_of(iro)[0])
    assert outcomes(world).count("waiting") == 2


def test_the_short_form_stays_short_when_something_is_missing_and_keeps_what_was_typed(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    fields = SHORT | {"mode": "remote", "how_chosen": "next_due", "short": "y"}
    given = fields | {"way": "not_reached", "band": ""}
    page = iro.submit("/iro/no-answer", given, to="/iro/ask", expect=400).text
    assert "<title>Error: Asked, and no answer" in page
    assert 'value="CASE-77"' in page
    assert outcomes(lite) == []
    ask(iro)
    page = iro.submit(
        "/iro/no-answer", fields | {"way": "said_no"}, to="/iro/ask", expect=409
    ).text
    assert "waits already" in page


def test_not_safe_to_ask_is_no_concern_and_says_whom_to_tell(world: World) -> None:
    world.lead()
    iro = world.sign_in(world.iro())
    path = ask(iro)
    before = counts(world.parts.database.engine)
    iro.submit("/iro/month", to=f"{path}/not-safe")
    after = counts(world.parts.database.engine)
    for table in ("concern", "outbox_message", "contact_request"):
        assert after[table] == before[table]
    assert 'href="/iro/tell-the-lead"' in iro.get("/iro/month").text
    page = iro.get("/iro/tell-the-lead").text
    assert "Lead Lime" in page
    assert 'href="mailto:' in page
    assert "CASE" not in page


def one_of_each_outcome(world: World) -> CheckedClient:
    """An officer who asked six children: each ended in another way."""
    officer = world.iro("Officer Oak")
    with clock.set_clock(NOON - timedelta(days=13), everywhere=True):
        world.invitation(officer, reference="OLD-1")
    world.response(officer, reference="ANSWERED-1")
    iro = world.sign_in(officer)
    for number, tap in enumerate(TAPS):
        path = ask(iro, reference=f"CASE-{number}")
        iro.submit("/iro/month", to=f"{path}/{tap}")
    ask(iro, reference="WAITS-1")
    return iro


def test_the_same_numbers_stand_on_my_month_on_the_board_and_in_the_summary(
    world: World,
) -> None:
    one_of_each_outcome(world)
    with clock.set_clock(NOON + timedelta(days=3), everywhere=True):
        with world.session() as session:
            found = count_asked(session, monthly(world).key, [OCTOBER])[OCTOBER]
        assert found.counts_of(world.iro("Officer Oak").id) == AskedCounts(
            answered=1, said_no=1, not_reached=1, unanswered=1, waiting=1, not_safe=1
        )
        mine = world.sign_in(world.iro("Officer Oak")).get("/iro/month").text
        manager = world.sign_in(world.manager())
        board = manager.get("/manager/2026-10").text
        file = manager.get("/manager/reports/2026-10/draft.csv").data
    assert (
        "Asked in October: 5 children (1 answered, 1 said no, 1 not reached,"
        " 1 ended without an answer, 1 waiting for an answer)." in mine
    )
    assert "Not safe to ask: 1 child, not counted as asked." in mine
    assert "1 of 5 children asked has answered" in board.replace("have", "has")
    assert "1 child more was not safe to ask: that is no refusal" in board
    rows = csv.DictReader(io.StringIO(file.decode("utf-8-sig")))
    found = {(row["question"], row["option"]): row for row in rows}
    oak = "Heard: Officer Oak"
    assert found[oak, "Asked"]["count"] == "5"
    assert found[oak, "Said no"]["count"] == "1"
    assert found[oak, "Not safe to ask"]["why_hidden"] == "fewer than 5"


def test_an_undone_tap_is_counted_nowhere(lite: World) -> None:
    iro = lite.sign_in(lite.iro("Officer Oak"))
    path = ask(iro)
    iro.submit("/iro/month", to=f"{path}/not-safe")
    iro.submit("/iro/month", to=f"{path}/back")
    with lite.session() as session:
        found = count_asked(session, monthly(lite).key, [OCTOBER])[OCTOBER]
    assert found.counts_of(lite.iro("Officer Oak").id) == AskedCounts(waiting=1)
