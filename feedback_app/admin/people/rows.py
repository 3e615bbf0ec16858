"""What the administrator sees of people: their account, second factor, days unused; and the last access review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.models.person import Identity, Passkey, Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern, ContactRequest


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the administrator sees them.

    `linked`: the council's own sign-in opens the account. `unused`: nobody used it for longer than `unused_days`.
    """

    person: Person
    second_factor: bool
    linked: bool
    days_unused: int
    unused: bool


def people_rows(session: Session, settings: Settings) -> list[PersonRow]:
    """Return everyone, those who may come in first, then by name."""
    with_passkey = frozenset(session.scalars(select(Passkey.person_id)))
    linked = frozenset(session.scalars(select(Identity.person_id)))
    everyone = session.scalars(
        select(Person).order_by(Person.active.desc(), Person.name)
    )
    return [_make_row(person, with_passkey, linked, settings) for person in everyone]


def row_of(session: Session, person: Person, settings: Settings) -> PersonRow:
    """Return the row of one person."""
    with_passkey = frozenset(
        session.scalars(select(Passkey.person_id).where(Passkey.person_id == person.id))
    )
    linked = frozenset(
        session.scalars(
            select(Identity.person_id).where(Identity.person_id == person.id)
        )
    )
    return _make_row(person, with_passkey, linked, settings)


def count_open_cases(session: Session, person_id: str) -> tuple[int, int]:
    """Return how many open concerns and contact requests the person owns: numbers alone, nothing of their content."""
    concerns = select(func.count()).where(
        Concern.owner_id == person_id, Concern.state != "closed"
    )
    requests = select(func.count()).where(
        ContactRequest.owner_id == person_id, ContactRequest.state != "done"
    )
    return session.scalar(concerns) or 0, session.scalar(requests) or 0


def last_access_review(session: Session) -> tuple[datetime, str] | None:
    """Return when the list was last reviewed, and by whom ("" for an account that is gone); None for never."""
    query = (
        select(AuditEntry.at, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(AuditEntry.what == "access_reviewed")
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    review = session.execute(query).first()
    return (review.at, review.name or "") if review else None


def _make_row(
    person: Person,
    with_passkey: frozenset[str],
    linked: frozenset[str],
    settings: Settings,
) -> PersonRow:
    days = (clock.now() - (person.last_seen_at or person.created_at)).days
    second_factor = person.totp_confirmed_at is not None or person.id in with_passkey
    return PersonRow(
        person, second_factor, person.id in linked, days, days > settings.unused_days
    )
