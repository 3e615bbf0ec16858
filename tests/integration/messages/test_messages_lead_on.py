"""Every message arrives with a date, and every page that it names opens for whoever receives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from bench.support.mail import Post, post_office
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.manager.waiting import views as waiting_views
from feedback_app.messages.recipients import ALL_OF, CHAINS, TRAIL, recipients_of
from feedback_app.messages.steps import DUTY
from feedback_app.messages.wording import write_message
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry, Delivery, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from tests.conftest import NOON
from tests.support.addresses import one_of_each

LINK = re.compile(r"https?://\S+")
HOLDERS = (
    ("lead", "deputy", "manager"),
    ("manager",),
    ("deputy",),
    ("lead",),
)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as office:
        yield office


def about(world: World, kind: str) -> str:
    """The id that a message of this kind is about."""
    with world.session() as session:
        if kind.startswith("concern"):
            return str(session.scalar(select(Concern.id)))
        if kind in ("contact_request", "request_due", "request_late"):
            return str(session.scalar(select(ContactRequest.id)))
        if kind in ("envelope_opened", "reader_added"):
            return f"{session.scalar(select(AuditEntry.number).limit(1)):032d}"
    return "2026-10-14"


@pytest.mark.parametrize(
    "roles",
    [HOLDERS[0], *(pytest.param(one, marks=pytest.mark.full) for one in HOLDERS[1:])],
    ids=" ".join,
)
@pytest.mark.parametrize("kind", sorted({*CHAINS, *ALL_OF}))
def test_every_link_in_every_message_opens_for_its_reader(
    lite: World, kind: str, roles: tuple[str, ...]
) -> None:
    one_of_each(lite)
    for role in roles:
        lite.person(f"Person of {role}", role)
    with lite.session(reading=False) as session, session.begin():
        message = OutboxMessage(kind=kind, about_id=about(lite, kind))
        told = recipients_of(session, message, trail_address="trail@council.invalid")
        letters = {
            who: write_message(session, lite.parts.settings, message, who)
            for who in told
        }
    assert letters
    for who, letter in letters.items():
        links = LINK.findall(letter.body)
        if who in (DUTY, TRAIL):
            assert links == []
            continue
        with lite.session() as session:
            reader = lite.sign_in(session.get_one(Person, who))
        for link in links:
            reader.get(urlsplit(link).path)


def test_the_duty_team_is_told_whom_to_ring(lite: World) -> None:
    one_of_each(lite)
    with lite.session(reading=False) as session, session.begin():
        message = OutboxMessage(kind="concern_duty", about_id=about(lite, "concern"))
        letter = write_message(session, lite.parts.settings, message, DUTY)
    for number in ("01632 960 104", "01632 960 105", "01632 960 100", "999"):
        assert number in letter.body


def test_every_letter_has_a_date_and_asks_for_no_answer(
    world: World, tmp_path: Path, post: Post
) -> None:
    house = World.make(world.parts.settings.database_url, tmp_path, **post.settings())
    house.lead()
    house.response(wishes={"talk_to": "not_safe"})
    with house.app.app_context():
        worker.run_round(house.parts)
    house.close()
    assert post.arrived
    for _to, mail in post.arrived:
        assert parsedate_to_datetime(mail["Date"]) == NOON
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"]


def test_the_manager_sees_who_was_told_and_takes_a_concern_on(lite: World) -> None:
    ids = one_of_each(lite)
    lite.lead()
    manager = lite.manager()
    with clock.set_clock(NOON + timedelta(hours=5), everywhere=True):
        with lite.app.app_context():
            worker.run_round(lite.parts)
        client = lite.sign_in(manager)
        page = client.get("/manager/waiting/").text
        assert "Nobody has seen it" in page
        assert "To the lead" in page
        assert "Lead Lime" in page
        assert "01632 960 104" in page
        assert "more biscuits" not in page
        taken = f"/manager/waiting/concerns/{ids['concern_id']}/taken-on"
        client.submit("/manager/waiting/", to=taken)
        page = client.get("/manager/waiting/").text
    assert "has taken this on" in page
    with lite.session() as session:
        concern = session.get_one(Concern, ids["concern_id"])
        assert (concern.owner_id, concern.state) == (manager.id, "new")


def test_a_concern_about_the_manager_is_not_there(lite: World) -> None:
    ids = one_of_each(lite)
    manager = lite.manager()
    with lite.parts.database.short_write() as session:
        session.get_one(Concern, ids["concern_id"]).about_id = manager.id
    client = lite.sign_in(manager)
    assert "Nobody has seen it" not in client.get("/manager/waiting/").text
    taken = f"/manager/waiting/concerns/{ids['concern_id']}/taken-on"
    client.submit("/manager/waiting/", to=taken, expect=404)


def test_without_a_deputy_the_manager_confirms_an_opening(lite: World) -> None:
    ids = one_of_each(lite)
    concern = f"/safeguarding/concerns/{ids['concern_id']}"
    lead, client = lite.sign_in(lite.lead()), lite.sign_in(lite.manager())
    lead.submit(
        concern, {"reason": "to find them"}, to=f"{concern}/envelope", expect=200
    )
    page = client.get("/manager/waiting/").text
    assert "to find them" in page
    number = re.search(r"/openings/(\d+)/confirm", page)
    assert number
    client.submit("/manager/waiting/", to=f"/manager/waiting{number[0]}")
    assert "to find them" not in client.get("/manager/waiting/").text
    lite.person("Deputy Dogwood", "deputy")
    lead.submit(concern, {"reason": "once more"}, to=f"{concern}/envelope", expect=200)
    assert "once more" not in client.get("/manager/waiting/").text


@pytest.mark.parametrize("role", ["lead", "deputy", "manager"])
def test_what_waits_is_a_number_in_the_bar_of_each_who_must_act(
    lite: World, role: str
) -> None:
    client = lite.sign_in(lite.person(f"Person of {role}", role, "iro"))
    assert 'class="count"' not in client.get("/iro/month").text
    one_of_each(lite)
    assert 'class="count"' in client.get("/iro/month").text


def test_nobody_else_has_a_number(lite: World) -> None:
    one_of_each(lite)
    assert 'class="count"' not in lite.sign_in(lite.iro()).get("/iro/month").text
    assert lite.session().scalar(select(Delivery.id)) is None


def test_openings_confirmed_since_then_hide_no_older_one(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_views, "MOST", 1)
    ids = one_of_each(lite)
    concern = f"/safeguarding/concerns/{ids['concern_id']}"
    lead, client = lite.sign_in(lite.lead()), lite.sign_in(lite.manager())
    for reason in ("to find them", "once more"):
        lead.submit(concern, {"reason": reason}, to=f"{concern}/envelope", expect=200)
    page = client.get("/manager/waiting/").text
    assert "once more" in page
    number = re.search(r"/openings/(\d+)/confirm", page)
    assert number
    client.submit("/manager/waiting/", to=f"/manager/waiting{number[0]}")
    page = client.get("/manager/waiting/").text
    assert "to find them" in page
    assert "once more" not in page
