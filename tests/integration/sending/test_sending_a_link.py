"""A link goes by text message or e-mail, what became of it is shown, and the address lies nowhere in the open."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.sending import Sending
from feedback_app.operations.after_restore import settle_restored
from feedback_app.records import erasure
from feedback_app.records.envelopes import destroy_envelopes
from feedback_app.sending import carry
from tests.conftest import NOON
from tests.support.notify_server import NotifyServer, notify_server
from tests.support.tables import every_byte

NUMBER, KEPT = "07700 900123", "+447700900123"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def notify() -> Iterator[NotifyServer]:
    with notify_server() as server:
        yield server


@pytest.fixture
def sending(
    database_url: str, tmp_path: Path, notify: NotifyServer, still_clock: None
) -> Iterator[World]:
    world = World.make(database_url, tmp_path, **notify.settings)
    yield world
    world.close()


def asked(world: World, way: str = "sms", address: str = NUMBER) -> Invitation:
    officer = world.iro()
    one = world.invitation(officer)
    send(world, one, way, address)
    return one


def send(
    world: World, one: Invitation, way: str = "sms", address: str = NUMBER
) -> None:
    world.sign_in(world.iro()).submit(
        f"/iro/links/{one.id}/send",
        {"sent_by": way, "sent_to": "carer", "sent_to_address": address},
    )


def work(world: World, minutes: float = 0) -> None:
    at = NOON + MINUTE * minutes
    with clock.set_clock(at, everywhere=True), world.app.app_context():
        carry.carry_sendings(
            world.parts.database, world.parts.keys, world.parts.settings
        )


def kept(world: World) -> Sending:
    with world.session() as session:
        return session.scalars(select(Sending)).one()


def link_page(world: World, one: Invitation) -> str:
    return world.sign_in(world.iro()).get(f"/iro/links/{one.id}").text


@pytest.mark.parametrize(
    ("way", "typed", "field", "address"),
    [
        ("sms", NUMBER, "phone_number", KEPT),
        ("email", "Carer@Example.org", "email_address", "carer@example.org"),
    ],
)
def test_it_is_sent_with_the_childs_link_and_arrives(
    sending: World, notify: NotifyServer, way: str, typed: str, field: str, address: str
) -> None:
    one = asked(sending, way, typed)
    assert "is about to go" in link_page(sending, one)
    work(sending)
    [taken] = notify.taken
    assert taken[field] == address
    assert taken["personalisation"]["link"].endswith(f"/r/{sending.token(one)}")
    assert taken["personalisation"]["words"] == sending.words(one)
    assert "on its way" in link_page(sending, one)
    work(sending, 1)
    notify.status = "delivered"
    work(sending, 5)
    work(sending, 10_000)
    assert notify.asked == 2, "once it has arrived nothing more is asked"
    assert "arrived" in link_page(sending, one)
    assert "arrived" in sending.sign_in(sending.iro()).get("/iro/month").text
    assert len(notify.taken) == 1


def test_asking_what_became_of_it_has_an_end(
    sending: World, notify: NotifyServer
) -> None:
    asked(sending)
    for minutes in (0, 1, 5, 30, 240, 1440, 4320, 9000, 12000):
        work(sending, minutes)
    assert notify.asked == len(carry.LOOKS)
    assert (kept(sending).state, kept(sending).due_at) == ("handed_over", None)


def test_what_will_never_arrive_is_said_on_my_month(
    sending: World, notify: NotifyServer
) -> None:
    asked(sending)
    work(sending)
    notify.status = "permanent-failure"
    work(sending, 1)
    page = sending.sign_in(sending.iro()).get("/iro/month").text
    assert "could not be delivered" in page
    assert "check the number or the address" in page


@pytest.mark.parametrize(
    ("fault", "reason"), [(0, "wrong_address"), (400, "refused"), (403, "refused")]
)
def test_what_notify_refuses_has_failed(
    sending: World, notify: NotifyServer, fault: int, reason: str
) -> None:
    notify.fault, notify.wrong_address = fault, True
    asked(sending)
    work(sending)
    assert (kept(sending).state, kept(sending).reason) == ("failed", reason)


@pytest.mark.parametrize("fault", [429, 500, 503])
def test_it_is_tried_again_until_notify_takes_it(
    sending: World, notify: NotifyServer, fault: int
) -> None:
    notify.fault = fault
    asked(sending)
    work(sending)
    work(sending, 0.5)
    assert kept(sending).tries == 1
    notify.fault = 0
    work(sending, 1)
    assert (kept(sending).state, len(notify.taken)) == ("handed_over", 1)


def test_after_a_day_without_an_answer_it_is_given_up(
    sending: World, notify: NotifyServer
) -> None:
    notify.fault = 500
    asked(sending)
    work(sending)
    work(sending, 24 * 60 + 1)
    assert kept(sending).reason == "given_up"


def test_an_answer_that_got_lost_sends_it_no_second_time(
    sending: World, notify: NotifyServer
) -> None:
    notify.loses_answers = True
    asked(sending)
    work(sending)
    notify.loses_answers = False
    work(sending, 1)
    assert len(notify.taken) == 1
    assert kept(sending).notify_id == notify.taken[0]["id"]


def test_two_workers_send_it_once(sending: World, notify: NotifyServer) -> None:
    notify.slow = 0.2
    asked(sending)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _number: work(sending), range(2)))
    assert len(notify.taken) == 1


@pytest.mark.parametrize("what", ["end", "again", "said-no"])
def test_a_link_that_is_over_meanwhile_is_not_sent(
    sending: World, notify: NotifyServer, what: str
) -> None:
    one = asked(sending)
    sending.sign_in(sending.iro()).submit(
        f"/iro/links/{one.id}", {}, to=f"/iro/links/{one.id}/{what}"
    )
    work(sending)
    assert (kept(sending).state, notify.taken) == ("gone", [])
    if what == "again":
        assert "not sent: the link was over before" in link_page(sending, one)


def test_three_times_a_link_and_no_more(sending: World) -> None:
    one = asked(sending)
    for number in ("07700 900124", "07700 900125", "07700 900126"):
        if "Send it" in link_page(sending, one):
            send(sending, one, address=number)
    with sending.session() as session:
        assert len(session.scalars(select(Sending)).all()) == 3
    assert "Send it" not in link_page(sending, one)


@pytest.mark.parametrize(
    ("way", "typed", "said"),
    [
        ("sms", "0113 496 0000", "Type a mobile number"),
        ("sms", "0049 151 12345678", "of the United Kingdom only"),
        ("email", "carer@", "Type the whole e-mail"),
        ("email", "", "Type the mobile number or the e-mail"),
    ],
)
def test_what_is_no_address_is_said_and_stays_typed(
    sending: World, way: str, typed: str, said: str
) -> None:
    one = sending.invitation(sending.iro())
    client = sending.sign_in(sending.iro())
    path = f"/iro/links/{one.id}/send"
    fields = {"sent_by": way, "sent_to": "child", "sent_to_address": typed}
    page = client.post(path, fields | {"csrf_token": client.guard(path)}, expect=400)
    assert said in page.text
    assert f'value="{typed}"' in page.text


def test_where_nothing_is_set_up_nothing_shows(lite: World) -> None:
    one = lite.invitation(lite.iro())
    client = lite.sign_in(lite.iro())
    assert "Send it" not in client.get(f"/iro/links/{one.id}").text
    client.get(f"/iro/links/{one.id}/send", expect=303)


def test_the_address_goes_with_the_envelope_and_all_with_an_erasure(
    sending: World, tmp_path: Path
) -> None:
    one = asked(sending)
    later = NOON + timedelta(days=60)
    with (
        clock.set_clock(later, everywhere=True),
        sending.parts.database.short_write() as session,
    ):
        destroy_envelopes(session, sending.parts.keys, [one.id], now=later, days=28)
    assert (kept(sending).value, kept(sending).key_id) == (None, None)
    lead = sending.lead()
    with sending.parts.database.short_write() as session:
        erasure.erase_invitation(
            session,
            sending.parts.keys,
            tmp_path / "erased",
            one.id,
            reason="asked to",
            person_id=lead.id,
        )
    with sending.session() as session:
        assert session.scalars(select(Sending)).all() == []


def test_after_a_restore_nothing_goes_a_second_time(
    sending: World, notify: NotifyServer
) -> None:
    asked(sending)
    work(sending)
    with sending.parts.database.short_write() as session:  # as in the backup
        session.execute(update(Sending).values(state="waiting", due_at=NOON, tries=0))
    settle_restored(
        sending.parts.database,
        sending.parts.keys,
        sending.parts.settings,
        without_ledger=True,
    )
    work(sending, 1)
    assert len(notify.taken) == 1
    assert kept(sending).reason == "restored"


@pytest.mark.parametrize("fault", [0, 400, 500])
def test_no_log_and_no_byte_of_the_database_holds_address_or_link(
    sending: World, notify: NotifyServer, fault: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notify.fault, notify.wrong_address = fault, not fault
    one = asked(sending)
    work(sending)
    work(sending, 1)
    held = every_byte(sending.parts.database.engine)
    said = caplog.text
    for secret in (NUMBER, KEPT, "7700900123", sending.token(one), sending.words(one)):
        assert secret not in said
        assert secret.encode() not in held
