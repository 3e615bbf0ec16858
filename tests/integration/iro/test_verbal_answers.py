"""An IRO writes down what a child says aloud: the same questions, the child's words verbatim, marked verbal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerOption, Response
from feedback_app.models.text import SealedText
from feedback_app.responses.texts import open_text
from tests.conftest import NOON

SAID = {
    "day": "2026-10-14",
    "q-know_iro": "yes",
    "q-at_meeting": "yes",
    "q-better": "less people\nand my dog \u202e😀",
}


def test_what_a_child_says_is_kept_verbatim_and_marked_verbal(world: World) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    invitation = world.invitation(officer)
    page = iro.submit(f"/iro/verbal/{invitation.id}", SAID, expect=200).text
    assert "Written down" in page
    with world.session() as session:
        response = session.scalars(select(Response)).one()
        text = session.scalars(select(SealedText)).one()
    assert (response.channel, response.iro_may_see, response.helper) == (
        "verbal",
        "heard",
        None,
    )
    assert open_text(world.parts.keys.text, text) == "less people\nand my dog \u202e😀"


def test_the_page_has_the_words_to_say_before_and_after_and_does_not_ask_whether_the_iro_may_see(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    page = iro.get(f"/iro/verbal/{lite.invitation(lite.iro()).id}").text
    assert "I will write down your words" in page
    assert "I will read out what I wrote" in page
    assert 'name="iro_sees"' not in page
    assert 'name="helped"' not in page


def test_the_month_is_that_of_the_day_on_which_the_child_said_it(world: World) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    with clock.set_clock(NOON - timedelta(days=16), everywhere=True):
        invitation = world.invitation(officer)
    iro.submit(f"/iro/verbal/{invitation.id}", SAID | {"day": "2026-09-30"}, expect=200)
    with world.session() as session:
        assert session.scalars(select(Response.month)).all() == ["2026-09"]


def test_a_day_to_come_one_long_ago_or_none_is_refused_and_all_that_was_typed_stays(
    lite: World,
) -> None:
    officer = lite.iro()
    iro = lite.sign_in(officer)
    invitation = lite.invitation(officer)
    for day, words in (
        ("2026-10-15", "The day is in the future."),
        ("2026-08-12", "The day is more than 62 days ago."),
        ("", "Give the day on which the child said this."),
        ("soon", "Give the day on which the child said this."),
    ):
        page = iro.submit(
            f"/iro/verbal/{invitation.id}", SAID | {"day": day}, expect=400
        ).text
        assert words in page
        assert "less people\nand my dog" in page
    with lite.session() as session:
        assert session.scalars(select(Response)).all() == []


@pytest.mark.parametrize("day", ["2026-10-13", "2026-08-13"])
def test_monday_is_written_up_on_tuesday_and_counts_for_its_own_month(
    lite: World, day: str
) -> None:
    officer = lite.iro()
    iro, invitation = lite.sign_in(officer), lite.invitation(officer)
    page = iro.get(f"/iro/verbal/{invitation.id}").text
    assert 'min="2026-08-13" max="2026-10-14" value="2026-10-14"' in page
    iro.submit(f"/iro/verbal/{invitation.id}", SAID | {"day": day}, expect=200)
    with lite.session() as session:
        [kept] = session.scalars(select(Response))
        assert (str(kept.day), kept.month) == (day, day[:7])


def test_p49_the_same_send_again_is_the_same_thank_you_and_another_is_not_lost(
    world: World,
) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    invitation = world.invitation(officer)
    other_page = world.invitation(officer)
    guard = iro.guard(f"/iro/verbal/{other_page.id}")
    for _ in range(2):
        iro.post(
            f"/iro/verbal/{invitation.id}", SAID | {"csrf_token": guard}, expect=200
        )
    page = iro.post(
        f"/iro/verbal/{invitation.id}",
        SAID | {"csrf_token": guard, "q-better": "other words"},
        expect=409,
    ).text
    assert "other words" in page
    with world.session() as session:
        assert len(session.scalars(select(Response)).all()) == 1


def test_a_session_that_ended_keeps_the_words_out_of_sight_and_takes_them_after_signing_in(
    world: World,
) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    invitation = world.invitation(officer)
    guard = iro.guard(f"/iro/verbal/{invitation.id}")
    with clock.set_clock(NOON + timedelta(hours=2), everywhere=True):
        page = iro.post(
            f"/iro/verbal/{invitation.id}", SAID | {"csrf_token": guard}, expect=401
        ).text
        assert "less people" in page
        assert ">less people" not in page
        iro.submit(
            "/sign-in",
            {"email": officer.email, "password": "a long and quiet password"},
        )
        iro.submit(f"/iro/verbal/{invitation.id}", SAID, expect=200)
    with world.session() as session:
        assert session.scalars(select(Invitation.outcome)).all() == ["answered"]


def test_p26_a_text_beyond_the_limit_is_shown_back_and_not_cut(world: World) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    invitation = world.invitation(officer)
    long = "ä" * 4001
    page = iro.submit(
        f"/iro/verbal/{invitation.id}", SAID | {"q-better": long}, expect=400
    ).text
    assert long in page
    iro.submit(
        f"/iro/verbal/{invitation.id}", SAID | {"q-better": long[:-1]}, expect=200
    )


def test_an_ended_link_takes_no_verbal_answer(lite: World) -> None:
    officer = lite.iro()
    iro = lite.sign_in(officer)
    invitation = lite.invitation(officer)
    assert lite.receive(lite.form(invitation)).verdict == "thanks"
    page = iro.get(f"/iro/verbal/{invitation.id}", expect=404).text
    assert "This link is over" in page


@pytest.mark.parametrize(
    ("code", "answer", "words"),
    [
        ("PN1", "no", "that the child was not at the review"),
        ("PN4", "no", "that the child was not at the review"),
        ("PN5", "some", "that the child was at the review"),
        ("PN7", "yes", "that the child was at the review"),
    ],
)
def test_what_differs_from_the_code_is_asked_about_once_and_then_kept_as_both_are(
    lite: World, code: str, answer: str, words: str
) -> None:
    officer = lite.iro()
    iro, one = lite.sign_in(officer), lite.invitation(officer, pn=code)
    path, said = f"/iro/verbal/{one.id}", SAID | {"q-at_meeting": answer}
    page = iro.submit(path, said, expect=400).text
    assert words in page
    assert f"{code}: " in page
    assert "less people\nand my dog" in page
    assert f'name="q-at_meeting" value="{answer}" checked' in page
    assert "Yes, that is what the child said" in page.partition("<form")[0]
    with lite.session() as session:
        assert session.scalars(select(Response)).all() == []
    again = iro.submit(path, said | {"sure": "yes", "day": ""}, expect=400).text
    assert words not in again
    assert '<input type="hidden" name="sure" value="yes">' in again
    iro.submit(path, said | {"sure": "yes"}, expect=200)
    with lite.session() as session:
        kept = session.scalars(select(Response)).one()
        option = session.scalar(
            select(AnswerOption.option).where(AnswerOption.question == "at_meeting")
        )
    assert (kept.pn_code, option) == (code, answer)


@pytest.mark.parametrize(
    ("code", "answer"),
    [("PN1", "yes"), ("PN4", "some"), ("PN5", "no"), ("PN0", "no"), ("PN0", "yes")],
)
def test_what_agrees_with_the_code_or_a_code_that_says_neither_is_not_asked_about(
    lite: World, code: str, answer: str
) -> None:
    officer = lite.iro()
    one = lite.invitation(officer, pn=code, band="4-7", over5=False)
    said = SAID | {"q-at_meeting": answer}
    lite.sign_in(officer).submit(f"/iro/verbal/{one.id}", said, expect=200)
