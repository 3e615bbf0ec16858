"""Invented children: each is asked by an officer and answers through the same verbs as a real child, or does not."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.child import stamp
from feedback_app.child.receive import receive_submission
from feedback_app.demo.invented_answers import (
    HINTING,
    PLEASANT,
    WORRYING,
    choose_options,
    invent_comment,
)
from feedback_app.invitations.campaigns import days_of_link
from feedback_app.invitations.issue import Asked, issue_invitation, open_link
from feedback_app.models.campaign import Campaign
from feedback_app.models.invitation import AT_REVIEW, DRAWN, Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import PRESENT
from feedback_app.month import Month, london_day
from feedback_app.responses.interviews import InterviewNotes
from feedback_app.responses.keyed_in import record_keyed_in
from feedback_app.responses.read import (
    Channel,
    Visit,
    facts_of,
    questions_of,
    read_sent,
    visit_of,
)
from feedback_app.survey.model import LOOK_OF_BAND, Survey
from feedback_app.survey.types import type_of
from feedback_app.web.context import Instance

BANDS = ("4-7", "8-11", "8-11", "12-17", "12-17")
CODES_TOOK_PART = ("PN1", "PN1", "PN1", "PN2", "PN3")
CODES_DID_NOT = ("PN4", "PN5", "PN6", "PN6", "PN7", "PN7")
MEETING_MODES = ("in_person", "in_person", "blended", "remote")
HOW_CHOSEN = (
    "next_due",
    "next_due",
    "every_child",
    "drawn",
    "officer_chose",
    "child_asked",
)
"""To draw from: what stands twice is drawn twice as often."""

NO_ANSWER_LOTS = ((0.04, "declined"), (0.06, "unreached"), (0.065, "unsafe"))
"""Of a lot from 0 to 1: below which number it is noted of a child that there is no answer, and why."""
HELPERS = ("carer", "social_worker", "advocate", "teacher", "other")
MINUTES_TO_ANSWER = (5, 30, 90, 60 * 26, 60 * 50, 60 * 24 * 6)
RECENT_WISHES = (
    (
        30,
        {
            "talk_to": ["advocate"],
            "talk_how": ["school"],
            "talk_how_text": ["Not on a Monday please"],
        },
    ),
    (20, {"q-best": [PLEASANT], "q-better": [HINTING]}),
    (
        5,
        {"not_safe": ["not_safe"], "talk_how": ["school"], "talk_how_text": [WORRYING]},
    ),
)
"""Three children of the last two days, so that the lead's page has something to see to (a text of each rank among it):
hours ago, and what they wish or write."""

RECENT_REFUSALS = ((3, "next_due", "declined"), (1, "drawn", "unreached"))
"""Days ago, how the child was chosen, and what was noted."""

Form = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class InventedChild:
    """What the officer enters of a child. `outcome`: waiting, or what was noted at once where there is no answer."""

    band: str
    pn_code: str
    mode: str
    reference: str
    how_chosen: str = "next_due"
    outcome: str = "waiting"


def ask_child(
    parts: Instance,
    rng: random.Random,
    iro: Person,
    manager: Person,
    took_part: bool,
    at: datetime,
) -> None:
    """Ask one invented child; most answer within days, some say no or are not reached, some never answer."""
    present = clock.now()
    band = rng.choice(BANDS)
    pn_code = rng.choice(CODES_TOOK_PART if took_part else CODES_DID_NOT)
    mode = rng.choice(MEETING_MODES)
    reference = _invent_reference(rng)
    lot = rng.random()
    outcome = next((name for most, name in NO_ANSWER_LOTS if lot < most), "waiting")
    child = InventedChild(
        band, pn_code, mode, reference, rng.choice(HOW_CHOSEN), outcome
    )
    with clock.set_clock(at), parts.database.short_write() as session:
        invitation_id = invite_child(session, parts, iro, child).id
    if lot < 0.11:
        return
    answered_at = at + timedelta(minutes=rng.choice(MINUTES_TO_ANSWER))
    if answered_at >= present:
        return
    with (
        clock.set_clock(answered_at),
        parts.database.new_session(reading=False) as session,
    ):
        invitation = session.get_one(Invitation, invitation_id)
        _answer(session, parts, rng, invitation, manager)
        session.commit()


def send_wishes(parts: Instance, rng: random.Random, iro: Person) -> None:
    """Three children of the last two days ask to talk with somebody, or write what is not ordinary."""
    for hours_ago, wishes in RECENT_WISHES:
        at = clock.now() - timedelta(hours=hours_ago)
        with clock.set_clock(at), parts.database.short_write() as session:
            child = InventedChild("12-17", "PN1", "in_person", _invent_reference(rng))
            invitation = invite_child(session, parts, iro, child)
            _send(
                session,
                parts,
                invitation,
                _fill_form(session, parts, rng, invitation) | wishes,
            )


def note_refusals(parts: Instance, rng: random.Random, iro: Person) -> None:
    """Of the last days: a child who said no, and one who was drawn by the app and could not be reached."""
    for days_ago, how_chosen, outcome in RECENT_REFUSALS:
        at = clock.now() - timedelta(days=days_ago)
        reference = _invent_reference(rng)
        child = InventedChild(
            "8-11", "PN6", "in_person", reference, how_chosen, outcome
        )
        with clock.set_clock(at), parts.database.short_write() as session:
            invite_child(session, parts, iro, child)


def ask_group(
    parts: Instance,
    rng: random.Random,
    manager: Person,
    survey: Survey,
    band: str,
    *,
    at: datetime,
    marks: Collection[str] = (),
    campaign: Campaign | None = None,
) -> None:
    """The manager asks one invented child of a group; most answer a day or two later, on a phone or on paper."""
    asked = Asked.for_survey(
        survey,
        band=band,
        look=LOOK_OF_BAND[band],
        reference=_invent_reference(rng),
        how_chosen="every_child",
        over16="16+" in marks,
        over18="18+" in marks,
        pn_code=None,
        mode=None,
        iro_id=None,
        issuer_id=manager.id,
        campaign_id=campaign.id if campaign else None,
    )
    with clock.set_clock(at), parts.database.short_write() as session:
        days = days_of_link(campaign, parts.settings.link_days)
        invitation_id = issue_invitation(session, parts.keys, asked, days=days).id
    answered_at = at + timedelta(hours=rng.choice((2, 20, 30, 50)))
    if rng.random() < 0.3 or answered_at >= clock.now():
        return
    with (
        clock.set_clock(answered_at),
        parts.database.new_session(reading=False) as session,
    ):
        invitation = session.get_one(Invitation, invitation_id)
        form = _fill_form(session, parts, rng, invitation)
        if "q-safe_adult" in form:
            form["q-safe_adult"] = ["yes"]  # another answer raises a concern
        if rng.random() < 0.2:
            _key_in(session, parts, invitation, form, "paper", manager.id)
        else:
            form["helped"] = ["none" if rng.random() < 0.7 else "carer"]
            _send(session, parts, invitation, form)
        session.commit()


def invite_child(
    session: Session, parts: Instance, iro: Person, child: InventedChild
) -> Invitation:
    """Make the officer's link for the child, to the monthly survey."""
    survey = parts.catalogue.monthly_survey()
    # Not drawn: another lot would change all that is invented after it.
    lot = sum(child.reference.encode()) % 10
    asked = Asked.for_survey(
        survey,
        band=child.band,
        look=LOOK_OF_BAND[child.band],
        reference=child.reference,
        how_chosen=child.how_chosen,
        pn_code=child.pn_code,
        mode=child.mode,
        spoke_before=lot < 6,
        letter_sent=lot % 3 == 0,
        iro_id=iro.id,
        issuer_id=iro.id,
        draws_unused=0 if child.how_chosen == DRAWN else None,
    )
    days, outcome = parts.settings.link_days, child.outcome
    return issue_invitation(session, parts.keys, asked, days=days, outcome=outcome)


def _invent_reference(rng: random.Random) -> str:
    return f"DEMO-{rng.randint(100000, 999999)}"


def _answer(
    session: Session,
    parts: Instance,
    rng: random.Random,
    invitation: Invitation,
    manager: Person,
) -> None:
    """A quarter says the answers aloud, some write on paper, most send from a phone."""
    form = _fill_form(session, parts, rng, invitation)
    lot = rng.random()
    if lot < 0.25:
        _key_in(session, parts, invitation, form, "verbal", invitation.issuer_id)
    elif lot < 0.33:
        _key_in(session, parts, invitation, form, "paper", manager.id)
    else:
        form["helped"] = [rng.choice(HELPERS) if rng.random() < 0.3 else "none"]
        form["iro_sees"] = [rng.choice(("yes", "yes", "no"))]
        _send(session, parts, invitation, form)


def _key_in(
    session: Session,
    parts: Instance,
    invitation: Invitation,
    form: Form,
    channel: Channel,
    person_id: str,
) -> None:
    """Enter what was said aloud or written on paper today."""
    visit = _visit(session, parts, invitation)
    sent, _problems = read_sent(
        parts.catalogue, visit, invitation, form, channel=channel
    )
    day = london_day(clock.now())
    who = PRESENT[day.day % len(PRESENT)]
    record_keyed_in(
        session,
        parts.keys,
        invitation,
        sent,
        day=day,
        person_id=person_id,
        talk_days=parts.settings.talk_days,
        notes=InterviewNotes((who,), read_back=day.day % 9 > 0)
        if channel == "verbal"
        else None,
    )


def _send(
    session: Session, parts: Instance, invitation: Invitation, form: Form
) -> None:
    """Send as a phone does: with its link, and the stamp of a page that was loaded three minutes ago."""
    token = open_link(parts.keys, invitation).token
    loaded_at = clock.now() - timedelta(minutes=3)
    made = stamp.make_stamp(
        parts.keys, token, _visit(session, parts, invitation), loaded_at
    )
    receive_submission(session, parts, form | {"link": [token], "page": [made]})


def _visit(session: Session, parts: Instance, invitation: Invitation) -> Visit:
    return visit_of(
        session, parts.catalogue, invitation, Month.containing(clock.today())
    )


def _fill_form(
    session: Session, parts: Instance, rng: random.Random, invitation: Invitation
) -> Form:
    """Answers to the questions of the child's path; now and then a wish to talk."""
    visit = _visit(session, parts, invitation)
    at_meeting = invitation.pn_code in AT_REVIEW
    form: Form = {"declined": []}
    for question in questions_of(parts.catalogue, visit, facts_of(invitation)):
        if type_of(question).has_options:
            form[f"q-{question.id}"] = choose_options(rng, question, at_meeting)
        else:
            comment = invent_comment(rng, question.id, visit.band)
            form[f"q-{question.id}"] = [comment] if comment else []
        if rng.random() < 0.03:
            form["declined"].append(question.id)
    lot = rng.random()
    if lot < 0.01:
        form["not_safe"] = ["not_safe"]
        form["talk_how_text"] = [WORRYING]
    elif lot < 0.05:
        form["talk_to"] = [rng.choice(("iro", "other", "advocate"))]
        form["talk_how"] = ["school"]
    return form
