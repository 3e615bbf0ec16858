"""Invited members of staff choose a password; lost passwords are replaced by a link that works once (promise 19)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bench.support.world import PASSWORD, World
from feedback_app import clock, worker
from feedback_app.messages import deliveries
from feedback_app.models.person import Person, StaffToken
from feedback_app.models.running import Delivery, OutboxMessage
from feedback_app.people import staff_messages
from tests.conftest import NOON

NEW = "another long and quiet password"
CHOSEN = {"password": NEW, "again": NEW}


def mails(world: World, kind: str) -> list[tuple[str, str, str]]:
    with world.session() as session:
        messages = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == kind)
        ).all()
        found = [
            staff_messages.write_staff_message(
                session, world.parts.keys, world.parts.settings, one
            )
            for one in messages
        ]
    return [one for one in found if one is not None]


def path_in(world: World, mail: tuple[str, str, str]) -> str:
    base = world.parts.settings.public_url
    line = next(line for line in mail[1].splitlines() if line.startswith(base))
    return line.removeprefix(base)


def lost(world: World, person: Person) -> str:
    world.client().submit("/sign-in/forgot", {"email": person.email}, expect=200)
    return path_in(world, mails(world, "password_reset")[-1])


def test_p19_a_reset_link_works_once_and_ends_all_sessions(world: World) -> None:
    iro = world.iro()
    open_before = world.sign_in(iro)
    path = lost(world, iro)
    client = world.client()
    client.submit(path, CHOSEN)
    open_before.get("/iro/month", expect=303)
    client.get(path, expect=404)
    client.submit("/sign-in", CHOSEN | {"email": iro.email}, to=path, expect=404)
    client.submit("/sign-in", {"email": iro.email, "password": PASSWORD}, expect=400)
    client.submit("/sign-in", {"email": iro.email, "password": NEW})


def test_p19_a_reset_link_works_for_thirty_minutes(world: World) -> None:
    path = lost(world, world.iro())
    with clock.set_clock(NOON + timedelta(minutes=29, seconds=59), everywhere=True):
        world.client().get(path)
    with clock.set_clock(NOON + timedelta(minutes=30), everywhere=True):
        world.client().get(path, expect=404)


def test_p19_the_link_stands_nowhere_in_the_database(world: World) -> None:
    token = lost(world, world.iro()).rpartition("/")[2]
    with world.session() as session:
        assert token not in repr(
            [vars(row) for row in session.scalars(select(StaffToken))]
        )
        assert token not in repr(
            [vars(row) for row in session.scalars(select(OutboxMessage))]
        )


def test_p19_a_reset_keeps_the_second_factor(world: World) -> None:
    iro = world.iro()
    with world.parts.database.short_write() as session:
        row = session.get_one(Person, iro.id)
        row.totp_seed, row.totp_key_id, row.totp_confirmed_at = (
            b"sealed",
            "k",
            clock.now(),
        )
    world.client().submit(lost(world, iro), CHOSEN)
    with world.session() as session:
        row = session.get_one(Person, iro.id)
        assert (row.totp_seed, row.totp_key_id, row.totp_confirmed_at) == (
            b"sealed",
            "k",
            NOON,
        )


def test_p19_a_forged_host_never_stands_in_a_mail(lite: World) -> None:
    iro = lite.iro()
    client = lite.client()
    guard = client.guard("/sign-in/forgot")
    for headers in (
        {"Host": "evil.invalid"},
        {"X-Forwarded-Host": "evil.invalid"},
        {"Forwarded": "host=evil.invalid"},
    ):
        client.http.post(
            "/sign-in/forgot",
            data={"email": iro.email, "csrf_token": guard},
            headers=headers,
        )
    found = mails(lite, "password_reset")
    assert found
    for subject, body, address in found:
        assert "evil" not in subject + body + address
        assert f"\n{lite.parts.settings.public_url}/sign-in/reset/" in body


def test_p16_asking_for_a_link_reads_the_same_for_everyone(lite: World) -> None:
    gone = lite.iro("Officer Gone")
    with lite.parts.database.short_write() as session:
        session.get_one(Person, gone.id).active = False
    pages = {
        lite.client().submit("/sign-in/forgot", {"email": email}, expect=200).data
        for email in (lite.iro().email, gone.email, "nobody@staff.invalid")
    }
    assert len(pages) == 1
    assert [address for *_rest, address in mails(lite, "password_reset")] == [
        lite.iro().email
    ]


def test_p16_asking_for_links_is_throttled(lite: World) -> None:
    client = lite.client()
    for _ in range(10):
        client.submit("/sign-in/forgot", {"email": lite.iro().email}, expect=200)
    assert (
        "Wait ten minutes"
        in client.submit(
            "/sign-in/forgot", {"email": lite.iro().email}, expect=429
        ).text
    )


def test_a_password_that_will_not_do_is_refused_in_words_and_the_link_still_works(
    lite: World,
) -> None:
    path = lost(lite, lite.iro())
    client = lite.client()
    assert (
        "12 to 128"
        in client.submit(path, {"password": "short", "again": "short"}, expect=400).text
    )
    assert (
        "not the same" in client.submit(path, CHOSEN | {"again": "x"}, expect=400).text
    )
    assert "second time" in client.submit(path, {"password": NEW}, expect=400).text
    client.submit(path, CHOSEN)


def test_a_later_link_ends_the_earlier(lite: World) -> None:
    iro = lite.iro()
    first = lost(lite, iro)
    with clock.set_clock(NOON + timedelta(minutes=1), everywhere=True):
        second = lost(lite, iro)
        lite.client().get(first, expect=404)
        lite.client().get(second)


def test_p18_a_link_of_someone_switched_off_opens_nothing(lite: World) -> None:
    iro = lite.iro()
    path = lost(lite, iro)
    with lite.parts.database.short_write() as session:
        session.get_one(Person, iro.id).active = False
    lite.client().get(path, expect=404)


def test_an_invited_person_chooses_a_password_and_comes_in(world: World) -> None:
    administrator = world.sign_in(world.administrator())
    asked = {
        "name": "Officer Elder",
        "email": "Elder@Staff.invalid",
        "roles": ["iro", "manager"],
    }
    administrator.submit("/admin/invite", asked)
    [mail] = mails(world, "staff_invited")
    assert mail[2] == "elder@staff.invalid"
    path = path_in(world, mail)
    assert path not in administrator.get("/admin/").text
    client = world.client()
    assert "Officer Elder" in client.get(path).text
    client.submit(path, CHOSEN)
    client.submit("/sign-in", {"email": "elder@staff.invalid", "password": NEW})
    client.get("/manager/2026-10")
    client.get(path, expect=404)


def test_an_invitation_works_for_seven_days(lite: World) -> None:
    asked = {"name": "Officer Elder", "email": "elder@staff.invalid", "roles": ["iro"]}
    lite.sign_in(lite.administrator()).submit("/admin/invite", asked)
    path = path_in(lite, mails(lite, "staff_invited")[0])
    with clock.set_clock(
        NOON + timedelta(days=7) - timedelta(seconds=1), everywhere=True
    ):
        lite.client().get(path)
    with clock.set_clock(NOON + timedelta(days=7), everywhere=True):
        lite.client().get(path, expect=404)


def test_p19_the_worker_mails_the_link_to_its_person_alone(lite: World) -> None:
    path = lost(lite, lite.iro())
    with lite.app.app_context(), lite.parts.database.short_write() as session:
        worker.run_database_steps(session, lite.parts)
    with lite.session() as session:
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "password_reset")
        ).one()
        found = worker.personal_message(lite.parts, session, message)
    assert found
    assert found[0] == lite.iro().email
    assert path in found[1].body
    lite.client().submit(path, CHOSEN)
    with lite.session() as session:
        assert worker.personal_message(lite.parts, session, message) is None


def test_p19_a_link_that_no_mail_takes_goes_no_second_way(lite: World) -> None:
    lost(lite, lite.iro())
    settings = lite.parts.settings.model_copy(
        update={"teams_webhook": SecretStr("https://teams.invalid/hook")}
    )
    with lite.parts.database.short_write() as session:
        deliveries.address_messages(session, settings)
    with (
        clock.set_clock(NOON + timedelta(minutes=16), everywhere=True),
        lite.parts.database.short_write() as session,
    ):
        assert deliveries.second_ways(session, settings) == 0
        assert session.scalars(select(Delivery.channel)).all() == ["mail"]


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in/reset/unknown",
        "/sign-in/invited/unknown",
        "/sign-in/second",
        "/me/confirm",
    ],
)
def test_p32_a_form_without_its_guard_keeps_no_password_and_no_code_in_the_page(
    lite: World, path: str
) -> None:
    lite.app.config["WTF_CSRF_ENABLED"] = True
    client = lite.sign_in(lite.manager())
    typed = {
        "password": "sentinel password one",
        "again": "sentinel password two",
        "code": "sentinel code",
    }
    answer = client.http.post(path, data=typed)
    assert answer.status_code == 400
    assert "sentinel" not in answer.text
