"""Passkeys: added, shown at the second step, alone, and when asked again, and taken off (promises 13, 14, 18)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select

from bench.support import quick
from bench.support.client import CheckedClient
from bench.support.world import PASSWORD, World
from feedback_app import audit, clock
from feedback_app.accounts.passkeys import site
from feedback_app.config import read_settings
from feedback_app.models.person import Challenge, Passkey, Person, RecoveryCode
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.people import staff_messages
from tests.conftest import NOON
from tests.support.authenticator import Device

SITE = "http://review.council.invalid"


@pytest.fixture
def strict(database_url: str, tmp_path: Path, still_clock: None) -> Iterator[World]:
    """A world with a host name, in which the second factor is compulsory."""
    made = World.make(database_url, tmp_path, second_factor="required", public_url=SITE)
    yield made
    made.close()


@pytest.fixture
def strict_lite(tmp_path: Path, still_clock: None) -> Iterator[World]:

    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    made = World.make(url, tmp_path, second_factor="required", public_url=SITE)
    yield made
    made.close()


def guard_in(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]


def options_in(page: str) -> str:
    return html.unescape(re.search(r'data-options="([^"]+)"', page)[1])  # type: ignore[index]


def by_password(world: World, person: Person) -> CheckedClient:
    client = world.client()
    client.submit("/sign-in", {"email": person.email, "password": PASSWORD})
    return client


def start_adding(client: CheckedClient) -> str:
    return client.submit(
        "/me/second-factor", to="/me/second-factor/passkeys", expect=200
    ).text


def add(
    client: CheckedClient,
    device: Device,
    name: str = "work laptop",
    *,
    expect: int = 200,
) -> str:
    """Make a passkey by the pages; the first is answered with recovery codes."""
    page = start_adding(client)
    fields = {
        "csrf_token": guard_in(page),
        "credential": device.make(options_in(page)),
        "name": name,
    }
    return client.post("/me/second-factor/passkeys", fields, expect=expect).text


def asked(
    client: CheckedClient, path: str, page: str = "/sign-in"
) -> dict[str, object]:
    answer = client.post(path, {"csrf_token": guard_in(client.get(page).text)})
    assert answer.mimetype == "application/json"
    return json.loads(answer.text)


def alone(client: CheckedClient, credential: str, *, expect: int = 303) -> str:
    """A sign-in by passkey alone."""
    answer = client.submit(
        "/sign-in", {"credential": credential}, to="/sign-in/passkey", expect=expect
    )
    return answer.headers.get("Location", answer.text)


def show_alone(world: World, device: Device, *, expect: int = 303) -> str:
    client = world.client()
    return alone(
        client, device.show(asked(client, "/sign-in/passkey/ask")), expect=expect
    )


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def told(world: World) -> list[tuple[str, str]]:
    with world.session() as session:
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None
        messages = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == "person_changed")
            .order_by(OutboxMessage.about_id)
        ).all()
        found = [
            staff_messages.write_staff_message(
                session, world.parts.keys, world.parts.settings, one
            )
            for one in messages
        ]
    return [(mail[2], mail[1]) for mail in found if mail]


def audited(world: World, what: str) -> list[tuple[str, str]]:
    with world.session() as session:
        found = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.what == what)
            .order_by(AuditEntry.number)
        )
        return [(entry.about, entry.reason) for entry in found]


def test_p13_a_passkey_is_a_second_step_and_a_whole_sign_in_by_itself(
    strict: World,
) -> None:
    officer, device = strict.iro(), Device(SITE)
    client = by_password(strict, officer)
    assert len(re.findall(r"<code>[a-z0-9-]{14}</code>", add(client, device))) == 10
    client.get("/iro/month")
    again = by_password(strict, officer)
    again.get("/iro/month", expect=303)
    shown = device.show(asked(again, "/me/passkey/ask", "/sign-in/second"))
    assert (
        again.submit("/sign-in/second", {"credential": shown}).headers["Location"]
        == "/iro/month"
    )
    again.get("/iro/month")
    assert show_alone(strict, device) == "/iro/month"
    assert "work laptop" in client.get("/me/second-factor").text


def test_p13_what_the_device_keeps_of_a_person_is_no_e_mail_and_no_id(
    strict_lite: World,
) -> None:
    officer, device = strict_lite.iro(), Device(SITE)
    add(by_password(strict_lite, officer), device)
    assert len(device.handle) == 32
    assert officer.email.encode() not in device.handle
    assert bytes.fromhex(officer.id) not in device.handle


def test_p14_what_was_asked_is_answered_once_even_raced(strict: World) -> None:
    officer, device = strict.iro(), Device(SITE, counts=False)
    add(by_password(strict, officer), device)
    clients = [strict.client() for _ in range(8)]
    shown = device.show(asked(clients[0], "/sign-in/passkey/ask"))
    guards = [guard_in(client.get("/sign-in").text) for client in clients]

    def send(client: CheckedClient, guard: str) -> int:
        return client.http.post(
            "/sign-in/passkey", data={"csrf_token": guard, "credential": shown}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(send, clients, guards))
    assert sorted(seen) == [303] + [400] * 7
    with strict.session() as session:
        assert session.scalar(select(func.count()).select_from(Challenge)) == 0


def test_p14_a_question_ends_after_five_minutes_and_one_that_was_missed_is_over(
    strict_lite: World,
) -> None:
    officer, device, other = strict_lite.iro(), Device(SITE), Device(SITE)
    add(by_password(strict_lite, officer), device)
    client = strict_lite.client()
    question = asked(client, "/sign-in/passkey/ask")
    with clock.set_clock(later(5), everywhere=True):
        alone(client, device.show(question), expect=400)
    question = asked(client, "/sign-in/passkey/ask")
    other.credential_id = device.credential_id
    alone(client, other.show(question), expect=400)
    alone(client, device.show(question), expect=400)
    assert show_alone(strict_lite, device) == "/iro/month"


def test_p13_a_copy_counts_backwards_is_refused_audited_and_told(strict: World) -> None:
    officer, device = strict.iro(), Device(SITE)
    add(by_password(strict, officer), device)
    copy = device.copied()
    for _ in range(2):
        show_alone(strict, device)
    assert "does not open" in show_alone(strict, copy, expect=400)
    assert audited(strict, "refused") == [(officer.id, "a copy of a passkey")]
    to, words = told(strict)[-1]
    assert to == officer.email
    assert "copy of one of your passkeys" in words
    show_alone(strict, device)


@pytest.mark.parametrize(
    "fault",
    [
        "another site",
        "another host",
        "not verified",
        "another key",
        "unknown",
        "another person's",
        "nonsense",
    ],
)
def test_p13_forged_passkeys_open_nothing(strict: World, fault: str) -> None:
    officer, device, other = strict.iro(), Device(SITE), Device(SITE)
    add(by_password(strict, officer), device)
    client = by_password(strict, officer)
    question = asked(client, "/me/passkey/ask", "/sign-in/second")
    if fault == "another site":
        device.origin = "http://review.council.invalid.evil.invalid"
    elif fault == "another host":
        question["rpId"] = "evil.invalid"
    elif fault == "not verified":
        device.verifies = False
    elif fault == "another key":
        device.key = other.key
    elif fault == "unknown":
        device = other
    elif fault == "another person's":
        device = other
        add(by_password(strict, strict.iro("Officer Other")), other)
    shown = (
        device.show(question)
        if fault != "nonsense"
        else '{"rawId": "AAAA", "response": {"clientDataJSON": "e30"}}'
    )
    client.submit("/sign-in/second", {"credential": shown}, expect=400)
    client.get("/iro/month", expect=303)
    if fault not in ("another person's", "nonsense"):
        stranger = strict.client()
        question = asked(stranger, "/sign-in/passkey/ask") | {"rpId": question["rpId"]}
        assert "does not open" in alone(stranger, device.show(question), expect=400)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "{}",
        "[]",
        "null",
        "[" * 20_000,
        '{"rawId": 1, "response": 2}',
        '{"response": {"clientDataJSON": "é"}}',
    ],
)
def test_p13_nonsense_is_no_passkey_and_no_fault_of_ours(
    strict_lite: World, sent: str
) -> None:
    assert "does not open" in alone(strict_lite.client(), sent, expect=400)
    client = by_password(strict_lite, strict_lite.iro())
    if sent:
        page = start_adding(client)
        client.post(
            "/me/second-factor/passkeys",
            {"csrf_token": guard_in(page), "credential": sent},
            expect=400,
        )


def test_p13_whatever_a_device_may_send_it_is_refused_in_words(
    strict_lite: World,
) -> None:
    """A passkey's parts, each cut and turned: never a fault of ours, never a way in."""
    officer, device = strict_lite.iro(), Device(SITE, counts=False)
    add(by_password(strict_lite, officer), device)
    client = strict_lite.client()
    for name in ("clientDataJSON", "authenticatorData", "signature"):
        for change in (
            lambda text: text[:-8],
            lambda text: text[::-1],
            lambda _text: "AAAA",
        ):
            said = json.loads(device.show(asked(client, "/sign-in/passkey/ask")))
            said["response"][name] = change(said["response"][name])
            answer = client.http.post(
                "/sign-in/passkey",
                data={
                    "csrf_token": guard_in(client.get("/sign-in").text),
                    "credential": json.dumps(said),
                },
            )
            assert answer.status_code in (400, 429)


def test_p16_unknown_passkeys_are_throttled_and_all_read_the_same(
    strict_lite: World,
) -> None:
    officer, gone = Device(SITE), Device(SITE)
    add(by_password(strict_lite, strict_lite.iro()), officer)
    person = strict_lite.iro("Officer Gone")
    add(by_password(strict_lite, person), gone)
    with strict_lite.parts.database.short_write() as session:
        session.get_one(Person, person.id).active = False
    pages = set()
    for device in (Device(SITE), gone):
        pages.add(
            re.sub(
                r'name="(csrf_token|form_key)"[^>]*>',
                "",
                show_alone(strict_lite, device, expect=400),
            )
        )
    assert len(pages) == 1
    strict_lite.change_settings(address_misses=10)
    for _ in range(8):
        show_alone(strict_lite, Device(SITE), expect=400)
    assert "Wait ten minutes" in show_alone(strict_lite, officer, expect=429)


def test_p18_a_person_away_for_sixty_days_is_not_let_in_by_a_passkey(
    strict: World,
) -> None:
    officer, device = strict.iro(), Device(SITE)
    add(by_password(strict, officer), device)
    with clock.set_clock(NOON + timedelta(days=60), everywhere=True):
        assert "does not open" in show_alone(strict, device, expect=400)
    with strict.session() as session:
        assert not session.get_one(Person, officer.id).active


def test_p18_adding_and_taking_off_end_all_other_sessions_are_audited_and_told(
    strict: World,
) -> None:
    officer, first, second = strict.iro(), Device(SITE), Device(SITE)
    other = by_password(strict, officer)
    client = by_password(strict, officer)
    add(client, first)
    other.get("/sign-in/second", expect=303)
    assert (
        other.get("/sign-in/second", expect=303)
        .headers["Location"]
        .startswith("/sign-in?")
    )
    show_alone(strict, first)
    other = strict.client()
    alone(other, first.show(asked(other, "/sign-in/passkey/ask")))
    other.get("/iro/month")
    add(client, second, "my phone", expect=303)
    other.get("/iro/month", expect=303)
    alone(other, second.show(asked(other, "/sign-in/passkey/ask")))
    with strict.session() as session:
        mine = session.scalars(
            select(Passkey.id).where(Passkey.name == "my phone")
        ).one()
    client.submit("/me/second-factor", to=f"/me/second-factor/passkeys/{mine}/off")
    other.get("/iro/month", expect=303)
    client.get("/iro/month")
    show_alone(strict, second, expect=400)
    assert audited(strict, "factor_added") == [(officer.id, "passkey")] * 2
    assert audited(strict, "factor_removed") == [(officer.id, "passkey")]
    about = [(to, "second step" in words) for to, words in told(strict)]
    assert about.count((officer.email, True)) == 3
    assert about.count((officer.email, False)) == 2, "two new browsers"
    assert "was taken off" in told(strict)[-1][1]
    assert "whoever is signed in as you" in told(strict)[-1][1]


def test_p13_the_last_second_step_stays_outside_the_demo(strict: World) -> None:
    client = by_password(strict, strict.iro())
    add(client, Device(SITE))
    with strict.session() as session:
        mine = session.scalars(select(Passkey.id)).one()
    page = client.submit(
        "/me/second-factor", to=f"/me/second-factor/passkeys/{mine}/off", expect=409
    ).text
    assert "only second step" in page
    seed = add_app(client)
    assert seed
    client.submit("/me/second-factor", to=f"/me/second-factor/passkeys/{mine}/off")
    assert (
        "only second step"
        in client.submit(
            "/me/second-factor", to="/me/second-factor/app/off", expect=409
        ).text
    )
    add(client, Device(SITE), expect=303)
    client.submit("/me/second-factor", to="/me/second-factor/app/off")
    client.submit("/me/second-factor", to="/me/second-factor/app/off", expect=404)
    with strict.session() as session:
        assert (
            session.scalars(
                select(Person.totp_seed).where(Person.id == strict.iro().id)
            ).one()
            is None
        )


def add_app(client: CheckedClient) -> str:
    page = client.submit(
        "/me/second-factor", to="/me/second-factor/app", expect=200
    ).text
    seed = re.sub(r"\s", "", re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1])  # type: ignore[index]
    setup = re.search(r'name="setup" value="([^"]+)"', page)[1]  # type: ignore[index]
    fields = {
        "csrf_token": guard_in(page),
        "setup": setup,
        "code": pyotp.TOTP(seed).at(clock.now()),
    }
    client.post("/me/second-factor/app", fields)
    return seed


def test_p13_two_that_take_the_last_two_off_at_once_leave_one(strict: World) -> None:
    client = by_password(strict, strict.iro())
    add(client, Device(SITE))
    add(client, Device(SITE), expect=303)
    with strict.session() as session:
        mine = session.scalars(select(Passkey.id)).all()
    guard = guard_in(client.get("/me/second-factor").text)
    cookies = [client.http.get_cookie("staff"), client.http.get_cookie("form")]

    def send(passkey: str) -> int:
        browser = strict.app.test_client()
        for cookie in cookies:
            assert cookie is not None
            browser.set_cookie(cookie.key, cookie.value)
        return browser.post(
            f"/me/second-factor/passkeys/{passkey}/off", data={"csrf_token": guard}
        ).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, mine)) == [303, 409]
    with strict.session() as session:
        assert session.scalar(select(func.count()).select_from(Passkey)) == 1


def test_p13_in_a_demo_the_last_one_goes_and_its_recovery_codes_with_it(
    tmp_path: Path, still_clock: None
) -> None:

    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = World.make(url, tmp_path, public_url=SITE)
    client = world.sign_in(world.iro())
    add(client, Device(SITE))
    with world.session() as session:
        mine = session.scalars(select(Passkey.id)).one()
    client.submit("/me/second-factor", to=f"/me/second-factor/passkeys/{mine}/off")
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    world.sign_in(world.iro()).get("/iro/month")
    world.close()


def test_p13_nobody_takes_anothers_passkey_off_or_adds_one_that_is_known(
    strict_lite: World,
) -> None:
    device = Device(SITE)
    mine, other = (
        by_password(strict_lite, strict_lite.iro()),
        by_password(strict_lite, strict_lite.lead()),
    )
    add(mine, device)
    with strict_lite.session() as session:
        first = session.scalars(select(Passkey.id)).one()
    assert "could not be saved" in add(other, device, expect=400)
    add(other, Device(SITE))
    add(other, Device(SITE), expect=303)
    other.submit(
        "/me/second-factor", to=f"/me/second-factor/passkeys/{first}/off", expect=404
    )
    assert show_alone(strict_lite, device) == "/iro/month"


def test_p19_a_passkey_is_shown_again_and_what_was_typed_is_kept(
    strict_lite: World,
) -> None:
    device = Device(SITE)
    client = by_password(strict_lite, strict_lite.administrator())
    add(client, device)
    officer = strict_lite.iro()
    with clock.set_clock(later(6), everywhere=True):
        page = client.submit(
            f"/admin/people/{officer.id}",
            {"roles": ["lead"]},
            to=f"/admin/people/{officer.id}/roles",
            expect=403,
        ).text
        shown = device.show(asked(client, "/me/passkey/ask", "/me/confirm"))
        fields = hidden(page) | {"credential": shown}
        sent_on = client.post("/me/confirm", fields).text
        assert 'name="roles" value="lead"' in sent_on
        assert "credential" not in sent_on
        client.post(f"/admin/people/{officer.id}/roles", hidden(sent_on), expect=303)
    assert "stepped_up" in whats(strict_lite)


def whats(world: World) -> list[str]:
    with world.session() as session:
        return list(session.scalars(select(AuditEntry.what)))


def hidden(page: str) -> dict[str, str]:
    form = page[page.index("<main") :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}


def test_p13_a_password_alone_adds_no_passkey_beside_one_that_stands(
    strict_lite: World,
) -> None:
    officer = strict_lite.iro()
    add(by_password(strict_lite, officer), Device(SITE))
    client = by_password(strict_lite, officer)
    assert (
        client.get("/me/second-factor", expect=303)
        .headers["Location"]
        .startswith("/sign-in/second")
    )
    guard = guard_in(client.get("/sign-in/second").text)
    client.post("/me/second-factor/passkeys", {"csrf_token": guard}, expect=401)


def test_a_passkey_has_a_name_of_one_line_that_is_never_cut(strict_lite: World) -> None:
    client, device = by_password(strict_lite, strict_lite.iro()), Device(SITE)
    assert "at most 60" in add(client, device, "x" * 61, expect=400)
    add(client, device, "my\x07\n  <b>phone</b>\u202e")
    with strict_lite.session() as session:
        assert session.scalars(select(Passkey.name)).one() == "my <b>phone</b>"


def test_a_site_without_a_host_name_offers_no_passkeys(lite: World) -> None:
    assert (
        site.relying_party(
            read_settings({}, mode="demo", public_url="http://[::1]:5000")
        )
        is None
    )
    client = lite.sign_in(lite.iro())
    assert "asskey" not in client.get("/me/second-factor").text
    assert "asskey" not in lite.client().get("/sign-in").text
    guard = guard_in(client.get("/me/second-factor").text)
    client.post("/sign-in/passkey/ask", {"csrf_token": guard}, expect=404)
    client.post("/me/passkey/ask", {"csrf_token": guard}, expect=404)
    client.post("/me/second-factor/passkeys", {"csrf_token": guard}, expect=404)
    client.post(
        "/sign-in/passkey", {"csrf_token": guard, "credential": "{}"}, expect=400
    )
