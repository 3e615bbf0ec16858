"""Campaigns: links that last as long, nobody asked twice, a counter, reminders, their own answers (plan row 11b)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete, select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.clock import LONDON
from feedback_app.invitations.campaigns import make_campaign
from feedback_app.manager.campaigns.end_reminders import (
    campaign_letter,
    remind_of_campaigns,
    write_campaign_mail,
)
from feedback_app.models.campaign import Campaign, CampaignChild, CampaignReminder
from feedback_app.models.invitation import Envelope, Invitation, Link
from feedback_app.models.running import OutboxMessage
from feedback_app.reports.cohorts import enter_cohort
from tests.support.asking import confirmed, invite_group, look_at

TODAY = date(2026, 10, 14)
LAST = date(2026, 11, 30)
ASKED = {"survey": "u-matter", "band": "8-11", "how_chosen": "every_child"}
NEW = {
    "survey": "u-matter",
    "name": "Autumn",
    "begins_on": f"{TODAY}",
    "last_day": f"{LAST}",
    "reminders": "3, 14",
}


def begin(
    world: World, survey: str = "u-matter", first: date = TODAY, last: date = LAST
) -> str:
    """A campaign; its id."""
    with world.parts.database.short_write() as session:
        return make_campaign(
            session,
            world.parts.keys.audit,
            survey=survey,
            name="Autumn",
            begins_on=first,
            last_day=last,
            reminder_days="14,3",
            person_id=world.manager().id,
        ).id


def manager_of(world: World) -> CheckedClient:
    return world.sign_in(world.manager())


def invitations(world: World) -> list[Invitation]:
    with world.session() as session:
        return list(session.scalars(select(Invitation).order_by(Invitation.issued_at)))


def test_links_of_a_campaign_last_as_long_as_it_does(world: World) -> None:
    assert clock.today() == TODAY
    manager = manager_of(world)
    page = manager.submit("/manager/campaigns", NEW)
    assert page.headers["Location"].startswith("/manager/campaigns/")
    with world.session() as session:
        campaign = session.scalars(select(Campaign)).one()
        assert (campaign.last_day, campaign.reminder_days) == (LAST, "14,3")
    check = look_at(manager, ASKED | {"references": "CP-1\nCP-2"})
    assert "belong to the campaign “Autumn”" in check.text
    manager.submit(
        "/manager/ask", confirmed(check, ASKED | {"references": "CP-1\nCP-2"})
    )
    invite_group(manager, ASKED | {"survey": "safeguarding", "references": "CP-1"})
    ends = {one.survey: (one.campaign_id, one.last_day) for one in invitations(world)}
    assert ends == {
        "u-matter": (campaign.id, LAST),
        "safeguarding": (None, TODAY + timedelta(days=14)),
    }
    again = next(one for one in invitations(world) if one.campaign_id)
    place = f"/manager/asked/{again.id}"
    manager.submit(place, {}, to=f"{place}/again")
    with world.session() as session:
        renewed = session.get_one(Invitation, again.id)
        assert (renewed.issue_number, renewed.last_day) == (2, LAST)


def test_a_child_asked_already_is_named_and_left_out(world: World) -> None:
    campaign_id = begin(world)
    manager = manager_of(world)
    invite_group(manager, ASKED | {"references": "CP-1\nCP-2\nCP-3"})
    first, second, third = invitations(world)
    assert world.receive(world.form(first, {"safe_adult": ["yes"]})).verdict == "thanks"
    manager.submit("/manager/asked", {}, to=f"/manager/asked/{third.id}/end")
    with world.parts.database.short_write() as session:
        # The night after the envelope's last day.
        session.execute(delete(Envelope).where(Envelope.invitation_id == first.id))
    page = look_at(manager, ASKED | {"references": "cp-1\nCP-2\nCP-3\nCP-4"}).text
    assert "cp-1</bdi>: was asked in this campaign" in page
    assert "CP-2</bdi>: a link of this survey waits" in page
    assert "Make 2 links" in page, "a link that a tap ended is no reason"
    invite_group(manager, ASKED | {"references": "cp-1\nCP-2\nCP-3\nCP-4"})
    assert len(invitations(world)) == 5
    with world.session() as session:
        children = session.scalars(select(CampaignChild)).all()
        assert {one.campaign_id for one in children} == {campaign_id}
        assert len(children) == 4, "each reference once"
    assert second.outcome == "waiting"


def test_a_campaign_can_last_longer_and_never_shorter(world: World) -> None:
    campaign_id = begin(world)
    manager = manager_of(world)
    invite_group(manager, ASKED | {"references": "CP-1"})
    place = f"/manager/campaigns/{campaign_id}"
    page = manager.submit(
        place, {"last_day": f"{LAST - timedelta(days=1)}"}, expect=400
    )
    assert "Type a day after the last one that stands now" in page.text
    manager.submit(place, {"last_day": "2026-12-15"})
    (waiting,) = invitations(world)
    assert waiting.last_day == date(2026, 12, 15)
    with world.session() as session:
        link = session.scalars(select(Link)).one()
        assert link.ends_at == waiting.ends_at
        assert link.last_day == LAST, "what its card says"
    place = f"/manager/asked/{waiting.id}"
    manager.submit(place, {}, to=f"{place}/end")
    manager.submit(place, {}, to=f"{place}/back")
    with clock.set_clock(clock.now() + timedelta(days=50), everywhere=True):
        assert "Have your say" in world.client().get(f"/r/{world.token(waiting)}").text


def test_campaigns_of_one_survey_do_not_overlap(world: World) -> None:
    begin(world)
    manager = manager_of(world)
    late = {"begins_on": f"{LAST}", "last_day": "2026-12-20"}
    page = manager.submit("/manager/campaigns", NEW | late, expect=409).text
    assert "“Autumn” of the same survey runs on some of these days" in page
    assert 'value="2026-12-20"' in page, "what was typed stays"
    manager.submit("/manager/campaigns", NEW | late | {"survey": "safeguarding"})
    manager.submit("/manager/campaigns", NEW | late | {"begins_on": "2026-12-01"})
    with world.session() as session:
        first = session.scalars(select(Campaign).order_by(Campaign.begins_on)).first()
    assert first is not None
    place = f"/manager/campaigns/{first.id}"
    manager.submit(place, {"last_day": "2026-12-02"}, expect=409)


def test_what_cannot_be_a_campaign_is_said_in_words(lite: World) -> None:
    manager = manager_of(lite)
    for changed, problem in (
        ({"name": " "}, "Give it a name that staff know it by"),
        ({"begins_on": "2026-10-13"}, "This day is past"),
        ({"last_day": "2026-10-13"}, "This day is before the first one"),
        ({"last_day": "2027-12-31"}, "A campaign lasts at most a year"),
        ({"reminders": "soon"}, "numbers of days with commas between"),
        ({"reminders": "1,2,3,4,5,6"}, "Type at most 5 numbers"),
        ({"survey": ""}, "Choose the survey"),
    ):
        page = manager.submit("/manager/campaigns", NEW | changed, expect=400).text
        assert problem in page
    with lite.session() as session:
        assert session.scalars(select(Campaign)).all() == []


def test_the_counter_and_the_share_of_all_children(world: World) -> None:
    campaign_id = begin(world)
    manager = world.manager()
    with world.parts.database.short_write() as session:
        enter_cohort(
            session,
            world.parts.keys.audit,
            what="in_care",
            band=None,
            on_date=TODAY,
            number=4,
            source="a list",
            person_id=manager.id,
        )
    asked = {"survey": "u-matter", "campaign_id": campaign_id}
    for number, outcome in enumerate(("answered", "answered", "waiting", "ended")):
        one = world.invitation(manager, reference=f"C-{number}", **asked)
        if outcome == "answered":
            world.receive(world.form(one, {"safe_adult": ["yes"]}))
        if outcome == "ended":
            client = world.sign_in(manager)
            client.submit("/manager/asked", {}, to=f"/manager/asked/{one.id}/end")
    grown = world.invitation(
        manager, reference="G", band="16-25", over16=True, over18=True, **asked
    )
    world.receive(world.form(grown, {"safe_adult": ["yes"]}))
    page = world.sign_in(manager).get(f"/manager/campaigns/{campaign_id}").text
    assert "47 days left" in page
    facts = page.partition('class="facts"')[2].partition("</dl>")[0]
    assert [int(part[0]) for part in facts.split("<dd>")[1:]] == [5, 3, 1, 1]
    assert "2 of 4 children in care: 50%; target at least 50%." in page
    assert (
        "3 of 5 have answered, 1 wait"
        in world.sign_in(manager).get("/manager/campaigns").text
    )


def test_a_campaigns_answers_stand_beside_twelve_months(world: World) -> None:
    campaign_id = begin(world, first=date(2026, 10, 1), last=date(2026, 10, 31))
    manager = world.manager()
    asked = {"survey": "u-matter", "campaign_id": campaign_id}
    for number in range(3):
        world.response(manager, day=TODAY, reference=f"C-{number}", **asked)
    world.response(manager, day=TODAY, reference="OUT", survey="u-matter")
    late = date(2026, 11, 2)
    world.response(manager, day=late, channel="paper", reference="LATE", **asked)
    client = world.sign_in(manager)
    page = client.get(f"/manager/answers?campaign={campaign_id}").text
    assert "The campaign “Autumn”, 1 October 2026 to 31 October 2026" in page
    facts = page.partition('class="facts"')[2].partition("</dl>")[0]
    assert "This campaign</dt><dd>4</dd>" in facts, "the late paper form too"
    assert "12 months to October 2026</dt><dd>4</dd>" in facts, "three of it, one not"
    client.get(f"/manager/answers?campaign={campaign_id}&beside=band&channel=paper")
    assert "The campaign" not in client.get("/manager/answers?campaign=none").text


def test_whoever_made_links_that_wait_is_reminded_before_the_end(world: World) -> None:
    campaign_id = begin(world)
    manager, other = world.manager(), world.manager("Manager Mulberry")
    asked = {"survey": "u-matter", "campaign_id": campaign_id}
    world.invitation(manager, reference="C-1", **asked)
    answered = world.invitation(manager, reference="C-2", **asked)
    world.receive(world.form(answered, {"safe_adult": ["yes"]}))
    done = world.invitation(other, reference="C-3", **asked)
    world.receive(world.form(done, {"safe_adult": ["yes"]}))
    opens = clock.now().astimezone(LONDON).replace(hour=9, minute=0)
    for day, expected in (
        (15, []),
        (16, [manager.id]),
        (16, []),
        (18, []),
        (27, [manager.id]),
        (30, []),
    ):
        at = opens.replace(month=11, day=day, minute=1)
        with (
            clock.set_clock(at, everywhere=True),
            world.parts.database.short_write() as session,
        ):
            assert remind_of_campaigns(session, world.parts.settings) == expected
    with world.session() as session:
        steps = select(CampaignReminder.step).order_by(CampaignReminder.written_at)
        assert session.scalars(steps).all() == [14, 3]
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "campaign_ends")
        ).first()
        assert message is not None
        written = write_campaign_mail(session, world.parts.settings, message)
        assert written is not None
        assert written[0] == manager.email
        assert written[1].subject == "Autumn: 1 of your 2 links have no answer yet"
        assert "until Monday 30 November" in written[1].body
        campaign = session.get_one(Campaign, campaign_id)
        letter = campaign_letter(
            world.parts.settings, campaign, {"waiting": 2, "declined": 1}
        )
        assert "2 of your 3 links" in letter.subject
    at = opens.replace(month=11, day=16, minute=5)
    with clock.set_clock(at, everywhere=True), world.app.app_context():
        worker.run_database_steps(world.parts)


def test_a_form_on_paper_without_a_link_belongs_to_the_campaign(world: World) -> None:
    campaign_id = begin(world)
    clerk = world.sign_in(world.person("Support Sedge", "business_support"))
    clerk.submit(
        "/paper/begin",
        {
            "survey": "u-matter",
            "reference": "PAPER-1",
            "band": "8-11",
            "language": "en",
            "iro": "",
            "pn_code": "",
            "how_chosen": "every_child",
        },
    )
    (made,) = invitations(world)
    assert (made.campaign_id, made.last_day) == (campaign_id, LAST)
