"""A link goes by text message or e-mail, what became of it is shown, and the address lies nowhere in the open."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.support.world import LINK_END, World
from feedback_app import clock
from feedback_app.messages.channels import notify as channel_of_notify
from feedback_app.models.invitation import Invitation
from feedback_app.models.sending import Sending
from feedback_app.operations.after_restore import settle_restored
from feedback_app.records import erasure, nightly
from feedback_app.records.envelopes import destroy_envelopes
from feedback_app.records.rules import retention_rules
from feedback_app.sending import ask, carry
from tests.conftest import NOON
from tests.support.database_files import on_disk
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


def looked_at(world: World) -> int:
    with world.app.app_context():
        return carry.carry_sendings(
            world.parts.database, world.parts.keys, world.parts.settings
        )


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + 5
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def held_at(world: World, at: datetime) -> int:
    """How many sendings are held after the run of that night."""
    with clock.set_clock(at, everywhere=True):
        nightly.run_retention(
            world.parts.database, world.parts.keys, world.parts.settings
        )
    with world.session() as session:
        return len(session.scalars(select(Sending)).all())


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


def test_what_will_never_arrive_stands_at_the_top_of_my_month_until_it_is_sent_again(
    sending: World, notify: NotifyServer
) -> None:
    one = asked(sending)
    work(sending)
    notify.status = "permanent-failure"
    work(sending, 1)
    page = sending.sign_in(sending.iro()).get("/iro/month").text
    assert "1 link could not be delivered</a>" in page
    assert "check the number or the address" in page
    with clock.set_clock(NOON + MINUTE * 2, everywhere=True):
        send(sending, one, address="07700 900124")
    page = sending.sign_in(sending.iro()).get("/iro/month").text
    assert "could not be delivered" not in page


def test_a_link_of_a_group_that_will_never_arrive_stands_on_the_managers_list(
    sending: World, notify: NotifyServer
) -> None:
    manager = sending.manager()
    one = sending.invitation(manager, survey="u-matter", reference="GROUP-1")
    other = sending.invitation(manager, survey="u-matter", reference="GROUP-2")
    client = sending.sign_in(manager)
    for link in (one, other):
        client.submit(
            f"/manager/asked/{link.id}/send",
            {"sent_by": "sms", "sent_to": "child", "sent_to_address": NUMBER},
        )
    assert "Could not be delivered" not in client.get("/manager/asked").text
    notify.wrong_address = True
    work(sending)
    assert client.get("/manager/asked").text.count("See to it") == 2
    assert sending.receive(sending.form(other)).verdict == "thanks"
    page = client.get("/manager/asked").text
    assert page.count("See to it") == 1
    assert f'href="/manager/asked/{one.id}"' in page


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


def test_a_redirect_takes_the_message_to_no_other_host(
    sending: World, notify: NotifyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = asked(sending)
    with notify_server() as elsewhere:
        notify.leads_to = f"http://127.0.0.1:{elsewhere.port}"
        work(sending)
        assert (notify.taken, elsewhere.taken) == ([], [])
    assert (kept(sending).state, kept(sending).reason) == ("failed", "refused")
    assert sending.token(one) not in caplog.text


def test_a_slow_notify_that_took_it_after_all_sends_it_once(
    sending: World, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_of_notify, "PATIENCE_SECONDS", 0.2)
    notify.slow = 0.4
    asked(sending)
    work(sending)
    assert (kept(sending).state, kept(sending).tries) == ("waiting", 1)
    notify.slow = 0
    wait_for(lambda: notify.taken)
    work(sending, 1)
    assert (kept(sending).state, len(notify.taken)) == ("handed_over", 1)


def test_a_silent_notify_holds_up_the_round_once_and_not_for_each_link(
    sending: World, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_of_notify, "PATIENCE_SECONDS", 0.1)
    notify.slow = 0.2
    for number in range(3):
        send(sending, sending.invitation(sending.iro(), reference=f"CASE-{number}"))
    assert looked_at(sending) == 1, "the others wait for the next round"
    notify.slow = 0
    assert looked_at(sending) == 2


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


@pytest.mark.parametrize("what", ["answered", "ended", "issued anew"])
def test_a_link_that_is_over_between_claim_and_request_is_not_sent(
    sending: World, notify: NotifyServer, what: str
) -> None:
    notify.fault = 503
    one = asked(sending)
    work(sending)
    assert (kept(sending).tries, notify.taken) == (1, []), "it was refused"
    notify.fault = 0
    form, client = sending.form(one), sending.sign_in(sending.iro())
    page = f"/iro/links/{one.id}"
    deeds = {
        "answered": lambda: sending.receive(form),
        "ended": lambda: client.submit(page, {}, to=f"{page}/end"),
        "issued anew": lambda: client.submit(page, {}, to=f"{page}/again"),
    }
    notify.meanwhile = deeds[what]
    work(sending, 1)
    assert (kept(sending).state, notify.taken) == ("gone", [])
    if what == "answered":
        page = sending.sign_in(sending.iro()).get("/iro/month").text
        assert "Text message" not in page


def test_two_forms_at_one_moment_do_not_pass_the_bound_of_an_hour(
    sending: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "MOST_AN_HOUR", 1)
    officer = sending.iro()
    links = [sending.invitation(officer, reference=f"CASE-{one}") for one in range(2)]

    def note(session: Session, link: Invitation) -> str | None:
        return ask.ask_to_send(
            session,
            sending.parts.keys,
            session.get_one(Invitation, link.id),
            way="sms",
            to_whom="carer",
            address=KEPT,
            person_id=officer.id,
        )

    def second() -> str | None:
        with sending.parts.database.short_write() as session:
            return note(session, links[1])

    with ThreadPoolExecutor(1) as pool:
        with sending.parts.database.short_write() as session:
            assert note(session, links[0]) is None
            session.flush()
            other = pool.submit(second)
            with pytest.raises(TimeoutError):
                other.result(timeout=0.3)
        assert other.result(timeout=10) == "hour_full"


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
        rule = retention_rules(sending.parts.settings)[0]
        destroy_envelopes(session, sending.parts.keys, [one.id], rule, now=later)
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


def test_address_and_row_are_gone_at_their_time_bytes_too(
    sending: World, request: pytest.FixtureRequest
) -> None:
    asked(sending)
    sealed = kept(sending).value
    assert sealed is not None
    assert held_at(sending, LINK_END + timedelta(days=27)) == 1
    assert kept(sending).value == sealed
    assert held_at(sending, LINK_END + timedelta(days=28)) == 1
    assert kept(sending).value is None
    assert on_disk(sending, request, sealed) == []
    over = LINK_END.replace(year=2028)
    assert held_at(sending, over - timedelta(days=1)) == 1
    assert held_at(sending, over) == 0, "with its invitation"


def test_the_row_goes_with_the_answers_at_the_latest_with_their_invitation(
    sending: World,
) -> None:
    one = asked(sending)
    assert sending.receive(sending.form(one)).verdict == "thanks"
    assert held_at(sending, NOON.replace(year=2028) - timedelta(days=2)) == 1
    assert kept(sending).value is None
    assert held_at(sending, NOON.replace(year=2028) + timedelta(days=40)) == 0


def test_the_file_of_what_is_held_says_where_the_link_was_sent(
    sending: World, notify: NotifyServer
) -> None:
    one = asked(sending)
    work(sending)
    notify.status = "temporary-failure"
    work(sending, 1)
    lead = sending.sign_in(sending.lead())
    page = f"/safeguarding/links/{one.id}"
    assert "Sendings of the link by text message or e-mail" in lead.get(page).text
    typed = {"csrf_token": lead.guard(page), "reason": "the child asked"}
    answer = lead.http.post(f"{page}/what-we-hold", data=typed)
    for said in (KEPT, "Text message", "A carer", "could not be delivered", "mailbox"):
        assert said in answer.text


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
