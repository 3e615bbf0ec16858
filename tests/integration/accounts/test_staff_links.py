"""Invited members of staff choose a password; lost passwords are replaced by a link that works once (promise 19)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import event, select

from bench.support.world import PASSWORD, World
from feedback_app import audit, clock, worker
from feedback_app.messages import deliveries
from feedback_app.models.person import Identity, LinkRequest, Person, StaffToken
from feedback_app.models.running import Delivery, OutboxMessage
from feedback_app.people import link_requests
from feedback_app.people.link_requests import (
    LINKS_A_DAY,
    NOTICES_A_DAY,
    account_digests,
    request_link,
)
from tests.conftest import NOON
from tests.support.staff_links import CHOSEN, NEW, judge, lost, mails, path_in


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
    judge(lite)
    found = mails(lite, "password_reset")
    assert found
    for subject, body, address in found:
        assert "evil" not in subject + body + address
        assert f"\n{lite.parts.settings.public_url}/sign-in/reset/" in body


def people_of_all_kinds(world: World) -> dict[str, Person]:
    """Somebody at work, somebody invited, switched off, gone, away for long, and one with a council account alone."""
    found = {
        kind: world.iro(f"Officer {kind}")
        for kind in ("at work", "invited", "off", "gone", "away", "council")
    }
    with world.parts.database.short_write() as session:
        rows = {
            kind: session.get_one(Person, person.id) for kind, person in found.items()
        }
        rows["invited"].password_hash = rows["council"].password_hash = None
        rows["off"].active = rows["gone"].active = False
        rows["gone"].left_at = NOON
        rows["away"].last_seen_at = NOON - timedelta(days=61)
        own = Identity(
            tenant="t", object_id="o", person_id=found["council"].id, added_at=NOON
        )
        session.add(own)
    return found


def test_p16_asking_for_a_link_reads_and_asks_the_same_for_everyone(
    world: World,
) -> None:
    people = people_of_all_kinds(world)
    emails = [person.email for person in people.values()] + ["nobody@staff.invalid"]
    client = world.client()
    fields = {"csrf_token": client.guard("/sign-in/forgot")}
    asked: list[str] = []
    engine = world.parts.database.engine
    event.listen(engine, "before_cursor_execute", lambda *on: asked.append(on[2]))
    answers = set()
    for email in emails:
        asked.clear()
        answer = client.http.post("/sign-in/forgot", data=fields | {"email": email})
        assert any("INSERT INTO link_request" in one for one in asked)
        assert not any("person" in one for one in asked), "nobody is looked for"
        answers.add((answer.status_code, answer.data, "; ".join(asked)))
    assert len(answers) == 1
    with world.session() as session:
        rows = session.scalars(select(LinkRequest)).all()
        assert len(rows) == len(emails)
        assert not any("@" in row.account for row in rows)


def test_p16_the_worker_sends_each_person_what_helps_them(world: World) -> None:
    people = people_of_all_kinds(world)
    for email in [*(person.email for person in people.values()), "nobody@x.invalid"]:
        world.client().submit("/sign-in/forgot", {"email": email}, expect=200)
    assert judge(world) == 7
    assert judge(world) == 0
    links = mails(world, "password_reset")
    assert {address for *_rest, address in links} == {
        people["at work"].email,
        people["invited"].email,
    }
    told = {address: body for _subject, body, address in mails(world, "person_changed")}
    assert set(told) == {people[kind].email for kind in ("off", "away", "council")}
    assert "switched off" in told[people["off"].email]
    assert "switched off" in told[people["away"].email]
    assert "council account" in told[people["council"].email]
    with world.session() as session:
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None


def test_p16_a_flood_of_asks_sends_few_mails_and_takes_no_link_away(
    lite: World,
) -> None:
    people = people_of_all_kinds(lite)
    iro, off = people["at work"], people["off"]
    first = lost(lite, iro)
    for minutes in range(1, 24 * 60, 16):
        with clock.set_clock(NOON + timedelta(minutes=minutes), everywhere=True):
            with lite.parts.database.short_write() as session:
                for person in (iro, off):
                    digest = account_digests(lite.parts.keys.digest, person.email)[0]
                    request_link(session, digest, on_known_device=False)
            judge(lite)
            if minutes < 30:
                lite.client().get(first)
    with lite.session() as session:
        sent = session.scalars(select(OutboxMessage.kind)).all()
    assert sent.count("password_reset") == LINKS_A_DAY
    assert sent.count("person_changed") == NOTICES_A_DAY
    # The person's own ask, on a device of theirs, is answered all the same.
    with clock.set_clock(NOON + timedelta(hours=23, minutes=59), everywhere=True):
        own = lite.sign_in_with_password(iro)
        own.submit("/sign-in/forgot", {"email": iro.email}, expect=200)
        judge(lite)
        [path] = [path_in(lite, mail) for mail in mails(lite, "password_reset")]
        lite.client().get(path)


def test_p16_of_a_flood_only_so_many_asks_are_kept(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_requests, "MOST_WAITING", 3)
    for number in range(5):
        fields = {"email": f"nobody{number}@staff.invalid"}
        lite.client().submit("/sign-in/forgot", fields, expect=200)
    assert judge(lite) == 3


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


def test_two_links_are_open_at_most_and_one_that_is_used_ends_the_other(
    lite: World,
) -> None:
    iro = lite.iro()
    first = lost(lite, iro)
    with clock.set_clock(NOON + timedelta(minutes=1), everywhere=True):
        second = lost(lite, iro)
        assert lost(lite, iro) == second, "while two are open no third is made"
        lite.client().get(first)
        lite.client().submit(second, CHOSEN)
        lite.client().get(first, expect=404)


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
    with lite.app.app_context():
        worker.run_database_steps(lite.parts)
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
        "/me/password",
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
        "password_now": "sentinel password three",
    }
    answer = client.http.post(path, data=typed)
    assert answer.status_code == (404 if path.endswith("unknown") else 400)
    assert "sentinel" not in answer.text
