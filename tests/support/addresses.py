"""Every address of the application, with something to see behind it: for tests that walk all of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.invitations.campaigns import make_campaign
from feedback_app.models.base import new_id
from feedback_app.models.campaign import Campaign
from feedback_app.models.complaint import Complaint
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.models.work import WorkChange
from feedback_app.month import Month
from feedback_app.people.calendar_links import make_calendar_link
from feedback_app.reports.document import ReportDocument
from feedback_app.reports.handing_over.report_period import ReportPeriod
from feedback_app.reports.handing_over.versions import keep_version, newest_version
from tests.support.reviews import import_review

REPORT_DUE = datetime(2026, 11, 6, 12, tzinfo=UTC)
"""The day on which the report of the month of most tests is due, from which IROs see what children let them see."""
YEAR = "2025-26"
"""A year from April to March that was over before any test."""
LEAVE = Month(2027, 2)
"""A month in which the first IRO is on leave, later than any test."""


def one_of_each(world: World) -> dict[str, str]:
    """What to put into an address, by the name that the route gives it: a waiting invitation of the first IRO, etc."""
    waiting = world.invitation()
    grouped = world.invitation(world.manager(), survey="u-matter", reference="CP-9")
    answered = world.response(texts={"better": "more biscuits"}, iro_sees="yes")
    world.response(wishes={"talk_to": "not_safe"})
    world.response(wishes={"talk_to": "iro", "talk_how_text": "after school"})
    complaint_number = world.complaint("My words went to school.")
    with world.session() as session:
        complaint_id = str(session.scalar(select(Complaint.id)))
        of_an_answer = select(QueueEntry.id).join(
            SealedText, SealedText.id == QueueEntry.text_id
        )
        entry = session.scalar(of_an_answer.where(SealedText.owner == "answer"))
        concern, request = (
            session.scalar(select(table.id)) for table in (Concern, ContactRequest)
        )
        answered_id = session.get_one(Response, answered).invitation_id
    return {
        "answered_id": str(answered_id),
        "token": world.token(waiting),
        "invitation_id": waiting.id,
        "group_link_id": grouped.id,
        "entry_id": str(entry),
        "concern_id": str(concern),
        "request_id": str(request),
        "person_id": world.iro().id,
        "passkey_id": "0" * 32,
        "session_mark": "0" * 32,
        "action_id": world.action(),
        "month": f"{clock.today():%Y-%m}",
        "kind": "csv",
        "import_kind": "reviews",
        "letter_kind": "introduction",
        "name": "child.css",
        "file": "none.mp3",
        "verdict": "thanks",
        "band": "8-11",
        "look": "middle",
        "language": "en",
        "number": "1",
        "change_number": _leave_of(world),
        "calendar_token": calendar_token(world, world.iro()),
        "complaint_id": complaint_id,
        "complaint_number": complaint_number,
        "period": YEAR,
        "report_id": hand_over_year(world),
        "file_format": "csv",
        "paper": "a4",
        "campaign_id": campaign_to_come(world),
        "setting_key": "pn_codes",
        "number_key": "amber_percent",
        "time_key": "talk_days",
        "term_key": "envelope_days",
        "language_key": "language-rate-my-review-pl",
        "word_key": "word-iro",
        "review_id": import_review(world, reference=new_id()),
    }


def campaign_to_come(world: World) -> str:
    """A campaign of the yearly survey that begins after all tests."""
    manager = world.manager()
    with world.parts.database.short_write() as session:
        known = session.scalar(select(Campaign.id).order_by(Campaign.begins_on))
        return (
            known
            or make_campaign(
                session,
                world.parts.keys.audit,
                survey="u-matter",
                name="Autumn",
                begins_on=LEAVE.first,
                last_day=LEAVE.last,
                reminder_days="14,3",
                person_id=manager.id,
            ).id
        )


def hand_over_year(world: World) -> str:
    """A version of a year's report that says nothing, and has one file."""
    day = clock.today()
    document = ReportDocument(
        "year", "A year", "Service", YEAR, "a year", 1, day, clock.now(), "0" * 64, ()
    )
    with world.parts.database.short_write() as session:
        kept = keep_version(
            session,
            world.parts.keys,
            ReportPeriod.read_address(YEAR),
            replace(document, version=newest_version(session, YEAR) + 1),
            {"csv": b"period"},
            changes=(),
            person_id=world.manager().id,
        )
        return kept.id


def calendar_token(world: World, person: Person) -> str:
    """The token of a new address of that person's private calendar."""
    with world.parts.database.short_write() as session:
        row = session.get_one(Person, person.id)
        return make_calendar_link(session, world.parts.keys.audit, row)


def _leave_of(world: World) -> str:
    """The number of the first IRO's leave, entered once."""
    with world.session() as session:
        known = session.scalar(
            select(WorkChange.number).where(
                WorkChange.kind == "leave", WorkChange.first_day == LEAVE.first
            )
        )
    return str(known or world.enter_leave(world.iro(), LEAVE.first, LEAVE.last))


def address(rule: str, ids: dict[str, str]) -> str:
    """The rule with its places filled. Raises KeyError for one that `one_of_each` knows nothing of: add it there."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda place: ids[place[1]], rule)
