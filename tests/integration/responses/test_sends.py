"""What becomes of a send: once, twice, from two phones, too big (promises 10, 29, 49, 50)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bench.support.world import World
from feedback_app import clock
from feedback_app.invitations.tokens import mark_of
from feedback_app.models.response import AnswerRow, Response
from feedback_app.models.safeguarding import ContactRequest
from feedback_app.models.text import SealedText, SetAside
from feedback_app.responses.set_aside import open_set_aside
from feedback_app.responses.texts import open_text
from tests.support.tables import counts

WORDS = "I want to see my brother more"
OTHER = "Please ignore the first one"


def said(world: World) -> dict[str, int]:
    """What is in the tables that a send writes to."""
    found = counts(world.parts.database.engine)
    return {
        name: found[name]
        for name in (
            "response",
            "set_aside",
            "queue_entry",
            "outbox_message",
            "sealed_text",
        )
    }


def parts_of(answer: TestResponse) -> tuple[int, bytes]:
    return answer.status_code, answer.data


def test_p49_the_same_send_again_is_the_same_thank_you_and_one_response(
    world: World,
) -> None:
    form = world.form(
        world.invitation(), {"know_iro": ["yes"], "why_not": []}, {"better": WORDS}
    )
    first = world.client().post("/r", form)
    stored = said(world)
    assert "Thank you" in first.text
    assert stored["response"] == 1
    for _ in range(5):
        assert parts_of(world.client().post("/r", form)) == parts_of(first)
    assert said(world) == stored


def test_p49_the_order_of_fields_and_line_ends_do_not_make_another_send(
    world: World,
) -> None:
    invitation = world.invitation()
    first = world.form(
        invitation,
        {"at_meeting": ["no"], "why_not": ["school", "no_wish"]},
        {"better": "one\ntwo"},
    )
    again = dict(reversed(first.items())) | {
        "q-why_not": first["q-why_not"][::-1],
        "q-better": ["one\r\ntwo "],
    }
    page = world.client().post("/r", first)
    assert parts_of(world.client().post("/r", again)) == parts_of(page)
    assert said(world)["set_aside"] == 0


def test_p50_another_text_from_a_second_phone_is_set_aside_once_with_one_alert(
    world: World,
) -> None:
    invitation = world.invitation()
    world.client().post("/r", world.form(invitation, {"know_iro": ["yes"]}))
    before = said(world)
    other = world.form(invitation, {"know_iro": ["yes"]}, {"better": OTHER})
    for _ in range(3):
        page = world.client().post("/r", other)
        assert "We have what you wrote" in page.text
    added = {name: number - before[name] for name, number in said(world).items()}
    assert added == {
        "response": 0,
        "set_aside": 1,
        "queue_entry": 1,
        "outbox_message": 1,
        "sealed_text": 0,
    }


@pytest.mark.parametrize(
    "later",
    [
        {"talk_to": "not_safe"},
        {"talk_to": "iro"},
        {"talk_how_text": "ring me at school"},
        {"iro_sees": "yes"},
    ],
)
def test_p50_another_wish_under_the_same_answers_is_set_aside_too(
    lite: World, later: dict[str, str]
) -> None:
    invitation = lite.invitation()
    lite.client().post("/r", lite.form(invitation, {"know_iro": ["yes"]}))
    before = said(lite)
    page = lite.client().post(
        "/r", lite.form(invitation, {"know_iro": ["yes"]}, **later)
    )
    assert "We have what you wrote" in page.text
    assert said(lite)["set_aside"] == before["set_aside"] + 1
    assert said(lite)["queue_entry"] == before["queue_entry"] + 1


def test_what_is_written_about_how_to_talk_without_choosing_with_whom_is_read(
    lite: World,
) -> None:
    """A page without script shows the box whatever was chosen before it."""
    lite.client().post("/r", lite.form(lite.invitation(), talk_how_text=WORDS))
    with lite.session() as session:
        text = session.scalars(select(SealedText)).one()
        assert open_text(lite.parts.keys.text, text) == WORDS
        assert session.scalars(select(ContactRequest.wanted)).all() == ["other"]
    assert said(lite)["queue_entry"] == 1


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 10, 14, 22, 30, tzinfo=UTC), date(2026, 10, 14)),
        (datetime(2026, 10, 14, 23, 30, tzinfo=UTC), date(2026, 10, 15)),
        (datetime(2026, 9, 30, 23, 0, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_p53_a_send_counts_for_the_day_it_is_in_london(
    lite: World, instant: datetime, day: date
) -> None:
    with clock.set_clock(instant, everywhere=True):
        lite.client().post("/r", lite.form(lite.invitation(), {"know_iro": ["yes"]}))
    with lite.session() as session:
        assert session.scalars(select(Response.day)).all() == [day]


def test_p50_what_was_set_aside_opens_for_the_reader_as_it_was_written(
    world: World,
) -> None:
    invitation = world.invitation()
    world.client().post("/r", world.form(invitation))
    world.client().post(
        "/r", world.form(invitation, {"know_iro": ["no"]}, {"better": OTHER})
    )
    with world.session() as session:
        kept = open_set_aside(world.parts.keys, session.scalars(select(SetAside)).one())
    assert kept == {"q-know_iro": ["no"], "q-better": [OTHER]}


def test_p50_twenty_different_sends_of_a_link_are_kept_and_the_next_is_shown_back(
    world: World,
) -> None:
    invitation = world.invitation()
    world.client().post("/r", world.form(invitation))
    for number in range(20):
        world.client().post(
            "/r", world.form(invitation, {}, {"better": f"text {number}"})
        )
    page = world.client().post(
        "/r", world.form(invitation, {}, {"better": "one more"}), expect=429
    )
    assert "one more" in page.text
    world.client().post("/r", world.form(invitation, {}, {"better": "text 7"}))
    assert said(world)["set_aside"] == 20


def test_p10_after_a_send_the_cookie_is_gone_and_nothing_is_to_be_stored(
    world: World,
) -> None:
    invitation = world.invitation()
    phone = world.client()
    address = f"/r/{world.token(invitation)}"
    page = phone.get(address)
    assert 'autocomplete="off"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    cookie = f"link-{mark_of(world.token(invitation))}"
    assert phone.http.get_cookie(cookie) is not None
    for form in (world.form(invitation), world.form(invitation, {}, {"better": OTHER})):
        phone.http.set_cookie(cookie, world.token(invitation))
        thanks = phone.post("/r", form)
        assert thanks.headers["Cache-Control"] == "no-store"
        assert "Max-Age=0" in thanks.headers["Set-Cookie"]
        assert "HttpOnly" in thanks.headers["Set-Cookie"]
        assert phone.http.get_cookie(cookie) is None
    again = phone.get(address)
    assert "Already sent" in again.text
    assert again.headers["Cache-Control"] == "no-store"
    assert "<form" not in again.text
    kept = phone.http.get_cookie(f"sent-{mark_of(world.token(invitation))}")
    assert kept is not None
    assert world.token(invitation) not in kept.value
    world.client().get(address, expect=404)


def test_p10_without_the_phones_cookie_the_send_counts_all_the_same(
    world: World,
) -> None:
    """Promise 32: the link's token guards the send, so that a phone that refuses cookies can send too."""
    form = world.form(world.invitation())
    world.client().post("/r", form)
    assert said(world)["response"] == 1


@pytest.mark.parametrize("size", [270_000, 600_000])
def test_p29_more_than_256_kb_is_refused_with_the_text_still_on_the_page(
    world: World, size: int
) -> None:
    form = world.form(world.invitation(), {}, {"better": WORDS + " " + "x" * size})
    page = world.client().post("/r", form, expect=413)
    assert WORDS in page.text
    assert "x" * size in page.text
    assert said(world)["response"] == 0


def test_p29_more_than_200_fields_are_refused_with_the_text_still_on_the_page(
    world: World,
) -> None:
    form = world.form(world.invitation(), {}, {"better": WORDS})
    form |= {"declined": ["know_iro"] * 201}
    assert WORDS in world.client().post("/r", form, expect=413).text


def test_p29_a_send_of_megabytes_is_not_read_at_all(world: World) -> None:
    form = world.form(world.invitation(), {}, {"better": "x" * 2_000_000})
    world.client().post("/r", form, expect=413)


@pytest.mark.parametrize(
    ("survey", "texts"),
    [("rate-my-review", ("best", "better")), ("safeguarding", ("best", "better"))],
)
def test_p29_four_thousand_letters_of_a_three_byte_script_fit_in_every_box(
    world: World, survey: str, texts: tuple[str, ...]
) -> None:
    """Percent-encoded each takes nine bytes. The box beside "Who do you want to talk to?" holds 500."""
    words = "あ" * 4000
    form = world.form(
        world.invitation(band="12-17", survey=survey),
        {"at_meeting": ["no"]},
        dict.fromkeys(texts, words),
        talk_to="other",
        talk_how_text="あ" * 500,
    )
    assert "Thank you" in world.client().post("/r", form).text
    with world.session() as session:
        kept = {
            open_text(world.parts.keys.text, row)
            for row in session.scalars(select(SealedText))
        }
        assert (
            session.scalar(select(func.count()).select_from(SealedText))
            == len(texts) + 1
        )
    assert kept == {words, "あ" * 500}


def test_p51_a_body_that_ends_before_its_length_is_refused_and_nothing_is_stored(
    world: World,
) -> None:
    """As gunicorn hands it over: it says that it ends each body itself."""
    body = urlencode(
        world.form(world.invitation(), {}, {"better": WORDS}), doseq=True
    ).encode()
    answer = world.client().http.post(
        "/r",
        input_stream=io.BytesIO(body[:-5]),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input_terminated": True,
        },
    )
    assert answer.status_code == 400
    assert said(world)["response"] == 0


def test_p27_bytes_that_are_no_text_are_kept_as_they_were_written(world: World) -> None:
    form = world.form(world.invitation(), {"know_iro": ["yes"]})
    body = urlencode(form, doseq=True) + "&q-better=before%FFafter"
    page = world.client().post(
        "/r", body, content_type="application/x-www-form-urlencoded"
    )  # type: ignore[arg-type]
    assert "Thank you" in page.text
    with world.session() as session:
        assert (
            open_text(world.parts.keys.text, session.scalars(select(SealedText)).one())
            == "before%FFafter"
        )


def test_a_page_that_sends_its_fields_as_parts_is_read_as_well(world: World) -> None:
    """Pages that were loaded before this form's way of sending changed."""
    form = world.form(world.invitation(), {}, {"better": WORDS})
    assert (
        "Thank you"
        in world.client().post("/r", form, content_type="multipart/form-data").text
    )


def test_p26_a_text_that_is_too_long_comes_back_whole_and_can_be_sent_shortened(
    world: World,
) -> None:
    invitation = world.invitation()
    long = "x" * 4001
    page = world.client().post(
        "/r", world.form(invitation, {}, {"better": long}), expect=400
    )
    assert long in page.text
    world.client().post("/r", world.form(invitation, {}, {"better": long[:-1]}))
    assert said(world)["response"] == 1


def test_p23_fields_that_the_page_has_not_are_ignored(world: World) -> None:
    form = world.form(world.invitation(), {"know_iro": ["made_up"]})
    form |= {
        "month": ["2020-01"],
        "iro_id": ["somebody"],
        "pn_code": ["PN7"],
        "q-invented": ["yes"],
        "id": ["1"],
    }
    world.client().post("/r", form)
    with world.session() as session:
        response = session.scalars(select(Response)).one()
        states = {row.question: row.state for row in session.scalars(select(AnswerRow))}
    assert (response.month, response.pn_code) == ("2026-10", "PN1")
    assert response.iro_id == world.iro().id
    assert states["know_iro"] == "left"
    assert "invented" not in states


def test_a_stamp_of_another_link_counts_for_nothing_and_the_words_are_kept(
    world: World,
) -> None:
    form, other = (
        world.form(world.invitation(), {}, {"better": WORDS}) for _ in range(2)
    )
    page = world.client().post("/r", form | {"page": other["page"]})
    assert "We have what you wrote" in page.text
    assert (said(world)["response"], said(world)["set_aside"]) == (0, 1)


def test_without_script_words_beside_i_dont_want_to_say_are_kept_and_ticks_are_not(
    world: World,
) -> None:
    """Rule D3: nobody can say which came last, and words that a child took the trouble to write are kept."""
    form = world.form(
        world.invitation(), {"know_iro": ["yes"]}, {"better": WORDS}, plain="1"
    )
    form["declined"] = ["better", "know_iro", "best"]
    world.receive(form)
    with world.session() as session:
        states = {row.question: row.state for row in session.scalars(select(AnswerRow))}
    assert states["better"] == "given"
    assert states["know_iro"] == "declined"
    assert states["best"] == "declined"


def test_a_plain_page_that_comes_back_shows_what_would_be_counted(world: World) -> None:
    """Too long to be taken: the words are there, and no tick says that they are declined."""
    form = world.form(
        world.invitation(), {"know_iro": ["yes"]}, {"better": "x" * 4001}, plain="1"
    )
    form["declined"] = ["better", "know_iro"]
    page = world.client().post("/r", form, expect=400).text
    assert "x" * 4001 in page
    assert 'name="declined" value="better"><span' in page
    assert 'name="declined" value="know_iro" checked' in page
    assert 'name="q-know_iro" value="yes" checked' in page
