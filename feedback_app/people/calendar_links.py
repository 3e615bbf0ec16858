"""The address of a person's private calendar: made, renewed, ended, and whose it is when a calendar program asks.

The table knows only the hash of its token: the address is shown once. Calendar programs sign in to nothing, so whoever
has the address sees what it leads to: counts of work and days, nothing of a child.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.base import rows_changed
from feedback_app.models.person import CalendarLink, Person
from feedback_app.privacy.cipher import fingerprint
from feedback_app.privacy.keys import KeyRing

CALENDAR_ROLES = ("iro", "manager")
"""Who has something in a calendar: what is missing in their month, when the month's report is due."""


def make_calendar_link(session: Session, ring: KeyRing, person: Person) -> str:
    """Give the person a new address and return its token, which is stored nowhere. An earlier address ends at once."""
    audit.write_entry(
        session, ring, "calendar_made", person_id=person.id, about=person.id
    )
    _delete_link(session, person.id)
    token = secrets.token_urlsafe(32)
    session.add(
        CalendarLink(id=fingerprint(token), person_id=person.id, made_at=clock.now())
    )
    session.flush()
    return token


def end_calendar_link(
    session: Session, ring: KeyRing, person_id: str, *, by: str | None
) -> bool:
    """End the person's address; False where there was none. `by`: who does it, None for the service itself."""
    if calendar_made_at(session, person_id) is None:
        return False
    audit.write_entry(session, ring, "calendar_ended", person_id=by, about=person_id)
    return _delete_link(session, person_id)


def calendar_made_at(session: Session, person_id: str) -> datetime | None:
    """When the person's present address was made; None where they have none."""
    return session.scalar(
        select(CalendarLink.made_at).where(CalendarLink.person_id == person_id)
    )


def find_calendar_person(
    session: Session, token: str, *, unused_days: int
) -> Person | None:
    """Whose calendar that token opens; None for one that never was or has ended.

    Nor does it open for who is switched off, or would be at the next sign-in, or has no role with a calendar any more.
    """
    link = session.get(CalendarLink, fingerprint(token))
    person = session.get(Person, link.person_id) if link else None
    if person is None or not person.active:
        return None
    last_used = person.last_seen_at or person.created_at
    if clock.now() - last_used >= timedelta(days=unused_days):
        return None
    return person if person.roles & frozenset(CALENDAR_ROLES) else None


def _delete_link(session: Session, person_id: str) -> bool:
    query = delete(CalendarLink).where(CalendarLink.person_id == person_id)
    return rows_changed(session, query) > 0
