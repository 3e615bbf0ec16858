"""An officer hands their own phone to a child: the questions open, and no page of the officer's does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import PASSWORD, World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person, SignedIn
from feedback_app.models.running import AuditEntry
from feedback_app.web.access import find_policy
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each
from tests.support.asking import ask_a_child as ask
from tests.support.tables import contents


def hand_over(client: CheckedClient, path: str, **more: str) -> str:
    """Press the button on the link's page; where it leads."""
    return str(client.submit(path, more, to=f"{path}/hand-over").location)


def sessions(world: World, officer: Person) -> int:
    """How many sessions that officer has."""
    with world.session() as session:
        found = select(SignedIn.id).where(SignedIn.person_id == officer.id)
        return len(session.scalars(found).all())


def test_the_questions_open_on_the_phone_and_the_session_is_gone(world: World) -> None:
    officer = world.iro()
    phone, desk = world.sign_in(officer), world.sign_in(officer)
    path = ask(phone)
    with world.session() as session:
        one = session.scalars(select(Invitation)).one()
    answer = phone.submit(path, to=f"{path}/hand-over")
    assert answer.location == f"/r/{world.token(one)}"
    assert "Clear-Site-Data" not in answer.headers  # an interview may be kept there
    assert phone.http.get_cookie("staff") is None
    page = phone.get(answer.location).text
    assert 'id="visit"' in page
    assert "Officer Oak" not in page
    assert sessions(world, officer) == 1
    desk.get(path)  # another device of theirs is as it was
    with world.session() as session:
        [entry] = session.scalars(
            select(AuditEntry).where(AuditEntry.what == "phone_handed_over")
        )
    assert (entry.person_id, entry.about, entry.reason) == (officer.id, one.id, "")


def test_p17_no_address_of_staff_opens_on_a_phone_that_was_handed_over(
    lite: World,
) -> None:
    """Not by typing it, not with the cookie that the phone had, not for somebody who has every role."""
    ids = one_of_each(lite)
    officer = lite.person("Everybody Elm", "iro", "manager", "lead", "administrator")
    phone = lite.sign_in(officer)
    path, guard = ask(phone, reference="CASE-OWN"), phone.guard("/me")
    former = phone.http.get_cookie("staff")
    assert former
    hand_over(phone, path)
    phone.http.set_cookie("staff", former.value)  # as if the browser had kept it
    tried = 0
    for rule in lite.app.url_map.iter_rules():
        named = find_policy(lite.app, rule.endpoint)
        if named is None or named.is_public:
            continue
        place = address(rule.rule, ids | {"invitation_id": path.rsplit("/", 1)[1]})
        if "GET" in (rule.methods or ()):
            answer = phone.http.get(place)
            assert answer.status_code == 303, place
            assert answer.location.startswith("/sign-in"), place
        if "POST" in (rule.methods or ()):
            answer = phone.http.post(place, data={"csrf_token": guard})
            assert answer.status_code == 401, place
            assert "CASE" not in answer.text
        tried += 1
    assert tried > 60


def test_only_signing_in_leads_back_and_by_then_the_child_has_answered(
    lite: World,
) -> None:
    officer = lite.iro()
    phone = lite.sign_in(officer)
    one = lite.invitation(officer)
    path = f"/iro/links/{one.id}"
    hand_over(phone, path)
    back = phone.get(path, expect=303).location
    assert back == f"/sign-in?next={path}"
    assert lite.receive(lite.form(one)).verdict == "thanks"
    typed = {"email": officer.email, "password": PASSWORD, "next": path}
    assert phone.submit(back, typed, to="/sign-in").location == path
    phone.get(path, expect=303)
    assert "The child has answered." in phone.get("/iro/month").text


def test_where_a_second_step_is_asked_for_the_password_alone_leads_nowhere(
    lite: World,
) -> None:
    officer = lite.iro()
    phone = lite.sign_in(officer)
    path = ask(phone)
    hand_over(phone, path)
    lite.change_settings(second_factor="required")
    typed = {"email": officer.email, "password": PASSWORD, "next": path}
    assert phone.submit("/sign-in", typed).location.startswith("/sign-in/second")
    assert phone.get(path, expect=303).location.startswith("/sign-in/second")


def test_the_child_sends_and_leaves_as_from_any_phone(lite: World) -> None:
    phone = lite.sign_in(lite.iro())
    path = ask(phone)
    there = hand_over(phone, path)
    with lite.session() as session:
        one = session.scalars(select(Invitation)).one()
    phone.get(there)
    form = lite.form(one, {"at_meeting": ["yes"]}, plain="1")
    assert phone.http.post("/r", data=form).location.startswith("/sent/thanks")
    leave = phone.http.get("/leave")
    assert leave.location == lite.parts.settings.leave_url


def test_a_child_who_went_back_too_far_is_led_to_the_questions(lite: World) -> None:
    phone = lite.sign_in(lite.iro())
    path = ask(phone)
    phone.get(hand_over(phone, path))
    page = phone.get(phone.get(path, expect=303).location).text
    there = re.search(r'href="(/r\?k=[^"]+)"', page)
    assert there
    assert 'id="visit"' in phone.get(there[1]).text
    assert "/r?k=" not in lite.client().get("/sign-in").text


def test_p2_nothing_stored_opens_the_survey_after_it(world: World) -> None:
    phone = world.sign_in(world.iro())
    path = ask(phone)
    token = hand_over(phone, path, form_key="pressed").removeprefix("/r/")
    assert len(token) > 20
    assert token not in str(contents(world.parts.database.engine))


@pytest.mark.full
@pytest.mark.parametrize("over", ["answered", "ended", "too late"])
def test_a_link_that_is_over_is_not_handed_over_and_the_officer_stays_signed_in(
    lite: World, over: str
) -> None:
    officer = lite.iro()
    phone, one = lite.sign_in(officer), lite.invitation(officer)
    path = f"/iro/links/{one.id}"
    if over == "answered":
        lite.receive(lite.form(one))
    if over == "ended":
        phone.submit(path, to=f"{path}/end")
    later = NOON + timedelta(days=15) if over == "too late" else NOON
    with clock.set_clock(later, everywhere=True):
        phone = lite.sign_in(officer)
        answer = phone.submit("/iro/month", to=f"{path}/hand-over")
        assert answer.location.startswith("/iro/month")
        assert "This link is over already" in phone.get("/iro/month").text


def test_a_form_from_elsewhere_hands_nothing_over(lite: World) -> None:
    officer = lite.iro()
    phone = lite.sign_in(officer)
    path = ask(phone)
    phone.post(f"{path}/hand-over", {}, expect=400)
    assert sessions(lite, officer) == 1


def test_no_word_to_the_officer_is_left_for_the_next_page(lite: World) -> None:
    phone = lite.sign_in(lite.iro())
    path = ask(phone)
    guard = phone.guard(path)
    phone.submit(path, to=f"{path}/again")  # "This is a new link" is still to be shown
    phone.post(f"{path}/hand-over", {"csrf_token": guard}, expect=303)
    assert "This is a new link" not in phone.get("/sign-in").text
