"""The invented staff: twelve IROs named after things that grow, and one each of the others; who of them works when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.demo.state import EMAILS, DemoState
from feedback_app.manager.team import verbs
from feedback_app.models.person import Person
from feedback_app.month import Month, london_day
from feedback_app.people.persons import add_person
from feedback_app.reports.figures.targets import Target
from feedback_app.reports.figures.working_months import AtWork, read_work
from feedback_app.web.context import Instance

OFFICERS = (
    "Amber",
    "Birch",
    "Cedar",
    "Dune",
    "Elm",
    "Fern",
    "Grove",
    "Hazel",
    "Iris",
    "Juniper",
    "Kelp",
    "Larch",
)
CHANCE_OF_ASKING = {"Elm": 0.35, "Cedar": 0.65, "Juniper": 0.8, "Birch": 0.85}
"""How likely an officer is to reach each child of a month; 0.95 where not named."""
NAMES = {
    "manager": "Manager Moss",
    "lead": "Lead Linden",
    "deputy": "Deputy Dale",
    "administrator": "Administrator Ash",
    "business_support": "Support Sedge",
}


def add_staff(session: Session, parts: Instance, state: DemoState) -> dict[str, Person]:
    """All invented staff by first word of their name in lower case, or by role. Those with a password can sign in."""
    made: dict[str, Person] = {}
    for officer in OFFICERS:
        email = f"officer.{officer.lower()}@demo.invalid"
        made[officer.lower()] = add_person(
            session,
            parts.keys.audit,
            email=email,
            name=f"Officer {officer}",
            roles=["iro"],
            password=state.passwords["iro"] if email == EMAILS["iro"] else None,
        )
    for role, name in NAMES.items():
        made[role] = add_person(
            session,
            parts.keys.audit,
            email=EMAILS[role],
            name=name,
            roles=[role],
            password=state.passwords[role],
        )
    return made


@dataclass(frozen=True, slots=True)
class WorkingYear:
    """Who works when in the twelve months of the demo, the oldest first."""

    months: tuple[Month, ...]

    @property
    def first_leave_day(self) -> dt.date:
        """Officer Hazel is on leave from here to the end of the month after the last."""
        return self.months[-4].first

    @property
    def last_leave_day(self) -> dt.date:
        """The end of that leave."""
        return self.months[-1].next.last

    @property
    def starting_day(self) -> dt.date:
        """Officer Kelp starts in the middle of the month before the last, and owes nothing in it."""
        return self.months[-2].first.replace(day=16)

    @property
    def leaving_day(self) -> dt.date:
        """Officer Juniper leaves in the middle of the same month."""
        return self.months[-2].first.replace(day=12)

    def works_on(self, officer: str, day: dt.date) -> bool:
        """Whether that officer is at work on that day."""
        if officer == "Hazel":
            return not self.first_leave_day <= day <= self.last_leave_day
        if officer == "Kelp":
            return day >= self.starting_day
        return officer != "Juniper" or day <= self.leaving_day


def enter_work(
    session: Session, parts: Instance, staff: dict[str, Person], year: WorkingYear
) -> None:
    """The manager enters leave, part time and the starter, through the same verbs as on the page of the team."""
    at_work = {name: _entered_on(person) for name, person in staff.items()}

    def desk() -> verbs.Desk:
        book = read_work(session, parts.settings)
        return verbs.Desk(session, parts.keys, book, staff["manager"].id)

    verbs.set_days(desk(), at_work["kelp"], year.starting_day, None)
    verbs.set_target(
        desk(),
        at_work["grove"],
        verbs.TypedTarget(
            year.months[0], Target(1, 0), in_words="two and a half days a week"
        ),
    )
    verbs.add_leave(desk(), at_work["hazel"], year.first_leave_day, year.last_leave_day)


def note_leaver(
    session: Session, parts: Instance, staff: dict[str, Person], year: WorkingYear
) -> None:
    """Officer Juniper leaves, and Officer Iris takes her links."""
    book = read_work(session, parts.settings)
    desk = verbs.Desk(session, parts.keys, book, staff["manager"].id)
    known = _entered_on(staff["juniper"])
    verbs.note_leaving(desk, known, year.leaving_day, staff["iris"].id)


def _entered_on(person: Person) -> AtWork:
    return AtWork(person.id, london_day(person.created_at), None, True, ())
