"""A child who is not safe is seen to: the clock, the right people, a note, and nobody told whom it is about."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bench.support.client import CheckedClient
from bench.support.mail import MODES, Post, post_office, web_hook
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.concerns import escalation
from feedback_app.messages import deliveries
from feedback_app.messages.channels import channel as carriers
from feedback_app.messages.recipients import recipients_of
from feedback_app.messages.steps import LATER_STEPS
from feedback_app.models.person import Person
from feedback_app.models.running import Delivery, OutboxMessage
from feedback_app.models.safeguarding import CaseNote, Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, reading_order
from feedback_app.ranking.rank import Ranking, rank_safely
from feedback_app.reading.ranking_run import rank_waiting
from feedback_app.responses.store import Sent, store_response
from feedback_app.survey.model import Answer
from feedback_app.working_hours import Hours, working_day_after
from tests.conftest import NOON
from tests.support.cases import shown_on
from tests.support.tables import every_byte

LONDON = clock.LONDON
LATER_KINDS = [step.kind for step in LATER_STEPS]


def london(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as office:
        yield office


@pytest.fixture
def house(
    database_url: str, tmp_path: Path, post: Post, still_clock: None
) -> Iterator[World]:
    """A service with a lead, a deputy, a manager and a mail server."""
    made = World.make(
        database_url, tmp_path, **post.settings(), duty_email="duty@council.invalid"
    )
    for name, role in (
        ("Lead Lime", "lead"),
        ("Deputy Dogwood", "deputy"),
        ("Manager Maple", "manager"),
    ):
        made.person(name, role)
    yield made
    made.close()


def run(world: World) -> None:
    with world.app.app_context():
        worker.run_round(world.parts)


def act(
    client: CheckedClient,
    page: str,
    verb: str,
    fields: dict[str, str],
    expect: int = 200,
) -> TestResponse:
    """Fill in one of the forms of a case's page."""
    return client.submit(page, fields, to=f"{page}/{verb}", expect=expect)


def the_concern(world: World) -> Concern:
    with world.session() as session:
        found = session.scalars(select(Concern)).all()
    assert len(found) == 1
    return found[0]


def unsafe(world: World, at: datetime) -> None:
    with clock.set_clock(at, everywhere=True):
        invitation = world.invitation()
        form = world.form(
            invitation, talk_to="not_safe", talk_how_text="sentinel: please come"
        )
        assert world.receive(form).verdict == "thanks"


# the calendar


def test_p56_working_time_skips_nights_weekends_and_bank_holidays() -> None:
    hours = Hours(datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 17).time())
    friday = london(
        2026, 12, 24, 16
    )  # a Thursday before Christmas, a Friday, and Boxing Day's substitute Monday
    assert hours.add_working_time(friday, timedelta(minutes=30)) == london(
        2026, 12, 24, 16, 30
    )
    assert hours.add_working_time(friday, timedelta(hours=1)) == london(
        2026, 12, 24, 17
    )
    assert hours.add_working_time(friday, timedelta(hours=2)) == london(
        2026, 12, 29, 10
    )
    assert hours.closing_time(friday) == london(2026, 12, 24, 17)
    assert hours.closing_time(london(2026, 12, 25, 12)) == london(2026, 12, 25, 12)
    assert not hours.at_work(london(2026, 12, 24, 17))
    assert hours.at_work(london(2026, 12, 24, 9))
    assert working_day_after(date(2026, 12, 24), 2) == date(2026, 12, 30)


def test_p56_both_clock_changes_leave_the_hours_where_london_has_them() -> None:
    hours = Hours(datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 17).time())
    assert hours.add_working_time(
        london(2026, 3, 27, 16, 30), timedelta(hours=1)
    ) == datetime(2026, 3, 30, 8, 30, tzinfo=UTC)
    assert hours.add_working_time(
        london(2026, 10, 23, 16, 30), timedelta(hours=1)
    ) == datetime(2026, 10, 26, 9, 30, tzinfo=UTC)


SPRING = ("spring, with Good Friday and Easter Monday", london(2026, 3, 20, 0), 21)
AUTUMN = ("autumn", london(2026, 10, 16, 0), 14)
CHRISTMAS = ("Christmas", london(2026, 12, 21, 0), 14)
FORTNIGHTS = [
    pytest.param(database, begins, days, id=f"{name} on {database}", marks=marks)
    for (name, begins, days), database, marks in (
        (AUTUMN, "sqlite", []),
        (SPRING, "sqlite", [pytest.mark.full]),
        (CHRISTMAS, "sqlite", [pytest.mark.full]),
        (AUTUMN, "postgresql", [pytest.mark.postgres, pytest.mark.full]),
        (SPRING, "postgresql", [pytest.mark.postgres, pytest.mark.full]),
        (CHRISTMAS, "postgresql", [pytest.mark.postgres, pytest.mark.full]),
    )
]
"""In the full matrix each season on each database."""


@pytest.mark.parametrize(
    ("database_url", "begins", "days"), FORTNIGHTS, indirect=["database_url"]
)
def test_p56_over_a_fortnight_each_step_goes_once_to_the_right_person_at_the_right_time(
    house: World, post: Post, begins: datetime, days: int
) -> None:
    """Concerns at five times of each fourth day; a worker's round each half hour, and another at once."""
    raised = {}
    for day in range(0, days - 4, 4):
        for hour in (0.25, 8.75, 11, 16.75, 17):
            local = begins.astimezone(LONDON).date() + timedelta(days=day)
            raised[
                london(
                    local.year, local.month, local.day, int(hour), int(hour % 1 * 60)
                )
            ] = ""
    ends, now = begins + timedelta(days=days), begins
    expected: dict[tuple[str, str], datetime] = {}
    came: dict[tuple[str, str], datetime] = {}
    rounds: dict[datetime, int] = {}
    with house.session(reading=False) as session:
        while now < ends:
            with clock.set_clock(now, everywhere=True):
                for at in [one for one in raised if one <= now and not raised[one]]:
                    concern = Concern(source="reader", raised_at=at)
                    session.add(concern)
                    session.flush()
                    raised[at] = concern.id
                    for kind, due in escalation.plan_steps(
                        at, house.parts.settings
                    ).items():
                        expected[(kind, concern.id)] = due
                if len(written := escalation.take_steps(session, house.parts.settings)):
                    rounds[now] = len(written)
                assert escalation.take_steps(session, house.parts.settings) == []
            now += timedelta(minutes=30)
        session.commit()
        for message in session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind.in_(LATER_KINDS))
        ):
            assert (message.kind, message.about_id) not in came
            came[(message.kind, message.about_id)] = message.written_at
        assert sum(rounds.values()) == len(came)
        due_by_now = {
            key: at for key, at in expected.items() if at < ends - timedelta(minutes=30)
        }
        assert due_by_now.keys() <= came.keys()
        for key, at in due_by_now.items():
            assert at <= came[key] < at + timedelta(minutes=30), key
        roles = {
            "concern_reminder": "Lead Lime",
            "concern_deputy": "Deputy Dogwood",
            "concern_manager": "Manager Maple",
        }
        for message in session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind.in_(LATER_KINDS))
        ):
            told = recipients_of(session, message)
            assert told == (
                ["duty"]
                if message.kind == "concern_duty"
                else [house.people[roles[message.kind]].id]
            )
        for (kind, _concern), at in came.items():
            local = at.astimezone(LONDON)
            hours = escalation.hours_of(house.parts.settings)
            assert hours.at_work(at) or kind == "concern_duty" or local.hour == 17
    assert sum(kind == "concern_duty" for kind, _ in came) == len(raised)


def test_p56_the_hours_are_the_promised_ones(house: World) -> None:
    """Half an hour, two, four of working time, and the duty team when work ends: not what the settings make of it."""
    assert escalation.plan_steps(london(2026, 10, 14, 10), house.parts.settings) == {
        "concern_reminder": london(2026, 10, 14, 10, 30),
        "concern_deputy": london(2026, 10, 14, 12),
        "concern_manager": london(2026, 10, 14, 14),
        "concern_duty": london(2026, 10, 14, 17),
    }


def test_p56_friday_at_five_goes_to_the_duty_team_at_once_and_to_the_lead(
    house: World, post: Post
) -> None:
    friday = london(2026, 10, 16, 17)
    unsafe(house, friday)
    with clock.set_clock(friday + timedelta(seconds=30), everywhere=True):
        run(house)
    lead = house.people["Lead Lime"].email
    assert "A concern is waiting" in post.subjects(lead)
    assert post.subjects("duty@council.invalid") == [
        "For the duty team: a concern nobody has seen"
    ]
    mail = next(mail for to, mail in post.arrived if to == "duty@council.invalid")
    words = str(mail.get_payload(decode=True))
    assert "do not count on anybody there reading it" in words


def test_p56_seen_means_opened_with_a_note_and_stops_the_clock(
    house: World, post: Post
) -> None:
    unsafe(house, NOON)
    run(house)
    concern = the_concern(house)
    assert concern.owner_id == house.people["Lead Lime"].id
    deputy = house.sign_in(house.people["Deputy Dogwood"])
    deputy.get(f"/safeguarding/concerns/{concern.id}")
    assert the_concern(house).state == "new"
    page = act(
        deputy,
        f"/safeguarding/concerns/{concern.id}",
        "seen",
        {"note": " "},
        expect=400,
    ).text
    assert "Write a note" in page
    act(
        deputy,
        f"/safeguarding/concerns/{concern.id}",
        "seen",
        {"note": "Ringing the carer"},
        expect=303,
    )
    seen = the_concern(house)
    assert (seen.state, seen.owner_id) == ("seen", house.people["Deputy Dogwood"].id)
    with clock.set_clock(NOON + timedelta(days=3), everywhere=True):
        run(house)
    with house.session() as session:
        kinds = set(session.scalars(select(OutboxMessage.kind)))
    assert not kinds & set(LATER_KINDS)
    page = deputy.get(f"/safeguarding/concerns/{concern.id}").text
    assert "Ringing the carer" in page
    assert b"Ringing the carer" not in every_byte(house.parts.database.engine)


def test_a_concern_is_closed_with_an_outcome_and_a_note_and_what_was_typed_stays(
    house: World,
) -> None:
    unsafe(house, NOON)
    concern = the_concern(house)
    lead = house.sign_in(house.people["Lead Lime"])
    address = f"/safeguarding/concerns/{concern.id}"
    act(
        lead,
        address,
        "seen",
        {"note": "ringing", "shown": shown_on(lead, address)},
        expect=303,
    )
    page = act(lead, address, "close", {"note": "all well now"}, expect=400).text
    assert "Choose how it ended" in page
    assert "all well now</textarea>" in page
    act(lead, address, "close", {"note": "all well now", "outcome": "safe"}, expect=303)
    closed = the_concern(house)
    assert (closed.state, closed.outcome) == ("closed", "safe")
    with house.session() as session:
        assert sorted(note.kind for note in session.scalars(select(CaseNote))) == [
            "closed",
            "seen",
        ]


# who is told


def test_p59_the_routing_table_never_names_the_person_complained_of(
    house: World,
) -> None:
    unsafe(house, NOON)
    concern = the_concern(house)
    everyone = {name: person.id for name, person in house.people.items()}
    wanted = {
        None: {
            "concern": ["Lead Lime"],
            "concern_deputy": ["Deputy Dogwood"],
            "concern_manager": ["Manager Maple"],
        },
        "Lead Lime": {
            "concern": ["Deputy Dogwood"],
            "concern_deputy": ["Deputy Dogwood"],
        },
        "Deputy Dogwood": {
            "concern": ["Lead Lime"],
            "concern_deputy": ["Manager Maple"],
        },
        "Manager Maple": {
            "concern": ["Lead Lime"],
            "concern_manager": ["Deputy Dogwood"],
        },
        "Officer Oak": {"concern": ["Lead Lime"], "concern_deputy": ["Deputy Dogwood"]},
    }
    with house.session(reading=False) as session:
        row = session.get_one(Concern, concern.id)
        for about, table in wanted.items():
            row.about_id = everyone[about] if about else None
            session.flush()
            for kind, names in table.items():
                told = recipients_of(session, OutboxMessage(kind=kind, about_id=row.id))
                assert told == [everyone[name] for name in names], (about, kind)
            for kind in ("concern", *LATER_KINDS):
                assert row.about_id not in recipients_of(
                    session, OutboxMessage(kind=kind, about_id=row.id)
                )
            assert recipients_of(
                session, OutboxMessage(kind="concern_duty", about_id=row.id)
            ) == ["duty"]


def test_p59_where_nobody_else_is_left_the_duty_address_is_told(house: World) -> None:
    unsafe(house, NOON)
    concern = the_concern(house)
    with house.session(reading=False) as session:
        for name in ("Deputy Dogwood", "Manager Maple"):
            session.get_one(Person, house.people[name].id).active = False
        session.get_one(Concern, concern.id).about_id = house.people["Lead Lime"].id
        session.flush()
        assert recipients_of(
            session, OutboxMessage(kind="concern", about_id=concern.id)
        ) == ["duty"]


def test_p59_not_my_iro_reaches_that_iro_in_no_other_office(house: World) -> None:
    both = house.person("Both Birch", "iro", "lead")
    for wish, expected in (("other", False), ("iro", True)):
        house.response(both, wishes={"talk_to": wish})
        with house.session() as session:
            request = session.scalars(
                select(ContactRequest).where(ContactRequest.wanted == wish)
            ).one()
            for kind in ("contact_request", "request_due", "request_late"):
                told = recipients_of(
                    session, OutboxMessage(kind=kind, about_id=request.id)
                )
                assert (both.id in told) is expected
                assert house.people["Lead Lime"].id in told


def test_p59_a_lead_who_is_the_childs_own_iro_is_never_told_alone(house: World) -> None:
    both = house.person("Both Birch", "iro", "lead")
    with house.session(reading=False) as session:
        session.get_one(Person, house.people["Lead Lime"].id).active = False
        session.commit()
    house.response(both, wishes={"talk_to": "not_safe"})
    with house.session() as session:
        concern = session.scalars(select(Concern)).one()
        told = recipients_of(
            session, OutboxMessage(kind="concern", about_id=concern.id)
        )
    assert set(told) == {both.id, house.people["Deputy Dogwood"].id}


def test_p59_whom_a_concern_is_about_sees_neither_it_nor_the_words_nor_its_messages(
    house: World,
) -> None:
    unsafe(house, NOON)
    run(house)
    concern = the_concern(house)
    lead, deputy = (
        house.sign_in(house.people[name]) for name in ("Lead Lime", "Deputy Dogwood")
    )
    with house.session() as session:
        entry = session.scalars(select(QueueEntry)).one()
    addresses = (
        f"/safeguarding/concerns/{concern.id}",
        f"/safeguarding/texts/{entry.id}",
    )
    for address in addresses:
        lead.get(address)
    act(
        deputy,
        addresses[0],
        "about",
        {"about": house.people["Lead Lime"].id},
        expect=303,
    )
    for address in addresses:
        assert (
            lead.http.get(address).status_code
            == lead.http.get(address[:-32] + "0" * 32).status_code
            == 404
        )
        deputy.get(address)
    assert entry.id not in lead.get("/safeguarding/").text
    assert "A concern" not in lead.get("/safeguarding/messages").text
    assert "A concern" in deputy.get("/safeguarding/messages").text
    manager = house.people["Manager Maple"]
    with house.session() as session:
        assert (
            session.get_one(Concern, concern.id).owner_id
            != house.people["Lead Lime"].id
        )
    assert manager.id


def test_p59_not_my_iro_does_not_hide_it_from_the_safeguarding_lead(
    house: World,
) -> None:
    house.response(
        house.iro(),
        texts={"better": "he never listens"},
        iro_sees="no",
        wishes={"talk_to": "other"},
    )
    lead = house.sign_in(house.people["Lead Lime"])
    page = lead.get("/safeguarding/").text
    assert "With someone, not their IRO" in page
    assert "Open and read" in page
    child = house.client().get(f"/r/{house.token(house.invitation(band='12-17'))}").text
    told = child.index("The IRO manager and the safeguarding lead read it.")
    assert told < child.index('id="s-iro_sees"') < child.index('id="s-send"'), (
        "the child is told before the choice is asked and before anything is sent"
    )


def test_the_second_person_hears_of_an_opened_envelope_and_is_never_the_opener(
    house: World, post: Post
) -> None:
    unsafe(house, NOON)
    concern = the_concern(house)
    deputy = house.sign_in(house.people["Deputy Dogwood"])
    act(
        deputy,
        f"/safeguarding/concerns/{concern.id}",
        "envelope",
        {"reason": "to find the child"},
    )
    run(house)
    assert (
        post.subjects(house.people["Manager Maple"].email).count(
            "A sealed envelope was opened"
        )
        == 1
    )
    assert "A sealed envelope was opened" not in post.subjects(
        house.people["Deputy Dogwood"].email
    )
    lead = house.sign_in(house.people["Lead Lime"])
    act(
        lead,
        f"/safeguarding/concerns/{concern.id}",
        "envelope",
        {"reason": "to find the child"},
    )
    run(house)
    assert (
        post.subjects(house.people["Deputy Dogwood"].email).count(
            "A sealed envelope was opened"
        )
        == 1
    )


def test_every_opening_is_listed_for_the_data_protection_officer_without_the_reference(
    house: World,
) -> None:
    with clock.set_clock(NOON, everywhere=True):
        invitation = house.invitation(reference="CASE-SENTINEL")
        house.receive(house.form(invitation, talk_to="not_safe"))
    concern = the_concern(house)
    lead = house.sign_in(house.people["Lead Lime"])
    act(
        lead,
        f"/safeguarding/concerns/{concern.id}",
        "envelope",
        {"reason": "=to find the child"},
    )
    page = lead.get("/safeguarding/openings").text
    assert "Openings: 1" in page
    assert "not yet" in page
    run(house)
    for person in ("Lead Lime", "Manager Maple"):
        reader = house.sign_in(house.people[person])
        page = reader.get("/safeguarding/openings").text
        assert "=to find the child" in page
        assert "Deputy Dogwood" in page
        sheet = reader.http.get("/safeguarding/openings.csv")
        assert "'=to find the child" in sheet.text
        assert "SENTINEL" not in page + sheet.text
    deputy = house.sign_in(house.people["Deputy Dogwood"])
    act(
        deputy,
        f"/safeguarding/concerns/{concern.id}",
        "about",
        {"about": house.people["Lead Lime"].id},
        expect=303,
    )
    assert "=to find the child" not in lead.get("/safeguarding/openings").text


# the post


def test_p58_a_message_holds_no_name_no_text_and_no_link(
    house: World, post: Post
) -> None:
    invitation = house.invitation(
        house.iro("Officer Sentinel"), reference="CASE-SENTINEL"
    )
    token = house.token(invitation)
    house.receive(
        house.form(
            invitation, {}, {"better": "sentinel he hurts me"}, talk_to="not_safe"
        )
    )
    house.receive(house.form(invitation, {}, {"better": "sentinel again"}))
    with clock.set_clock(NOON + timedelta(days=6), everywhere=True):
        run(house)
    assert len(post.arrived) > 5
    for _to, mail in post.arrived:
        whole = (str(mail["Subject"]) + str(mail.get_payload(decode=True))).lower()
        for secret in ("sentinel", token.lower(), invitation.id):
            assert secret not in whole


@pytest.mark.parametrize("mode", MODES)
def test_p58_a_failing_mail_server_is_tried_again_until_it_takes_the_message_once(
    house: World, post: Post, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "PATIENCE_SECONDS", 0.3)
    post.mode = mode
    unsafe(house, NOON)
    run(house)
    with house.session() as session:
        waiting = session.scalars(
            select(Delivery).join(OutboxMessage).where(OutboxMessage.kind == "concern")
        ).one()
        assert (waiting.sent_at, waiting.tries) == (None, 1)
        assert waiting.problem
        assert "lime" not in waiting.problem.lower()
    before = post.tries
    run(house)
    assert post.tries == before
    post.mode = ""
    with clock.set_clock(NOON + timedelta(minutes=2), everywhere=True):
        run(house)
        run(house)
    lead = house.people["Lead Lime"].email
    assert post.subjects(lead).count("A concern is waiting") == 1


def test_p58_a_server_that_refuses_is_shown_in_red_after_a_quarter_of_an_hour(
    house: World, post: Post
) -> None:
    post.mode = "5xx"
    unsafe(house, NOON)
    run(house)
    settings = house.parts.settings
    for age, stuck in (
        (timedelta(minutes=14, seconds=59), 0),
        (timedelta(minutes=15), 3),
    ):
        with clock.set_clock(NOON + age, everywhere=True), house.session() as session:
            assert deliveries.stuck_messages(session, settings) == stuck
    with clock.set_clock(NOON + timedelta(minutes=16), everywhere=True):
        run(house)
        lead = house.sign_in(house.people["Lead Lime"])
        page = lead.get("/safeguarding/messages").text
        assert "could not be sent for a quarter of an hour" in page
        assert "the mail server said 554" in page


SERVICE, SECRET = (
    "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "7ba7b811-9dad-11d1-80b4-00c04fd430c9",
)


@pytest.mark.parametrize("second", ["notify", "teams"])
def test_p58_after_a_quarter_of_an_hour_the_message_goes_by_a_second_way_once(
    database_url: str, tmp_path: Path, post: Post, still_clock: None, second: str
) -> None:
    post.mode = "4xx"
    with web_hook() as hook:
        ways = {
            "notify": {
                "notify_url": hook.url,
                "notify_key": f"live-{SERVICE}-{SECRET}",
                "notify_template": "t-1",
            },
            "teams": {"teams_webhook": f"{hook.url}/hook"},
        }
        world = World.make(database_url, tmp_path, **post.settings(), **ways[second])
        lead = world.lead()
        unsafe(world, NOON)
        for minutes in (0, 14):
            with clock.set_clock(NOON + timedelta(minutes=minutes), everywhere=True):
                run(world)
        assert hook.posted == []
        hook.status = 500
        for minutes, status in ((15, 500), (16, 201), (17, 201), (60, 201)):
            hook.status = status
            with clock.set_clock(NOON + timedelta(minutes=minutes), everywhere=True):
                run(world)
        concerns = [one for one in hook.posted if "A concern is waiting" in str(one[2])]
        assert len(concerns) == 2, "once in vain, once taken"
        path, heads, body = concerns[-1]
        if second == "notify":
            assert path == "/v2/notifications/email"
            assert body["email_address"] == lead.email
            claims = jwt.decode(
                heads["Authorization"].removeprefix("Bearer "),
                OctKey.import_key(SECRET),
            ).claims
            assert claims["iss"] == SERVICE
        else:
            assert path == "/hook"
            assert (
                body["attachments"][0]["contentType"]
                == "application/vnd.microsoft.card.adaptive"
            )
        with world.session() as session:
            assert (
                session.scalars(
                    select(OutboxMessage).where(OutboxMessage.kind == "concern")
                )
                .one()
                .sent_at
            )
        world.close()


def test_p57_a_stopped_worker_is_shown_in_red_within_five_minutes(house: World) -> None:
    run(house)
    lead = house.people["Lead Lime"]
    with clock.set_clock(NOON + timedelta(minutes=5), everywhere=True):
        assert (
            "worker has stopped" not in house.sign_in(lead).get("/safeguarding/").text
        )
    with clock.set_clock(NOON + timedelta(minutes=5, seconds=1), everywhere=True):
        assert "worker has stopped" in house.sign_in(lead).get("/safeguarding/").text
        assert (
            "worker has stopped"
            not in house.sign_in(house.iro()).get("/iro/month").text
        )


def test_p57_the_daily_mail_comes_even_when_nothing_waits_and_once(
    house: World, post: Post
) -> None:
    morning = london(2026, 10, 15, 8, 59)
    with clock.set_clock(morning, everywhere=True):
        run(house)
    assert post.arrived == []
    for minutes in (1, 2, 600):
        with clock.set_clock(morning + timedelta(minutes=minutes), everywhere=True):
            run(house)
            run(house)
    for name in ("Lead Lime", "Deputy Dogwood", "Manager Maple"):
        assert post.subjects(house.people[name].email).count("0 waiting") == 1
    assert (
        post.subjects(house.people["Manager Maple"].email).count(
            "The head of the audit trail"
        )
        == 1
    )


def test_p57_two_workers_at_once_carry_nothing_twice(house: World, post: Post) -> None:
    for _child in range(3):
        unsafe(house, NOON)
    workers = [threading.Thread(target=run, args=(house,)) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    run(house)
    lead = house.people["Lead Lime"].email
    assert post.subjects(lead).count("A concern is waiting") == 3
    with house.session() as session:
        assert session.query(Delivery).filter(Delivery.sent_at.is_(None)).count() == 0


def test_a_contact_request_has_an_owner_a_due_date_and_is_reminded_of(
    house: World, post: Post
) -> None:
    house.response(wishes={"talk_to": "advocate"})
    run(house)
    with house.session() as session:
        wish = session.scalars(select(ContactRequest)).one()
    lead = house.people["Lead Lime"]
    assert wish.owner_id == lead.id
    assert wish.due_on == NOON.date() + timedelta(days=5)
    for days in range(8):
        with clock.set_clock(NOON + timedelta(days=days), everywhere=True):
            run(house)
    subjects = post.subjects(lead.email)
    for once in (
        "A child would like somebody to get in touch",
        "A child is waiting for a talk",
    ):
        assert subjects.count(once) == 1
    assert subjects.count("Late: a child was promised a talk") == 1


def test_p55_an_urgent_text_raises_one_concern_and_says_why(
    house: World, post: Post
) -> None:
    house.response(
        texts={"better": "my uncle hurts me", "best": "he hurts me every day"}
    )
    house.response(texts={"better": "the biscuits were nice"})
    run(house)
    run(house)
    concern = the_concern(house)
    assert concern.source == "ranking"
    with house.session() as session:
        ranks = sorted(
            (entry.urgency, bool(entry.reasons))
            for entry in session.scalars(select(QueueEntry))
        )
    assert ranks == [("ordinary", False), ("urgent", True), ("urgent", True)]
    page = house.sign_in(house.people["Lead Lime"]).get("/safeguarding/").text
    assert page.index("urgent") < page.index("ordinary")


def test_p55_between_the_lines_a_text_is_read_first_and_raises_no_concern(
    house: World, post: Post
) -> None:
    for words in ("the biscuits were nice", "It is better when my uncle is away"):
        house.response(texts={"better": words})
    run(house)
    with house.session() as session:
        assert session.scalars(select(Concern)).all() == []
        assert session.scalars(
            select(QueueEntry.urgency).order_by(reading_order())
        ).all() == ["first", "ordinary"]
    lead = house.sign_in(house.people["Lead Lime"])
    page = lead.get("/safeguarding/").text
    assert page.index("<b>read first</b>: ") < page.index("<td>ordinary</td>")
    late = "Late: what a child wrote has not been read"
    for days, calls in ((1, 0), (2, 1)):
        with clock.set_clock(NOON + timedelta(days=days), everywhere=True):
            run(house)
        assert post.subjects(house.people["Lead Lime"].email).count(late) == calls
        assert house.people["Deputy Dogwood"].email


@pytest.mark.parametrize(
    ("words", "ranked", "raised"),
    [
        ("she said it was good", "ordinary", False),
        ("I did not want to go", "ordinary", False),
        ("He said that his dad hits him with a belt", "first", False),
        ("She said that she wants to die", "urgent", True),
    ],
)
def test_p55_what_an_officer_wrote_down_raises_a_concern_by_the_gravest_phrases_alone(
    house: World, words: str, ranked: str, raised: bool
) -> None:
    house.response(texts={"better": words}, channel="verbal")
    run(house)
    with house.session() as session:
        assert session.scalars(select(QueueEntry.urgency)).all() == [ranked]
        sources = session.scalars(select(Concern.source)).all()
    assert sources == (["ranking"] if raised else [])


def _raises(_text: str) -> Ranking:
    raise RuntimeError("broken")


def _hangs(_text: str) -> Ranking:
    threading.Event().wait(30)
    raise AssertionError("nobody waits for this")


@pytest.mark.parametrize(
    "broken",
    [_raises, _hangs, lambda _text: None],
    ids=["raises", "hangs", "answers nothing"],
)
def test_p55_where_the_ranker_fails_every_text_is_urgent_and_a_concern(
    house: World, broken: Callable[[str], Ranking]
) -> None:
    house.response(texts={"better": "the biscuits were nice"})
    assert (
        rank_waiting(
            house.parts.database,
            house.parts.keys,
            ranker=lambda text: rank_safely(text, broken, 0.2),
        )
        == 1
    )
    assert the_concern(house).source == "ranking"
    with house.session() as session:
        entry = session.scalars(select(QueueEntry)).one()
    assert (entry.urgency, entry.reasons) == ("urgent", "could not be ranked")


def test_p55_until_it_is_ranked_a_text_is_urgent_and_every_text_is_in_the_queue(
    house: World,
) -> None:
    rng = random.Random(55)
    for _child in range(40):
        words = "".join(
            chr(rng.choice((rng.randint(32, 126), rng.randint(160, 0x2FFF))))
            for _ in range(60)
        )
        house.response(texts={"better": words, "best": "x"})
    with house.session() as session:
        texts = session.scalar(select(func.count()).select_from(SealedText))
        assert {entry.urgency for entry in session.scalars(select(QueueEntry))} == {
            "urgent"
        }
        assert session.scalar(select(func.count()).select_from(QueueEntry)) == texts
    run(house)
    with house.session() as session:
        assert (
            session.scalar(select(func.count()).where(QueueEntry.reasons.is_(None)))
            == 0
        )


def test_p55_an_ordinary_text_unread_for_two_working_days_is_told_of(
    house: World, post: Post
) -> None:
    house.response(texts={"better": "the biscuits were nice"})
    for days in range(7):
        with clock.set_clock(NOON + timedelta(days=days), everywhere=True):
            run(house)
        late = "Late: what a child wrote has not been read"
        assert post.subjects(house.people["Manager Maple"].email).count(late) == max(
            0, days - 4
        ), days


def test_a_second_different_send_raises_a_concern_of_its_own(house: World) -> None:
    invitation = house.invitation()
    house.receive(house.form(invitation, {}, {"better": "first"}))
    house.receive(house.form(invitation, {}, {"better": "second"}))
    assert the_concern(house).source == "set_aside"
    lead = house.sign_in(house.people["Lead Lime"])
    page = lead.get(f"/safeguarding/concerns/{the_concern(house).id}").text
    assert "A later submission of the same link" in page
    assert "second" in page


def test_an_answer_that_names_no_safe_adult_raises_a_concern_beside_the_talk_that_was_asked_for(
    house: World,
) -> None:
    invitation = house.invitation()
    sent = Sent(
        survey="rate-my-review",
        survey_version=1,
        band="8-11",
        look="middle",
        language="en",
        spotlight=None,
        answers=(Answer("safe_adult", "given", ("no",)),),
        channel="self",
        talk_to="advocate",
    )
    with house.parts.database.short_write() as session:
        store_response(
            session,
            house.parts.keys,
            invitation,
            sent,
            day=NOON.date(),
            at=NOON,
            talk_days=5,
        )
    assert the_concern(house).source == "answer"
    with house.session() as session:
        assert session.scalars(select(ContactRequest.wanted)).all() == ["advocate"]
        assert sorted(session.scalars(select(OutboxMessage.kind))) == [
            "concern",
            "contact_request",
        ]


def test_deliveries_are_addressed_once(house: World) -> None:
    unsafe(house, NOON)
    with house.parts.database.short_write() as session:
        assert deliveries.address_messages(session, house.parts.settings) == 1
        assert deliveries.address_messages(session, house.parts.settings) == 0
