"""Members of staff: adding one, finding one by e-mail, switching off an account that nobody used for long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.invitations.hand_over import hand_links_over
from feedback_app.models.base import new_id
from feedback_app.models.person import ROLES, Person, PersonRole
from feedback_app.people.calendar_links import end_calendar_link
from feedback_app.people.passwords import make_hash
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.typed_text import BadAddress, clean_address, clean_line, is_visible
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
    Raises EmailTaken, BadAddress for an e-mail that no server delivers to, or ValueError for an unknown role, a name
    with nothing to see in it or a weak password.
    """
    wanted = frozenset(roles)
    if not wanted or wanted - set(ROLES):
        raise ValueError(f"roles are: {', '.join(ROLES)}")
    address = clean_address(email)
    if not is_visible(name):
        raise ValueError("a name is needed")
    if find_person(session, address) is not None:
        raise EmailTaken(f"{address} has an account already")
    person = Person(
        id=new_id(),
        email=address,
        name=clean_line(name),
        password_hash=make_hash(password) if password else None,
        created_at=clock.now(),
        role_rows=[PersonRole(role=role) for role in sorted(wanted)],
    )
    session.add(person)
    session.flush()
    audit.write_entry(session, ring, "person_added", person_id=by, about=person.id)
    return person


def account_name(typed: str | None) -> str:
    """The e-mail that was typed as accounts are found by it, and misses counted: any way of typing one, one name.

    What is no e-mail is left as it is, in small letters and without space around it.
    """
    try:
        return clean_address(typed)
    except BadAddress:
        return (typed or "").strip().lower()


def find_person(session: Session, email: str) -> Person | None:
    """Return the person with that e-mail, however it is typed; None for nobody."""
    return session.scalar(select(Person).where(Person.email == account_name(email)))


def disable_if_unused(
    session: Session, keys: Keys, person: Person, *, days: int
) -> bool:
    """Switch the account off when nobody signed in to it for that many days (promise 18); whether it was.

    The audit trail notes it, and all sessions of the person end. So do links of theirs without an answer: nobody is
    asked who takes them, and nobody could open them. They come back where they still can, when it is switched on again.
    """
    last_used = person.last_seen_at or person.created_at
    if clock.now() - last_used < timedelta(days=days):
        return False
    hand_links_over(session, keys, person.id, None, by=None)
    person.active = False
    end_calendar_link(session, keys.audit, person.id, by=None)
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
