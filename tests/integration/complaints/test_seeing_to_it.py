"""A complaint is seen to step by step, in time and on the record; whoever it is about sees and hears nothing of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bench.support.world import World
from feedback_app import clock
from feedback_app.complaints.complaint_counts import counts_by_month
from feedback_app.messages.deliveries import second_ways
from feedback_app.messages.wording import write_message
from feedback_app.models import scope
from feedback_app.models.complaint import Complaint
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.running import AuditEntry, Delivery, OutboxMessage
from feedback_app.models.safeguarding import Concern
from feedback_app.ranking.rank import rank_text
from feedback_app.reading.ranking_run import rank_waiting
from tests.conftest import NOON
from tests.support.complaints import LIST, WORDS, acknowledge, complain, work


def row_of(world: World, page: str) -> Complaint:
    with world.session() as session:
        return session.get_one(Complaint, page.removeprefix(LIST))


def told(world: World, kind: str) -> set[str]:
    """Who has a message of that kind."""
    with world.session() as session:
        return set(
            session.scalars(
                select(Delivery.recipient)
                .join(OutboxMessage)
                .where(OutboxMessage.kind == kind)
            )
        )


def test_it_is_read_acknowledged_closed_and_taken_back_each_on_the_record(
    world: World,
) -> None:
    page, client = complain(world), world.sign_in(world.manager())
    step = {"told_on": "2026-10-14", "note": "I rang the aunt"}
    early = client.submit(page, step, to=f"{page}/acknowledge", expect=400)
    assert "Say first what you found" in early.text
    assert "I rang the aunt" in early.text
    assert WORDS in client.get(page).text
    acknowledge(client, page)
    close = {"outcome": "put_right", "note": "We took it back from the school."}
    lacking = client.submit(page, close | {"note": " "}, to=f"{page}/close", expect=400)
    assert 'id="outcome" checked' in lacking.text
    client.submit(page, close, to=f"{page}/close")
    one = row_of(world, page)
    assert (one.state, one.outcome, one.acknowledged_on) == (
        "closed",
        "put_right",
        date(2026, 10, 14),
    )
    assert "We took it back from the school." in client.get(page).text
    for seen_as, state in (("closed", "acknowledged"), ("acknowledged", "waiting")):
        client.submit(
            page, {"seen_as": seen_as, "note": "a mistake"}, to=f"{page}/reopen"
        )
        assert row_of(world, page).state == state
    with world.session() as session:
        trail = session.scalars(
            select(AuditEntry.what)
            .where(AuditEntry.about == one.id)
            .order_by(AuditEntry.number)
        ).all()
    assert [what for what in trail if what != "complaint_opened"] == [
        "complaint_acknowledged",
        "complaint_closed",
        "complaint_reopened",
        "complaint_reopened",
    ]
    assert trail[0] == "complaint_opened"


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-10-13", 400),
        ("2026-10-15", 400),
        ("", 400),
        ("yesterday", 400),
        ("2026-10-14", 303),
    ],
)
def test_the_day_of_acknowledging_lies_between_its_coming_and_today(
    lite: World, day: str, status: int
) -> None:
    page, client = complain(lite), lite.sign_in(lite.manager())
    client.submit(page, {"found": "nothing_to_do"}, to=f"{page}/read")
    step = {"told_on": day, "note": "kept words"}
    answer = client.submit(page, step, to=f"{page}/acknowledge", expect=status)
    if status == 400:
        assert "kept words" in answer.text


def test_of_two_who_take_one_step_at_once_the_second_is_told(lite: World) -> None:
    page, client = complain(lite), lite.sign_in(lite.manager())
    acknowledge(client, page)
    other = lite.sign_in(lite.lead())
    step = {"told_on": "2026-10-14", "note": "me too"}
    answer = other.submit(page, step, to=f"{page}/acknowledge", expect=409)
    assert "Somebody else took a step meanwhile" in answer.text
    assert "me too" in answer.text
    stale = {"seen_as": "closed", "note": "x"}
    other.submit(page, stale, to=f"{page}/reopen", expect=409)
    assert row_of(lite, page).state == "acknowledged"


def test_its_owner_is_told_at_once_without_a_word_by_a_link_that_opens_for_them(
    world: World,
) -> None:
    manager, lead = world.manager(), world.lead()
    page = complain(world, how="ring my aunt", who="Sam")
    work(world)
    assert row_of(world, page).owner_id == manager.id
    assert told(world, "complaint") == {manager.id}
    with world.session() as session:
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "complaint")
        ).one()
        letter = write_message(session, world.parts.settings, message, manager.id)
    assert f"http://127.0.0.1:5000{page}\n" in letter.body
    for word in (WORDS, "aunt", "Sam"):
        assert word not in letter.subject + letter.body
    client = world.sign_in(manager)
    client.get(page)
    client.submit(page, {"owner": lead.id}, to=f"{page}/owner")
    work(world)
    assert told(world, "complaint_given") == {lead.id}
    client.submit(page, {"owner": world.iro().id}, to=f"{page}/owner", expect=400)


@pytest.mark.parametrize(
    ("about", "owner"), [("manager", "lead"), ("lead", "manager"), ("other", "manager")]
)
def test_p59_its_owner_is_never_whom_it_is_about(
    lite: World, about: str, owner: str
) -> None:
    people = {"manager": lite.manager(), "lead": lite.lead()}
    page = complain(lite, about=about)
    work(lite)
    assert row_of(lite, page).owner_id == people[owner].id
    assert told(lite, "complaint") == {people[owner].id}


def test_p59_where_only_they_hold_an_office_the_duty_address_is_told(
    lite: World,
) -> None:
    lite.manager()
    page = complain(lite, about="manager")
    work(lite)
    assert row_of(lite, page).owner_id is None
    assert told(lite, "complaint") == {"duty"}


def everything_seen_by(world: World, person: Person) -> list[str]:
    """All pages and messages that somebody may look at, less what is new on each load."""
    client = world.sign_in(person)
    pages = [
        LIST,
        "/safeguarding/messages",
        "/manager/2026-10",
        "/manager/waiting/",
        "/safeguarding/",
        "/safeguarding/read",
        "/safeguarding/links/",
    ]
    drawn = [client.http.get(page).text for page in pages]
    return [re.sub(r'name="(csrf_token|form_key)"[^>]*>', "", text) for text in drawn]


@pytest.mark.parametrize("office", ["manager", "lead"])
@pytest.mark.parametrize(
    "how",
    ["the sender chose the office", "a reader named the person", "another office now"],
)
def test_p22_p59_in_two_worlds_whoever_it_is_about_sees_and_hears_the_same(
    lite: World, office: str, how: str
) -> None:
    """With a complaint about them, late and with a concern, and without it."""
    person = lite.person("Person Pine", office)
    lite.manager()
    lite.lead()
    lite.person("Deputy Dogwood", "deputy")
    with clock.set_clock(NOON, everywhere=True):
        work(lite)
    before = everything_seen_by(lite, person)
    harm = "My carer hits me at home with a belt. I am scared to go home."
    page = complain(lite, harm, about="other" if how.startswith("a reader") else office)
    deputy = lite.sign_in(lite.person("Deputy Dogwood"))
    if how.startswith("a reader"):
        deputy.submit(page, {"about": [person.id]}, to=f"{page}/about")
    if how.startswith("another"):
        with lite.parts.database.short_write() as session:
            new = {"manager": "lead", "lead": "deputy"}[office]
            session.execute(
                update(PersonRole)
                .where(PersonRole.person_id == person.id)
                .values(role=new)
            )
        before = None  # another office sees other pages: compared below with its own
    rank_waiting(lite.parts.database, lite.parts.keys, ranker=rank_text)
    with lite.session() as session:
        assert session.scalar(select(Concern.complaint_id)) is not None
    with clock.set_clock(NOON + timedelta(hours=5), everywhere=True):
        work(lite)
    with lite.session() as session:
        of_complaint = select(OutboxMessage.id).where(
            OutboxMessage.kind.startswith("complaint")
            | OutboxMessage.kind.startswith("concern")
        )
        heard = session.scalars(
            select(Delivery.recipient).where(Delivery.message_id.in_(of_complaint))
        ).all()
    assert heard
    assert person.id not in heard
    client = lite.sign_in(person)
    never = LIST + "0" * 32
    for path in ("", "/read", "/note", "/close", "/owner", "/about", "/reopen"):
        ask = client.http.get if not path else client.http.post
        data = {} if not path else {"data": {"csrf_token": client.guard("/me")}}
        answers = [ask(place + path, **data) for place in (page, never)]
        assert [one.status_code for one in answers] == [404, 404]
    if before is not None:
        assert everything_seen_by(lite, person) == before
    else:
        assert row_of(lite, page).number not in client.get(LIST).text


def test_p59_a_second_way_to_the_whole_team_carries_no_complaint(lite: World) -> None:
    lite.manager()
    complain(lite)
    work(lite)
    later = NOON + timedelta(hours=1)
    teams = lite.parts.settings.model_copy(
        update={"teams_webhook": type(lite.parts.settings.teams_webhook)("https://x")}
    )
    with (
        clock.set_clock(later, everywhere=True),
        lite.parts.database.short_write() as session,
    ):
        second_ways(session, teams)
    assert told(lite, "complaint") == {lite.manager().id}


def test_naming_whom_it_is_about_takes_it_from_them_and_leaves_somebody(
    lite: World,
) -> None:
    manager, lead = lite.manager(), lite.lead()
    page = complain(lite)
    work(lite)
    client = lite.sign_in(lead)
    both = {"about": [manager.id, lead.id]}
    refused = client.submit(page, both, to=f"{page}/about", expect=400)
    assert "Nobody could see to it any more" in refused.text
    client.submit(page, {"about": [manager.id]}, to=f"{page}/about")
    assert row_of(lite, page).owner_id == lead.id
    lite.sign_in(manager).get(page, expect=404)
    client.submit(page, {}, to=f"{page}/about")
    lite.sign_in(manager).get(page)
    mine = client.submit(page, {"about": [lead.id]}, to=f"{page}/about")
    assert mine.location == LIST
    client.get(page, expect=404)


def test_it_is_called_for_with_a_week_left_and_when_it_is_late(world: World) -> None:
    manager, lead = world.manager(), world.lead()
    page = complain(world)
    days: dict[int, tuple[set[str], set[str]]] = {}
    for day in (0, 21, 22, 29, 30):
        with clock.set_clock(NOON + timedelta(days=day), everywhere=True):
            work(world)
            work(world)
        days[day] = told(world, "complaint_due"), told(world, "complaint_late")
    owner, everyone = {manager.id}, {manager.id, lead.id}
    assert days == {
        0: (set(), set()),
        21: (set(), set()),
        22: (owner, set()),
        29: (owner, set()),
        30: (owner, everyone),
    }
    for day, words in (
        (15, "acknowledge by Thu 12 Nov 2026"),
        (22, "7 days left"),
        (29, "today is the last day"),
        (30, "overdue"),
    ):
        with clock.set_clock(NOON + timedelta(days=day), everywhere=True):
            client = world.sign_in(manager)
            shown = client.get(LIST).text
            assert words in shown
            board = client.get("/manager/2026-10").text
            assert ("complaint was not acknowledged within the 30 days" in board) == (
                day == 30
            )
            assert ("must be acknowledged within a week" in board) == (day in (22, 29))
            assert re.search(r'Complaints <b class="count">1<', board)
    with clock.set_clock(NOON + timedelta(days=30), everywhere=True):
        acknowledge(world.sign_in(manager), page, "2026-11-13")
        board = world.sign_in(manager).get("/manager/2026-10").text
        assert "not acknowledged" not in board
        assert "Complaints</a>" in board


def test_months_in_numbers_are_true_to_the_day(lite: World) -> None:
    days = {"2026-09-30T23:30": "october", "2026-09-30T22:30": "september"}
    for at in days:  # in London an hour later: one of October, one of September
        instant = NOON.fromisoformat(f"{at}+00:00")
        with clock.set_clock(instant, everywhere=True):
            complain(lite, form_key=at)
    manager = lite.sign_in(lite.manager())
    pages = [complain(lite, form_key=str(number)) for number in range(3)]
    for page in pages[:2]:
        acknowledge(manager, page)
    with lite.parts.database.short_write() as session:
        session.execute(
            update(Complaint)
            .where(Complaint.id == pages[1].removeprefix(LIST))
            .values(acknowledged_on=date(2026, 11, 13))
        )
    outcome = {"outcome": "explained", "note": "by letter"}
    manager.submit(pages[0], outcome, to=f"{pages[0]}/close")
    with lite.session() as session:
        found = counts_by_month(
            session, scope.complaints_for(lite.manager().id), date(2026, 10, 14)
        )
    rows = [
        (str(one.month), one.received, one.in_time, one.late, one.waiting, one.outcomes)
        for one in found
    ]
    assert rows == [
        ("2026-10", 4, 1, 1, 2, {"explained": 1}),
        ("2026-09", 1, 0, 0, 1, {}),
    ]
    assert "explained to the sender: 1; no outcome yet: 3" in manager.get(LIST).text


def test_a_manager_who_reads_harm_in_it_raises_a_concern_that_the_lead_opens(
    lite: World,
) -> None:
    page, lead = complain(lite, "Read this please"), lite.lead()
    client = lite.sign_in(lite.manager())
    client.submit(page, {"found": "concern"}, to=f"{page}/read")
    work(lite)
    assert told(lite, "concern") == {lead.id}
    with lite.session() as session:
        concern = session.scalars(select(Concern)).one()
    shown = lite.sign_in(lead).get(f"/safeguarding/concerns/{concern.id}").text
    assert "It came with a complaint" in shown
    assert "Read this please" in shown
    queue = lite.sign_in(lead).get("/safeguarding/").text
    assert "A complaint about how answers are kept" in queue  # the lead reads it too
    entry = re.search(r'href="(/safeguarding/texts/\w+)"', queue)
    assert entry
    assert lite.sign_in(lead).http.get(entry[1]).location == page


def test_a_concern_of_a_complaint_shows_its_words_and_is_closed_only_when_they_are_read(
    lite: World,
) -> None:
    page, lead = complain(lite, "My carer hits me with a belt."), lite.lead()
    rank_waiting(lite.parts.database, lite.parts.keys, ranker=rank_text)
    with lite.session() as session:
        concern = session.scalars(select(Concern)).one()
    there = f"/safeguarding/concerns/{concern.id}"
    client = lite.sign_in(lead)
    shown = client.get(there).text
    assert "My carer hits me with a belt." in shown
    assert f'href="{page}"' in shown
    ending = {"outcome": "safe", "note": "all is well"}
    refused = client.submit(there, ending, to=f"{there}/close", expect=400)
    assert "Not all of the child’s words are read." in refused.text
    mark = re.search(r'name="shown" value="([^"]+)"', shown)
    assert mark
    seen = {"note": "I ring", "shown": mark[1]}
    client.submit(there, seen, to=f"{there}/seen")
    client.submit(there, ending, to=f"{there}/close")
    with lite.session() as session:
        assert session.scalars(select(Concern.state)).one() == "closed"
    # What was read with the concern is read: the complaint's next step stands on its page.
    assert "Then: tell the sender that it is here" in client.get(page).text
