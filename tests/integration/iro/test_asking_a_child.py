"""An IRO asks children: makes links, shows and prints them, issues them again, ends them, notes who said no."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Envelope, Invitation, Link
from feedback_app.models.running import AuditEntry
from tests.conftest import NOON
from tests.support.asking import ASK
from tests.support.asking import ask_a_child as ask


def test_a_link_is_made_with_qr_code_address_and_four_words(world: World) -> None:
    iro = world.sign_in(world.iro())
    page = iro.get(ask(iro)).text
    assert "<svg" in page
    assert re.search(r"http://127\.0\.0\.1:5000/r/[A-Za-z0-9_-]{43}", page)
    assert re.search(r'<p class="four">[a-z]+ [a-z]+ [a-z]+ [a-z]+</p>', page)
    assert "CASE-77" in page


def test_the_four_words_and_the_address_on_the_page_open_the_same_survey(
    world: World,
) -> None:
    iro = world.sign_in(world.iro())
    page = iro.get(ask(iro)).text
    words = re.search(r'<p class="four">([a-z ]+)</p>', page)[1]  # type: ignore[index]
    token = re.search(r"/r/([A-Za-z0-9_-]{43})", page)[1]  # type: ignore[index]
    child = world.client()
    answer = child.post(
        "/", {"words": f"  {words.upper().replace(' ', '-')}. "}, expect=303
    )
    assert answer.headers["Location"] == f"/r/{token}"
    assert f'value="{token}"' in child.get(f"/r/{token}").text


@pytest.mark.parametrize(
    "missing", ["band", "pn_code", "mode", "how_chosen", "reference"]
)
def test_nothing_of_the_form_may_be_left_out_and_what_was_chosen_stays(
    lite: World, missing: str
) -> None:
    iro = lite.sign_in(lite.iro())
    page = iro.submit("/iro/ask", ASK | {missing: ""}, expect=400).text
    assert "There is a problem" in page
    if missing != "reference":
        assert 'value="CASE-77"' in page
    with lite.session() as session:
        assert session.scalars(select(Invitation)).all() == []


def test_a_reference_of_spaces_is_refused(lite: World) -> None:
    iro = lite.sign_in(lite.iro())
    page = iro.submit("/iro/ask", ASK | {"reference": "   "}, expect=400).text
    assert "Type a reference by which the council can find the child." in page


def test_the_issuer_sees_the_reference_while_the_link_waits_and_not_after_the_answer(
    world: World,
) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    path = ask(iro)
    assert "CASE-77" in iro.get("/iro/month").text
    with world.session() as session:
        invitation = session.scalars(select(Invitation)).one()
    assert world.receive(world.form(invitation)).verdict == "thanks"
    assert "CASE-77" not in iro.get("/iro/month").text
    assert iro.get(path, expect=303).location.startswith("/iro/month")
    assert "The child has answered." in iro.get("/iro/month").text


def test_the_reference_is_sealed_in_the_database(world: World) -> None:
    iro = world.sign_in(world.iro())
    ask(iro)
    with world.session() as session:
        envelope = session.scalars(select(Envelope)).one()
    assert b"CASE-77" not in envelope.value
    assert "CASE-77" not in envelope.reference_digest


def test_a_lost_card_is_issued_again_and_the_older_link_ends(world: World) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro)
    before = re.search(r"/r/([A-Za-z0-9_-]{43})", iro.get(path).text)[1]  # type: ignore[index]
    iro.submit(path, to=f"{path}/again")
    after = re.search(r"/r/([A-Za-z0-9_-]{43})", iro.get(path).text)[1]  # type: ignore[index]
    assert before != after
    world.client().get(f"/r/{before}", expect=404)
    world.client().get(f"/r/{after}")


def test_a_link_is_ended_at_once(world: World) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro)
    token = re.search(r"/r/([A-Za-z0-9_-]{43})", iro.get(path).text)[1]  # type: ignore[index]
    iro.submit(path, to=f"{path}/end")
    world.client().get(f"/r/{token}", expect=404)
    assert "This link has ended" in iro.get(path).text
    iro.get(f"{path}/card", expect=404)


def test_asked_and_said_no_is_one_tap_on_a_waiting_link(world: World) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro)
    iro.submit("/iro/month", to=f"{path}/said-no")
    assert "Asked in October: 1 child (1 said no)." in iro.get("/iro/month").text
    with world.session() as session:
        assert session.scalars(select(Invitation.outcome)).all() == ["declined"]


def test_asked_and_said_no_needs_no_link_at_all(world: World) -> None:
    iro = world.sign_in(world.iro())
    iro.submit("/iro/ask", ASK | {"way": "said_no"})
    with world.session() as session:
        assert session.scalars(select(Invitation.outcome)).all() == ["declined"]
        assert session.scalars(select(Link)).all() == []


def test_p21_another_iros_link_is_as_unknown_as_one_that_never_was(
    world: World,
) -> None:
    mine = world.sign_in(world.iro("Officer Oak"))
    other = world.sign_in(world.iro("Officer Pine"))
    path = ask(mine)
    never = "/iro/links/" + "0" * 32
    pages = [
        re.sub(
            r'name="(csrf_token|form_key)"[^>]*>', "", other.get(one, expect=404).text
        )
        for one in (path, never)
    ]
    assert pages[0] == pages[1]
    other.get(f"{path}/card", expect=404)
    other.get("/iro/verbal/" + path.rsplit("/", 1)[1], expect=404)
    taps = ("said-no", "not-reached", "not-safe")
    verbs = ("again", "end", *taps, "back", "again/back", "before", "hand-over")
    for verb in verbs:
        other.submit("/iro/ask", to=f"{path}/{verb}", expect=404)
    with world.session() as session:
        assert session.scalars(select(Invitation.outcome)).all() == ["waiting"]


def test_my_month_says_done_or_not_for_each_of_the_two(world: World) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    assert iro.get("/iro/month").text.count("Not yet") == 2
    world.response(officer, pn="PN2")
    assert iro.get("/iro/month").text.count("Not yet") == 1
    world.response(officer, pn="PN6")
    page = iro.get("/iro/month").text
    assert "Not yet" not in page
    assert "Your month is met" in page


def test_the_code_page_says_which_word_no_card_has_and_keeps_what_was_typed(
    lite: World,
) -> None:
    page = lite.client().post("/", {"words": "apple qqqq bear cup"}, expect=400).text
    assert "qqqq" in page
    assert 'value="apple qqqq bear cup"' in page
    assert (
        "all four words"
        in lite.client().post("/", {"words": "apple bear"}, expect=400).text
    )


def test_each_deed_is_in_the_audit_trail_without_the_reference(world: World) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro)
    iro.submit(path, to=f"{path}/again")
    iro.submit(path, to=f"{path}/end")
    with world.session() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [e.what for e in entries][-3:] == [
        "invitation_issued",
        "invitation_reissued",
        "invitation_ended",
    ]
    assert all("CASE" not in e.about + e.reason for e in entries)


def test_p17_an_iros_session_ends_after_30_idle_minutes_and_after_8_hours_in_all(
    world: World,
) -> None:
    iro = world.sign_in(world.iro())
    with clock.set_clock(NOON + timedelta(minutes=29), everywhere=True):
        iro.get("/iro/month")
    with clock.set_clock(NOON + timedelta(minutes=58), everywhere=True):
        iro.get("/iro/month")
    with clock.set_clock(NOON + timedelta(minutes=89), everywhere=True):
        assert "/sign-in" in iro.get("/iro/month", expect=303).headers["Location"]


def test_p32_a_form_without_its_guard_is_shown_again_with_all_that_was_typed(
    world: World,
) -> None:
    iro = world.sign_in(world.iro())
    page = iro.post("/iro/ask", ASK, expect=400).text
    assert 'value="CASE-77"' in page
    assert "Nothing you typed is lost" in page
