"""The invented staff: twelve IROs named after things that grow, and one each of the others."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.demo.state import EMAILS, DemoState
from feedback_app.models.person import IroMonth, Person
from feedback_app.month import Month
from feedback_app.people.persons import add_person
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
}


def add_staff(session: Session, parts: Instance, state: DemoState) -> dict[str, Person]:
    """All invented staff by first word of their name in lower case, or by role. Only the five announced can sign in."""
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


def set_targets(
    session: Session, staff: dict[str, Person], months: tuple[Month, ...]
) -> None:
    """Officer Hazel is on leave for the last four months; Officer Grove is part-time: one child a month."""
    for month in months[-4:]:
        session.add(
            IroMonth(
                iro_id=staff["hazel"].id,
                month=str(month),
                target_took_part=0,
                target_did_not=0,
                leave=True,
            )
        )
    for month in months:
        session.add(
            IroMonth(
                iro_id=staff["grove"].id,
                month=str(month),
                target_took_part=1,
                target_did_not=0,
            )
        )


def on_leave(officer: str, place: int, months: int) -> bool:
    """Whether that officer is away in the month at that place of the year."""
    return officer == "Hazel" and place >= months - 4
