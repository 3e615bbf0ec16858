"""Twelve months of asking and answering, with gaps and late months as in life, at the demo's own clock."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.child import stamp
from feedback_app.child.receive import receive_submission
from feedback_app.demo import invented_answers as words
from feedback_app.demo.invented_actions import add_actions_of_the_year
from feedback_app.demo.people import CHANCE_OF_ASKING, OFFICERS, add_staff, on_leave, set_targets
from feedback_app.demo.staff_reading import read_up_to
from feedback_app.demo.state import DemoState
from feedback_app.invitations import issue as invitations
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.month import Month, london_day
from feedback_app.responses import keyed_in as keyed
from feedback_app.responses import read as sends
from feedback_app.survey.model import LOOK_OF_BAND
from feedback_app.survey.types import type_of
from feedback_app.web.context import Instance

MONTHS = 12
SEED = 2026
TOOK_PART, DID_NOT = ("PN1", "PN1", "PN1", "PN2", "PN3"), ("PN4", "PN5", "PN6", "PN6", "PN7", "PN7")
HOW = ("next_due", "next_due", "every_child", "random", "officer_chose", "child_asked")
HELPERS = ("carer", "social_worker", "advocate", "teacher", "other")
SPAN = 26
"""Children are asked in the first days of a month, so that most answers fall into it and some are late."""

LATELY = (
    (30, {"talk_to": ["advocate"], "talk_how": ["school"], "talk_how_text": ["Not on a Monday please"]}),
    (5, {"talk_to": ["not_safe"], "talk_how": ["school"], "talk_how_text": [words.WORRYING]}),
)
"""Two children of the last two days, so that the lead's page has something to see to: hours ago, and their wishes."""


def fill_year(parts: Instance, state: DemoState) -> None:
    """Make staff, targets, and a year of invitations, answers, refusals, silences, and reading."""
    rng = random.Random(SEED)  # noqa: S311 (invented data, the same each time)
    months = tuple(Month.containing(clock.today()).add_months(back) for back in range(1 - MONTHS, 1))
    with clock.set_clock(_instant(months[0], 1, 8)), parts.database.short_write() as session:
        staff = add_staff(session, parts, state)
        set_targets(session, staff, months)
    add_actions_of_the_year(parts, staff, months)
    asked = sorted(
        (at, officer, took_part)
        for place, month in enumerate(months)
        for officer in OFFICERS
        if not on_leave(officer, place, len(months))
        for took_part in (True, False)
        for at in _asked_at(rng, month, officer)
    )
    for at, officer, took_part in asked:
        if at < clock.now():
            _one_child(parts, rng, staff[officer.lower()], staff["manager"], took_part, at)
    for hours_ago, wishes in LATELY:
        _wishes_lately(parts, rng, staff["larch"], clock.now() - timedelta(hours=hours_ago), wishes)
    read_up_to(parts, staff, clock.now() - timedelta(days=2))


def fresh_link(parts: Instance, state: DemoState) -> str:
    """The address of a link that waits: the one announced before, or a new one for a child of 8-11."""
    with parts.database.new_session(reading=True) as session:
        known = session.get(Invitation, state.invitation_id) if state.invitation_id else None
        usable = known is not None and known.outcome == "waiting" and known.ends_at > clock.now()
    if known is None or not usable:
        with parts.database.short_write() as session:
            iro = session.scalars(select(Person).where(Person.email == state.email_of("iro"))).one()
            known = _invite(session, parts, iro, "8-11", "PN1", "blended", "DEMO-CARD")
        state.invitation_id = known.id
        state.save()
    return f"{parts.settings.public_url}/r/{invitations.open_link(parts.keys, known).token}"


def _asked_at(rng: random.Random, month: Month, officer: str) -> list[datetime]:
    """When that officer asks a child in that month: mostly once, now and then not at all or twice."""
    times = (1 if rng.random() < CHANCE_OF_ASKING.get(officer, 0.95) else 0) + (1 if rng.random() < 0.12 else 0)
    return [_instant(month, rng.randint(1, SPAN), rng.randint(8, 17), rng.randint(0, 59)) for _ in range(times)]


def _instant(month: Month, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(month.first.replace(day=day), time(hour, minute), clock.LONDON)


def _one_child(
    parts: Instance, rng: random.Random, iro: Person, manager: Person, took_part: bool, at: datetime
) -> None:
    """Ask one invented child; most answer within days, some say no, some never do."""
    band = rng.choice(("4-7", "8-11", "8-11", "12-17", "12-17"))
    pn_code = rng.choice(TOOK_PART if took_part else DID_NOT)
    mode = rng.choice(("in_person", "in_person", "blended", "remote"))
    reference = f"DEMO-{rng.randint(100000, 999999)}"
    lot = rng.random()
    present = clock.now()
    with clock.set_clock(at), parts.database.short_write() as session:
        outcome = "declined" if lot < 0.05 else "waiting"
        made = _invite(session, parts, iro, band, pn_code, mode, reference, rng.choice(HOW), outcome)
    if lot < 0.11:
        return
    answered = at + timedelta(minutes=rng.choice((5, 30, 90, 60 * 26, 60 * 50, 60 * 24 * 6)))
    if answered >= present:
        return
    here = pn_code in ("PN1", "PN2", "PN3", "PN4")
    with clock.set_clock(answered), parts.database.new_session(reading=False) as session:
        _answer(session, parts, rng, session.get_one(Invitation, made.id), here, manager)
        session.commit()


def _wishes_lately(
    parts: Instance, rng: random.Random, iro: Person, at: datetime, wishes: dict[str, list[str]]
) -> None:
    with clock.set_clock(at), parts.database.short_write() as session:
        made = _invite(session, parts, iro, "12-17", "PN1", "in_person", f"DEMO-{rng.randint(100000, 999999)}")
        _send(session, parts, made, _form(session, parts, rng, made, here=True) | wishes)


def _invite(
    session: Session,
    parts: Instance,
    iro: Person,
    band: str,
    pn_code: str,
    mode: str,
    reference: str,
    how: str = "next_due",
    outcome: str = "waiting",
) -> Invitation:
    survey = parts.catalogue.monthly_survey()
    asked = invitations.Asked(
        survey=survey.key,
        survey_version=survey.version,
        band=band,
        look=LOOK_OF_BAND[band],
        reference=reference,
        how_chosen=how,
        pn_code=pn_code,
        mode=mode,
        iro_id=iro.id,
        issuer_id=iro.id,
    )
    return invitations.issue_invitation(session, parts.keys, asked, days=parts.settings.link_days, outcome=outcome)


def _answer(
    session: Session, parts: Instance, rng: random.Random, invitation: Invitation, here: bool, manager: Person
) -> None:
    form = _form(session, parts, rng, invitation, here)
    lot = rng.random()
    if lot < 0.33:
        channel: sends.Channel = "verbal" if lot < 0.25 else "paper"
        sent, _problems = sends.read_sent(
            parts.catalogue, _visit(session, parts, invitation), invitation, form, channel=channel
        )
        keyed.record_keyed_in(
            session,
            parts.keys,
            invitation,
            sent,
            day=london_day(clock.now()),
            person_id=invitation.issuer_id if channel == "verbal" else manager.id,
            talk_days=parts.settings.talk_days,
        )
        return
    form["helped"] = [rng.choice(HELPERS) if rng.random() < 0.3 else "none"]
    form["iro_sees"] = [rng.choice(("yes", "yes", "no"))]
    _send(session, parts, invitation, form)


def _send(session: Session, parts: Instance, invitation: Invitation, form: dict[str, list[str]]) -> None:
    """As a phone sends it: with its link, and the stamp of a page that was loaded three minutes ago."""
    token = invitations.open_link(parts.keys, invitation).token
    made = stamp.make_stamp(parts.keys, token, _visit(session, parts, invitation), clock.now() - timedelta(minutes=3))
    receive_submission(session, parts, form | {"link": [token], "page": [made]})


def _visit(session: Session, parts: Instance, invitation: Invitation) -> sends.Visit:
    return sends.visit_of(session, parts.catalogue, invitation, Month.containing(clock.today()))


def _form(
    session: Session, parts: Instance, rng: random.Random, invitation: Invitation, here: bool
) -> dict[str, list[str]]:
    visit = _visit(session, parts, invitation)
    form: dict[str, list[str]] = {"declined": []}
    for question in sends.questions_of(parts.catalogue, visit, invitation):
        if not type_of(question).has_options:
            said = words.invent_comment(rng, question.id, visit.band)
            form[f"q-{question.id}"] = [said] if said else []
        else:
            form[f"q-{question.id}"] = words.choose_options(rng, question, here)
        if rng.random() < 0.03:
            form["declined"].append(question.id)
    lot = rng.random()
    if lot < 0.01:
        form["talk_to"] = ["not_safe"]
        form["talk_how_text"] = [words.WORRYING]
    elif lot < 0.05:
        form["talk_to"] = [rng.choice(("iro", "other", "advocate"))]
        form["talk_how"] = ["school"]
    return form
