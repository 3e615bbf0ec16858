"""What the administrator sees of people: their account, second factor, days unused; and the last access review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.models.person import Identity, Passkey, Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.operations.readiness.staff_rows import (
    Expected,
    arrival_in_words,
    arrived_people,
    invitation_ends,
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the administrator sees them.

    `linked`: the council's own sign-in opens the account. `unused`: nobody used it for longer than `unused_days`.
    `has_arrived`: they have been here, second step included; until then `link_ends_at` is the end of their invitation.
    """

    person: Person
    second_factor: bool
    linked: bool
    days_unused: int
    unused: bool
    has_arrived: bool
    link_ends_at: datetime | None

    @property
    def is_awaited(self) -> bool:
        """Whether the person may come in and never has."""
        return self.person.active and not self.has_arrived

    @property
    def arrival_words(self) -> str:
        """How far the person is: here, or until when the invitation works."""
        return arrival_in_words(
            Expected(
                self.person.name,
                self.has_arrived,
                self.person.password_hash is not None,
                self.link_ends_at,
            )
        )


def people_rows(session: Session, settings: Settings) -> list[PersonRow]:
    """Return everyone, those who may come in first, then by name."""
    facts = _collect_facts(session, settings)
    everyone = session.scalars(
        select(Person).order_by(Person.active.desc(), Person.name)
    )
    return [_make_row(person, facts, settings) for person in everyone]


def row_of(session: Session, person: Person, settings: Settings) -> PersonRow:
    """Return the row of one person."""
    return _make_row(person, _collect_facts(session, settings), settings)


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


@dataclass(frozen=True, slots=True)
class _Facts:
    """What other tables say of people, by their ids."""

    with_passkey: frozenset[str]
    linked: frozenset[str]
    arrived: frozenset[str]
    link_ends: Mapping[str, datetime]


def _collect_facts(session: Session, settings: Settings) -> _Facts:
    return _Facts(
        frozenset(session.scalars(select(Passkey.person_id))),
        frozenset(session.scalars(select(Identity.person_id))),
        arrived_people(session, settings),
        invitation_ends(session),
    )


def _make_row(person: Person, facts: _Facts, settings: Settings) -> PersonRow:
    days = (clock.now() - (person.last_seen_at or person.created_at)).days
    second_factor = (
        person.totp_confirmed_at is not None or person.id in facts.with_passkey
    )
    return PersonRow(
        person,
        second_factor,
        person.id in facts.linked,
        days,
        days > settings.unused_days,
        person.id in facts.arrived,
        facts.link_ends.get(person.id),
    )
