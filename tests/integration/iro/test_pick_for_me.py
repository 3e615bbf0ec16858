"""Pick for me: a fair draw from a pasted list, once for each form, which nobody can claim who did not draw."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.invitations.pick_for_me import draw_child
from feedback_app.models.base import new_id
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import Invitation
from feedback_app.records.erasure import erase_invitation
from feedback_app.records.nightly import run_retention
from tests.conftest import NOON
from tests.support.asking import ASK
from tests.support.asking import ask_a_child as ask
from tests.support.tables import every_byte

LIST = [f"RF-{number}" for number in range(1001, 1006)]
PICK = {"part": "did_not", "references": "\n".join(LIST)}
DRAWN_ASK = ASK | {"how_chosen": "drawn", "pn_code": "PN6"}


def draw(client: CheckedClient, **changes: str) -> dict[str, str]:
    """Draw by the form; the fields with which the page goes on to ask."""
    page = client.get("/iro/pick").text
    name = re.search(r'name="draw"[^>]*value="(\w+)"', page)[1]  # type: ignore[index]
    return drawn_on(
        client.submit("/iro/pick", PICK | {"draw": name} | changes, expect=200).text
    )


def drawn_on(page: str) -> dict[str, str]:
    """The draw and the child on the page that shows it."""
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("draw", "reference")
    }


def number_of_draws(world: World) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Draw)) or 0


def test_the_drawn_child_is_asked_and_that_the_app_drew_is_stored_with_the_invitation(
    world: World,
) -> None:
    iro = world.sign_in(world.iro())
    drawn = draw(iro)
    assert drawn["reference"] in LIST
    page = iro.submit("/iro/pick", drawn, to="/iro/ask/drawn", expect=200).text
    assert f'value="{drawn["reference"]}"' in page
    assert '<option selected value="drawn">drawn by the app' in page
    iro.submit("/iro/ask", DRAWN_ASK | drawn)
    with world.session() as session:
        made = session.scalars(select(Invitation)).one()
    assert (made.how_chosen, made.draws_unused) == ("drawn", 0)
    assert number_of_draws(world) == 0, "the draw is used"


def test_the_same_form_is_one_draw_and_another_draw_is_noted(world: World) -> None:
    iro = world.sign_in(world.iro())
    first = draw(iro)
    again = [draw(iro, draw=first["draw"]) for _press in range(5)]
    assert again == [first] * 5
    assert number_of_draws(world) == 1
    page = iro.submit("/iro/pick", PICK | {"draw": new_id()}, expect=200).text
    assert "You drew 1 other child this month and did not ask them." in page
    iro.submit("/iro/ask", DRAWN_ASK | drawn_on(page))
    with world.session() as session:
        assert session.scalars(select(Invitation.draws_unused)).one() == 1
    board = world.sign_in(world.manager()).get("/manager/2026-10").text
    assert "Drawn by the app (1 after drawing again)" in board


def test_who_was_asked_this_month_is_left_out_and_only_their_number_is_told(
    world: World,
) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    world.response(officer, reference="rf\N{EN DASH}1001")
    world.response(officer, month="2026-08", reference="RF-1002")
    path = ask(iro, reference="RF-1003")
    iro.submit("/iro/month", to=f"{path}/not-reached")
    ask(world.sign_in(world.iro("Officer Pine")), reference="RF-1004")
    page = iro.submit("/iro/pick", PICK | {"draw": new_id()}, expect=200).text
    assert "drawn by the app from 3 children" in page
    assert "2 children are left out" in page
    assert drawn_on(page)["reference"] in {"RF-1002", "RF-1004", "RF-1005"}


def test_each_child_on_the_list_is_as_likely_as_any_other(lite: World) -> None:
    officer, seen = lite.iro(), Counter[str]()
    with lite.session(reading=False) as session:
        for _draw in range(200):
            found = draw_child(
                session,
                lite.parts.keys,
                LIST[:4],
                form_name=new_id(),
                survey="rate-my-review",
                part="did_not",
                person_id=officer.id,
                envelope_days=28,
            )
            seen[found.reference] += 1
    # Fifty each, and outside these bounds once in some hundred million runs.
    assert all(14 <= seen[one] <= 90 for one in LIST[:4]), seen


@pytest.mark.parametrize("how", ["no draw", "other child", "other officer", "used"])
def test_nobody_claims_a_draw_that_was_not(lite: World, how: str) -> None:
    iro = lite.sign_in(lite.iro())
    drawer = lite.sign_in(lite.iro("Officer Pine")) if how == "other officer" else iro
    drawn = draw(drawer)
    if how == "no draw":
        drawn["draw"] = ""
    elif how == "other child":
        drawn["reference"] = "RF-9999"
    elif how == "used":
        iro.submit("/iro/ask", DRAWN_ASK | drawn)
        drawn |= {"again": "y", "again_for": drawn["reference"]}
    with lite.session() as session:
        before = len(session.scalars(select(Invitation)).all())
    page = iro.submit("/iro/ask", DRAWN_ASK | drawn, expect=400).text
    assert "The app did not draw this child." in page
    with lite.session() as session:
        assert len(session.scalars(select(Invitation)).all()) == before


def test_a_form_with_a_strange_name_is_a_draw_of_its_own(world: World) -> None:
    iro = world.sign_in(world.iro())
    for name in ("x" * 32, "0" * 33, "<b>"):
        assert draw(iro, draw=name)["draw"] not in ("", name)
    assert number_of_draws(world) == 3


def test_the_database_refuses_a_draw_that_was_not(world: World) -> None:
    world.invitation()
    for broken in ("how_chosen = 'drawn'", "draws_unused = 0"):
        with world.session(reading=False) as session, pytest.raises(DatabaseError):
            session.execute(text(f"UPDATE invitation SET {broken}"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Paste the references of at least two children."),
        ("RF-1\n \nrf-1", "There must be at least two children to draw from."),
        ("RF-1\tJane\nRF-2\tJoe", "Reference 1 has more than one cell."),
        ("RF-1\n" + "x" * 61, "Reference 2 is too long"),
    ],
)
def test_a_list_that_nothing_can_be_drawn_from_is_kept_with_a_word_why(
    lite: World, typed: str, said: str
) -> None:
    iro = lite.sign_in(lite.iro())
    page = iro.submit("/iro/pick", PICK | {"references": typed}, expect=400).text
    assert said in page
    assert "<title>Error: Pick for me" in page
    assert typed.strip() in page
    assert number_of_draws(lite) == 0


def test_the_half_that_is_missing_is_chosen_already(lite: World) -> None:
    officer = lite.iro()
    lite.response(officer, pn="PN6")
    page = lite.sign_in(officer).get("/iro/pick").text
    assert re.search(r'<input checked[^>]*value="took_part"', page)


def test_of_the_list_nothing_is_kept_and_the_draw_goes_with_the_envelopes_clock(
    world: World,
) -> None:
    draw(world.sign_in(world.iro()))
    everything = every_byte(world.parts.database.engine)
    assert not any(one.encode() in everything for one in LIST)
    for days, left in ((27, 1), (28, 0)):
        with clock.set_clock(NOON + timedelta(days=days), everywhere=True):
            run_retention(world.parts.database, world.parts.keys, world.parts.settings)
        assert number_of_draws(world) == left


def test_an_erasure_takes_draws_of_the_child_along(lite: World) -> None:
    officer = lite.iro()
    drawn = draw(lite.sign_in(officer))
    invitation = lite.invitation(officer, reference=drawn["reference"].lower())
    with lite.app.app_context(), lite.parts.database.short_write() as session:
        erase_invitation(
            session,
            lite.parts.keys,
            lite.parts.settings.erased_file,
            invitation.id,
            reason="asked for",
            person_id=lite.lead().id,
        )
    assert number_of_draws(lite) == 0
