"""Members of staff: adding one, finding one by e-mail, switching off an account that nobody used for long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.base import new_id
from feedback_app.models.person import ROLES, Person, PersonRole
from feedback_app.people.passwords import make_hash
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.web.staff_sessions import end_sessions_of


class EmailTaken(ValueError):
    """Somebody has an account with that e-mail already."""


def add_person(
    session: Session,
    ring: KeyRing,
    *,
    email: str,
    name: str,
    roles: Iterable[str],
    password: str | None,
    by: str | None = None,
) -> Person:
    """Add a person with roles, noted in the audit trail. Without a password they choose one through a link by mail.

    `by` is the id of the administrator who does it, None for a command.
    Raises EmailTaken, or ValueError for an unknown role or a weak password.
    """
    wanted = frozenset(roles)
    if not wanted or wanted - set(ROLES):
        raise ValueError(f"roles are: {', '.join(ROLES)}")
    address = email.strip().lower()
    if find_person(session, address) is not None:
        raise EmailTaken(f"{address} has an account already")
    person = Person(
        id=new_id(),
        email=address,
        name=name.strip(),
        password_hash=make_hash(password) if password else None,
        created_at=clock.now(),
        role_rows=[PersonRole(role=role) for role in sorted(wanted)],
    )
    session.add(person)
    session.flush()
    audit.write_entry(session, ring, "person_added", person_id=by, about=person.id)
    return person


def find_person(session: Session, email: str) -> Person | None:
    """Return the person with that e-mail, in any case of letters; None for nobody."""
    return session.scalar(
        select(Person).where(Person.email == func.lower(email.strip()))
    )


def disable_if_unused(
    session: Session, keys: Keys, person: Person, *, days: int
) -> bool:
    """Switch the account off when nobody signed in to it for that many days (promise 18); whether it was.

    The audit trail notes it, and all sessions of the person end.
    """
    last_used = person.last_seen_at or person.created_at
    if clock.now() - last_used < timedelta(days=days):
        return False
    person.active = False
    audit.write_entry(
        session,
        keys.audit,
        "person_disabled",
        person_id=None,
        about=person.id,
        reason="unused",
    )
    end_sessions_of(session, person.id)
    return True
