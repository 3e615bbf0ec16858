"""What cannot be true together is refused in words, and a child who was asked already is asked about first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Envelope, Invitation
from tests.conftest import NOON
from tests.support.asking import ASK
from tests.support.asking import ask_a_child as ask


def asked(world: World) -> int:
    """How many invitations there are."""
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Invitation)) or 0


@pytest.mark.parametrize("way", ["link", "aloud", "said_no"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pn_code": "PN0", "band": "12-17"}, "PN0 is for a child under 4"),
        ({"pn_code": "PN0", "band": "4-7", "over5": "y"}, "PN0 is for a child under 4"),
        ({"band": "4-7", "over16": "y"}, "“16 or over” is ticked"),
        ({"band": "8-11", "over16": "y"}, "“16 or over” is ticked"),
        ({"band": "12-17", "over5": "y"}, "“Over 5” is for the age"),
    ],
)
def test_what_contradicts_itself_is_refused_and_all_that_was_chosen_stays(
    lite: World, way: str, wrong: dict[str, str], words: str
) -> None:
    iro = lite.sign_in(lite.iro())
    page = iro.submit("/iro/ask", ASK | wrong | {"way": way}, expect=400).text
    assert words in page
    assert 'value="CASE-77"' in page
    assert asked(lite) == 0


def test_what_goes_together_is_taken(lite: World) -> None:
    iro = lite.sign_in(lite.iro())
    ask(iro, pn_code="PN0", band="4-7", reference="A")
    ask(iro, band="4-7", over5="y", reference="B")
    ask(iro, band="12-17", over16="y", reference="C")
    assert asked(lite) == 3


def test_a_reference_that_waits_is_asked_about_and_the_tick_is_for_that_one_alone(
    world: World,
) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro, reference="RF-1001")
    typed = ASK | {"reference": " rf\N{EN DASH}1001 "}
    page = iro.submit("/iro/ask", typed, expect=409).text
    assert "waits already, asked on 14 October." in page
    assert f'href="{path}"' in page
    assert asked(world) == 1
    again = {"again": "y", "again_for": "RF-1001"}
    iro.submit("/iro/ask", typed | again, expect=303)
    ask(iro, reference="RF-1002")
    iro.submit("/iro/ask", ASK | again | {"reference": "RF-1002"}, expect=409)
    assert asked(world) == 3


def test_one_who_answered_this_month_is_asked_about_and_another_officers_child_is_not_told_of(
    lite: World,
) -> None:
    officer = lite.iro()
    iro = lite.sign_in(officer)
    lite.response(officer, month="2026-09", reference="RF-1")
    ask(iro, reference="RF-1")
    lite.response(officer, reference="RF-2")
    page = iro.submit("/iro/ask", ASK | {"reference": "RF-2"}, expect=409).text
    assert "has answered this month" in page
    other = lite.sign_in(lite.iro("Officer Pine"))
    ask(other, reference="RF-1")
    ask(other, reference="RF-2")


def test_p22_an_answer_is_asked_about_while_every_envelope_is_kept_and_no_longer(
    lite: World,
) -> None:
    """Later the envelope is there only where words are unread, or a concern is open."""
    officer = lite.iro()
    lite.response(
        officer,
        day=date(2026, 10, 1),
        reference="RF-1",
        texts={"better": "Not yet read"},
    )
    for days, status in ((27, 409), (29, 303)):
        with clock.set_clock(NOON.replace(day=1) + timedelta(days=days)):
            iro = lite.sign_in(officer)
            iro.submit("/iro/ask", ASK | {"reference": "RF-1"}, expect=status)
    with lite.session() as session:
        assert session.scalar(select(func.count()).select_from(Envelope)) == 2


def test_one_whose_link_was_ended_or_who_said_no_is_asked_without_a_question(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    path = ask(iro)
    iro.submit(path, to=f"{path}/end")
    ask(iro, way="said_no")
    ask(iro)
