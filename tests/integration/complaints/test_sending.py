"""Anybody complains about how answers are kept: without link, sign-in or cookie, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.complaint import COMPLAINT_ABOUT, Complaint, ComplaintAbout
from feedback_app.models.person import Miss
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.ranking.rank import rank_text
from feedback_app.reading.ranking_run import rank_waiting
from feedback_app.responses.texts import open_complaint
from tests.conftest import NOON
from tests.support.tables import every_byte

PATH = "/privacy/complaint"
WORDS = "You gave my words to my school. “Quotes” & <tags>, 🐈"


def send(world: World, *, expect: int = 303, **fields: str) -> TestResponse:
    return world.client().post(
        PATH, {"what": WORDS, "form_key": "page-1", **fields}, expect=expect
    )


def kept(world: World) -> list[Complaint]:
    with world.session() as session:
        return list(session.scalars(select(Complaint).order_by(Complaint.received_at)))


@pytest.mark.parametrize("look", ["young", "middle", "older", "easy"])
def test_privacy_words_of_every_age_lead_to_a_number_the_ico_and_the_form(
    lite: World, look: str
) -> None:
    band = {"young": "4-7", "older": "12-17"}.get(look, "8-11")
    token = lite.token(lite.invitation(band=band, look=look))
    for page in (
        lite.client().get("/privacy").text,
        lite.client().get(f"/r/{token}").text,
    ):
        assert "Not happy with how we keep your answers?" in page
        assert 'href="tel:01632960106"' in page
        assert 'href="tel:03031231113"' in page
        assert f'href="{PATH}?look=' in page
    form = lite.client().get(f"{PATH}?look={look}&language=en").text
    assert f'<body class="{look}">' in form


def test_without_a_number_of_its_own_a_complaint_is_rung_in_to_the_service(
    lite: World,
) -> None:
    administrator = lite.sign_in(lite.administrator())
    page = administrator.get("/admin/numbers").text
    assert 'name="complaints_phone"' in page
    fields = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page))
    administrator.submit(
        "/admin/numbers", fields | {"complaints_phone": ""}, to="/admin/numbers"
    )
    told = lite.client().get("/privacy").text
    assert "01632 960 106" not in told
    assert 'Call <a href="tel:01632960100">01632 960 100</a>, or use our form' in told


def test_a_complaint_is_sealed_queued_told_and_tied_to_no_invitation(
    world: World,
) -> None:
    world.manager()
    phone = world.client()
    token = world.token(world.invitation())
    phone.get(f"/r/{token}")  # the browser has a child's link in a cookie
    answer = phone.post(
        PATH,
        {"what": WORDS, "how": "ask my aunt", "who": "Sam", "reference": " CASE – 7 "},
        expect=303,
    )
    assert "Set-Cookie" not in answer.headers
    [one] = kept(world)
    assert one.number in phone.get(answer.location).text
    assert (one.about, one.state, one.due_on) == (
        "none",
        "waiting",
        NOON.date() + timedelta(days=29),
    )
    with world.session() as session:
        words = open_complaint(session, world.parts.keys.text, one.id)
        assert words == {
            "what": WORDS,
            "how": "ask my aunt",
            "who": "Sam",
            "reference": "CASE - 7",
        }
        [entry] = session.scalars(select(QueueEntry)).all()
        assert (entry.complaint_id, entry.text_id) == (one.id, None)
        assert entry.urgency == "urgent"  # until it is ranked
        [message] = session.scalars(select(OutboxMessage)).all()
        assert (message.kind, message.about_id) == ("complaint", one.id)
    held = every_byte(world.parts.database.engine)
    for clear in (b"gave my words", b"ask my aunt", b"CASE - 7", token.encode()):
        assert clear not in held


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"what": ""}, "Please say what is wrong"),
        ({"what": " \u200b\u2800\n"}, "Please say what is wrong"),
        ({"what": "x" * 4001}, "You have 4001"),
        ({"how": "y" * 501}, "You have 501"),
        ({"who": "z" * 201}, "You have 201"),
        ({"reference": "9" * 61}, "You have 61"),
    ],
)
def test_what_must_be_mended_is_said_beside_all_that_was_typed(
    lite: World, fields: dict[str, str], problem: str
) -> None:
    typed = {"what": WORDS, "how": "my aunt", "who": "Sam", "about": "lead", **fields}
    page = lite.client().post(PATH, typed, expect=400).text
    assert problem in page
    for name, words in typed.items():
        if words.strip(" \u200b\u2800\n") and name != "about":
            assert words.split("<")[0].replace("&", "&amp;") in page
    assert 'value="lead" checked' in page
    assert kept(lite) == []


def test_a_text_is_measured_after_it_is_normalised(lite: World) -> None:
    send(lite, what="e\u0301" * 4000, how="a\r\n" * 250)
    with lite.session() as session:
        lengths = {
            row.column_name: row.characters
            for row in session.scalars(select(SealedText))
        }
    assert lengths == {"what": 4000, "how": 499}


def test_pressed_twice_it_is_kept_once_and_the_same_words_of_another_page_are_another(
    lite: World,
) -> None:
    first, second = send(lite), send(lite)
    assert first.location == second.location
    assert send(lite, form_key="page-2").location != first.location
    assert len(kept(lite)) == 2


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"what": WORDS + "x" * 300_000}, 413),
        ({**{f"more-{n}": "x" for n in range(250)}, "what": WORDS}, 413),
    ],
)
def test_too_much_is_shown_back_to_be_shortened(
    lite: World, fields: dict[str, str], status: int
) -> None:
    page = lite.client().http.post(PATH, data={"about": "none", **fields})
    assert page.status_code == status
    assert kept(lite) == []
    if len(fields) == 1:
        assert "You gave my words" in page.text
        assert f'action="{PATH}?' in page.text


def test_an_address_sends_so_many_and_the_next_waits_with_its_words(
    lite: World,
) -> None:
    for number in range(lite.parts.settings.complaint_sends):
        send(lite, form_key=f"page-{number}")
    page = send(lite, form_key="another", expect=429)
    assert "You gave my words" in page.text
    assert page.headers["Retry-After"]
    with lite.session() as session:
        assert {row.kind for row in session.scalars(select(Miss))} == {"complaint"}
    with clock.set_clock(NOON + timedelta(minutes=11), everywhere=True):
        send(lite, form_key="later")


def test_when_the_database_is_away_the_words_are_on_the_page_to_be_sent_again(
    lite: World,
) -> None:
    lite.app.testing = False
    with lite.parts.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE complaint RENAME TO lost"))
    page = lite.client().http.post(PATH, data={"what": WORDS, "about": "manager"})
    assert page.status_code == 503
    assert "You gave my words" in page.text
    assert 'name="about" value="manager"' in page.text
    with lite.parts.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lost RENAME TO complaint"))
    send(lite)


def test_a_nul_is_dropped_and_a_form_from_another_site_is_refused(lite: World) -> None:
    send(lite, what="before\0after")
    with lite.session() as session:
        [one] = session.scalars(select(Complaint)).all()
        assert open_complaint(session, lite.parts.keys.text, one.id) == {
            "what": "beforeafter"
        }
    http = lite.client().http
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = http.post(PATH, data={"what": "theirs"}, headers=headers)
        assert answer.status_code == 400
        assert "theirs" not in answer.text
    assert len(kept(lite)) == 1


def test_a_browser_that_says_nothing_of_where_it_was_is_let_in(lite: World) -> None:
    bare = lite.app.test_client()
    bare.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    assert bare.post(PATH, data={"what": WORDS}).status_code == 303
    assert (
        bare.post(
            PATH, data={"what": WORDS}, headers={"Origin": "https://evil.example"}
        ).status_code
        == 400
    )


def test_words_that_say_harm_are_ranked_and_raise_a_concern_without_a_response(
    lite: World,
) -> None:
    send(lite, what="My carer hits me at home with a belt. I am scared to go home.")
    send(lite, what="You spelt my name wrong on the letter.", form_key="page-2")
    rank_waiting(lite.parts.database, lite.parts.keys, ranker=rank_text)
    with lite.session() as session:
        [concern] = session.scalars(select(Concern)).all()
        urgent = {
            row.complaint_id: row.urgency for row in session.scalars(select(QueueEntry))
        }
        told = session.scalars(
            select(OutboxMessage.about_id).where(OutboxMessage.kind == "concern")
        ).all()
    assert told == [concern.id]
    assert sorted(urgent.values()) == ["ordinary", "urgent"]
    assert urgent[concern.complaint_id] == "urgent"
    assert (concern.source, concern.invitation_id, concern.response_id) == (
        "ranking",
        None,
        None,
    )


@pytest.mark.parametrize("about", COMPLAINT_ABOUT)
def test_whoever_holds_the_office_that_it_is_about_is_named_as_it_comes_in(
    lite: World, about: str
) -> None:
    both = lite.person("Both Birch", "lead", "manager")
    lite.manager()
    lite.lead()
    send(lite, about=about)
    with lite.session() as session:
        named = set(session.scalars(select(ComplaintAbout.person_id)))
    expected = {
        "manager": {both.id, lite.manager().id},
        "lead": {both.id, lite.lead().id},
    }
    assert named == expected.get(about, set())
