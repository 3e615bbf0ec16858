"""The page of one's own account: where one is signed in, another password, and what a person is told by mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import PASSWORD, World
from feedback_app import audit, clock
from feedback_app.models.person import Person, SignedIn
from feedback_app.models.running import OutboxMessage
from feedback_app.people.attacks import tell_attacked
from feedback_app.web.browsers import UNKNOWN, browser_in_words
from tests.conftest import NOON
from tests.support.staff_links import CHOSEN, NEW, lost, mails

FIREFOX = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Mobile Safari/537.36"
)
END = re.compile(r'action="(/me/sessions/[0-9a-f]{32}/end)"')


def in_browser(world: World, person: Person, says: str) -> CheckedClient:
    client = world.client()
    client.http.environ_base["HTTP_USER_AGENT"] = says
    client.submit("/sign-in", {"email": person.email, "password": PASSWORD})
    return client


def told(world: World, person: Person) -> list[str]:
    with world.session() as session:
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None
    return [
        body
        for _subject, body, address in mails(world, "person_changed")
        if address == person.email
    ]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on an iPhone"),
        (CHROME, "Chrome on an Android phone or tablet"),
        (CHROME + " EdgA/140", "Edge on an Android phone or tablet"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0", "Chrome on a Chromebook"),
        ("<script>Windows</script>" * 900, "a browser on Windows"),
        ("", UNKNOWN),
    ],
)
def test_a_browser_is_named_as_people_know_it(says: str, words: str) -> None:
    assert browser_in_words(says) == words
    assert len(words) <= 60


def test_p17_a_person_sees_where_they_are_signed_in_and_ends_what_they_choose(
    world: World,
) -> None:
    officer = world.iro()
    desk = in_browser(world, officer, FIREFOX)
    with clock.set_clock(NOON + timedelta(minutes=5), everywhere=True):
        phone = in_browser(world, officer, IPHONE)
        third = in_browser(world, officer, CHROME)
        stranger = in_browser(world, world.manager(), CHROME)
        page = desk.get("/me").text
        assert page.index("Firefox on Windows, this one") < page.index("an iPhone")
        assert "14 October, 12:05 with a password" in page
        assert len(END.findall(page)) == 2
        [mark] = END.findall(page[page.index("an iPhone") :])[:1]
        # Nobody ends another's, and a second press or a made-up name does no harm.
        stranger.submit("/me/password", to=mark)
        phone.get("/iro/month")
        desk.submit("/me", to=mark)
        phone.get("/iro/month", expect=303)
        third.get("/iro/month")
        desk.submit("/me", to=mark)
        assert "had ended already" in desk.get("/me").text
        desk.submit("/me", to="/me/sessions/end-others")
        third.get("/iro/month", expect=303)
        stranger.get("/manager/2026-10")
        left = desk.get("/me").text
        assert "You are signed in here alone" in left
        assert not END.findall(left)


def test_a_session_that_is_over_is_not_listed_and_its_address_tells_nothing(
    lite: World,
) -> None:
    officer = lite.iro()
    in_browser(lite, officer, IPHONE)
    with clock.set_clock(NOON + timedelta(minutes=31), everywhere=True):
        page = in_browser(lite, officer, FIREFOX).get("/me").text
    assert "iPhone" not in page
    with lite.session() as session:
        ids = session.scalars(select(SignedIn.id)).all()
    assert not any(one in page for one in ids)


def change(
    client: CheckedClient, old: str, new: str = NEW, *, expect: int = 303, **more: str
) -> str:
    fields = {"password_now": old, "password": new, "again": new, **more}
    return client.submit("/me/password", fields, expect=expect).text


def test_p18_a_password_is_changed_by_who_knows_it_and_ends_all_other_sessions(
    world: World,
) -> None:
    officer = world.iro()
    client, other = world.sign_in_with_password(officer), world.sign_in(officer)
    path = lost(world, officer)
    page = change(client, "not my password at all", expect=400)
    assert "That is not your password" in page
    assert "not my password at all" not in page
    assert "12 to 128" in change(client, PASSWORD, "short", expect=400)
    assert "the password you have" in change(client, PASSWORD, PASSWORD, expect=400)
    assert "not the same" in change(client, PASSWORD, again="x", expect=400)
    other.get("/iro/month")
    change(client, PASSWORD)
    assert "Your password is changed" in client.get("/me").text
    other.get("/iro/month", expect=303)
    client.get(path, expect=404)
    fields = {"email": officer.email, "password": PASSWORD}
    world.client().submit("/sign-in", fields, expect=400)
    world.client().submit("/sign-in", fields | {"password": NEW})
    assert len([one for one in told(world, officer) if "was changed" in one]) == 1


def test_p16_the_old_password_is_not_guessed_from_an_open_session(lite: World) -> None:
    client = lite.sign_in_with_password(lite.iro())
    for _again in range(10):
        change(client, "wrong wrong wrong", expect=400)
    assert "Wait ten minutes" in change(client, PASSWORD, expect=429)


def test_who_has_no_password_shows_the_second_step_before_choosing_one(
    lite: World,
) -> None:
    officer = lite.iro()
    client = lite.sign_in(officer)
    with lite.parts.database.short_write() as session:
        session.get_one(Person, officer.id).password_hash = None
    assert "Your password now" not in client.get("/me/password").text
    with clock.set_clock(NOON + timedelta(minutes=6), everywhere=True):
        asked = client.get("/me/password", expect=303).headers["Location"]
        assert asked == "/me/confirm?next=/me/password"
        guard = client.guard("/me")
        client.post("/me/password", CHOSEN | {"csrf_token": guard}, expect=303)
    client.submit("/me/password", CHOSEN)
    lite.client().submit("/sign-in", CHOSEN | {"email": officer.email})


def test_a_new_browser_is_told_once_and_a_flood_of_them_does_not_mail_for_ever(
    world: World,
) -> None:
    officer = world.iro()
    client = in_browser(world, officer, FIREFOX)
    client.submit("/sign-in", {"email": officer.email, "password": PASSWORD})
    [mail] = told(world, officer)
    assert "Firefox on Windows" in mail
    assert f"{world.parts.settings.public_url}/me" in mail
    for _again in range(6):
        in_browser(world, officer, IPHONE)
    assert len(told(world, officer)) == 5
    with clock.set_clock(NOON + timedelta(days=1, minutes=1), everywhere=True):
        in_browser(world, officer, IPHONE)
    assert len(told(world, officer)) == 6


def miss(world: World, email: str, times: int) -> None:
    client = world.client()
    fields = {"email": email, "password": "wrong wrong wrong"}
    fields["csrf_token"] = client.guard()
    for number in range(times):
        elsewhere = {"REMOTE_ADDR": f"192.0.2.{number}"}
        client.http.post("/sign-in", data=fields, environ_base=elsewhere)


def look(world: World) -> int:
    with world.parts.database.short_write() as session:
        return tell_attacked(session, world.parts.keys, world.parts.settings)


def test_a_person_is_told_once_a_day_that_their_account_is_attacked(
    world: World,
) -> None:
    world.change_settings(sign_in_misses=3)
    officer = world.iro()
    miss(world, officer.email, 2)
    miss(world, "nobody@staff.invalid", 1)
    assert look(world) == 0
    miss(world, officer.email, 1)
    assert look(world) == 1
    [mail] = told(world, officer)
    assert "many wrong passwords" in mail
    for minutes in (1, 30, 600):
        with clock.set_clock(NOON + timedelta(minutes=minutes), everywhere=True):
            miss(world, officer.email, 3)
            assert look(world) == 0
    with clock.set_clock(NOON + timedelta(days=1, minutes=31), everywhere=True):
        miss(world, officer.email, 3)
        assert look(world) == 1
    assert len(told(world, officer)) == 2


def test_wrong_codes_by_who_knows_the_password_are_told_in_other_words(
    lite: World,
) -> None:
    lite.change_settings(second_factor="required")
    officer = lite.iro()
    client = lite.client()
    client.submit("/sign-in", {"email": officer.email, "password": PASSWORD})
    with lite.parts.database.short_write() as session:
        session.get_one(Person, officer.id).totp_confirmed_at = NOON
    for _again in range(5):
        client.submit("/sign-in/second", {"code": "000000"}, expect=400)
    assert look(lite) == 1
    [mail] = told(lite, officer)
    assert "they know your password" in mail
    with lite.session() as session:
        assert session.scalar(select(OutboxMessage.kind)) == "person_changed"
