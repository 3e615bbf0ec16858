"""Who works here: inviting, roles, switching off, leaving; and what must hold before each (promises 18, 24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.config import Settings
from feedback_app.models.base import new_id, rows_changed
from feedback_app.models.person import Identity, Passkey, Person, PersonRole, RecoveryCode
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.people import staff_links as staff_tokens
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.web import staff_sessions


class ChangeRefused(Exception):
    """A change that must not happen; the message is the id of the words that say why."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the administrator sees them."""

    person: Person
    second_factor: bool
    linked: bool
    days_unused: int
    unused: bool


def people_rows(session: Session, settings: Settings) -> list[PersonRow]:
    """Everyone, those who may come in first."""
    with_passkey = frozenset(session.scalars(select(Passkey.person_id)))
    linked = frozenset(session.scalars(select(Identity.person_id)))
    everyone = session.scalars(select(Person).order_by(Person.active.desc(), Person.name))
    return [_row(person, with_passkey, linked, settings) for person in everyone]


def row_of(session: Session, person: Person, settings: Settings) -> PersonRow:
    """One of them."""
    with_passkey = frozenset(session.scalars(select(Passkey.person_id).where(Passkey.person_id == person.id)))
    linked = frozenset(session.scalars(select(Identity.person_id).where(Identity.person_id == person.id)))
    return _row(person, with_passkey, linked, settings)


def _row(person: Person, with_passkey: frozenset[str], linked: frozenset[str], settings: Settings) -> PersonRow:
    days = (clock.now() - (person.last_seen_at or person.created_at)).days
    second = person.totp_confirmed_at is not None or person.id in with_passkey
    return PersonRow(person, second, person.id in linked, days, days > settings.unused_days)


def invite_person(
    session: Session, keys: Keys, settings: Settings, *, name: str, email: str, roles: Iterable[str], by: str
) -> Person:
    """Add a person who has no password yet, and send the link by which they choose one.

    Raises Refused("taken") when the e-mail has an account.
    """
    address = email.strip().lower()
    if session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise ChangeRefused("taken")
    person = Person(
        id=new_id(),
        email=address,
        name=name.strip(),
        created_at=clock.now(),
        role_rows=[PersonRole(role=role) for role in sorted(set(roles))],
    )
    session.add(person)
    session.flush()
    send_invitation(session, keys, settings, person, by=by)
    return person


def send_invitation(session: Session, keys: Keys, settings: Settings, person: Person, *, by: str) -> None:
    """Send the link once more; an earlier one ends. Raises Refused("has_password") or Refused("off")."""
    if person.password_hash is not None:
        raise ChangeRefused("has_password")
    if not person.active:
        raise ChangeRefused("off")
    staff_tokens.make_staff_link(session, keys, person, "invite", settings, made_by=by)
    audit.write_entry(session, keys.audit, "person_invited", person_id=by, about=person.id)


def set_roles(session: Session, ring: KeyRing, person: Person, roles: Iterable[str], *, by: str) -> None:
    """Give the person these roles and no others. Raises Refused("last")."""
    wanted = frozenset(roles)
    if wanted == person.roles:
        return
    if "administrator" in person.roles - wanted:
        _keep_one(session, person)
    before = ",".join(sorted(person.roles))
    person.role_rows = [row for row in person.role_rows if row.role in wanted] + [
        PersonRole(role=role) for role in sorted(wanted - person.roles)
    ]
    reason = f"{before} > {','.join(sorted(wanted))}"
    _changed(session, audit.write_entry(session, ring, "roles_changed", person_id=by, about=person.id, reason=reason))


def switch_off(session: Session, ring: KeyRing, person: Person, *, by: str) -> None:
    """Let the person in no more, at once. Raises Refused("last")."""
    _keep_one(session, person)
    person.active = False
    staff_tokens.end_staff_links(session, person.id)
    _changed(session, audit.write_entry(session, ring, "person_disabled", person_id=by, about=person.id))


def switch_on(session: Session, ring: KeyRing, person: Person, *, by: str) -> None:
    """Let the person in again; whoever was unused for long begins anew."""
    person.active, person.left_at, person.last_seen_at = True, None, clock.now()
    _changed(session, audit.write_entry(session, ring, "person_enabled", person_id=by, about=person.id))


def mark_as_left(session: Session, ring: KeyRing, person: Person, *, by: str) -> None:
    """The person has left: the roles stay for the record and open nothing.

    Raises Refused("last"), or Refused("owns") while open concerns or contact requests are theirs.
    """
    _keep_one(session, person)
    if any(count_open_cases(session, person.id)):
        raise ChangeRefused("owns")
    person.active, person.left_at = False, clock.now()
    staff_tokens.end_staff_links(session, person.id)
    _changed(session, audit.write_entry(session, ring, "person_left", person_id=by, about=person.id))


def unlink_identity(session: Session, ring: KeyRing, person: Person, *, by: str) -> None:
    """The council's own sign-in opens this account no more. Raises Refused("unlinked")."""
    if rows_changed(session, delete(Identity).where(Identity.person_id == person.id)) != 1:
        raise ChangeRefused("unlinked")
    entry = audit.write_entry(session, ring, "identity_removed", person_id=by, about=person.id, reason="council")
    _changed(session, entry)


def remove_factors(session: Session, ring: KeyRing, person: Person, *, by: str) -> None:
    """For who lost the phone and the recovery codes: the next sign-in sets up a new second step, after the password.

    Nobody does this for themselves. Raises Refused("self") or Refused("no_factor").
    """
    if person.id == by:
        raise ChangeRefused("self")
    keys = rows_changed(session, delete(Passkey).where(Passkey.person_id == person.id))
    if not keys and person.totp_seed is None:
        raise ChangeRefused("no_factor")
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    person.totp_seed = person.totp_key_id = person.totp_confirmed_at = person.totp_last_step = None
    _changed(session, audit.write_entry(session, ring, "factor_removed", person_id=by, about=person.id, reason="all"))


def count_open_cases(session: Session, person_id: str) -> tuple[int, int]:
    """How many open concerns and contact requests are the person's own: numbers alone, nothing of what is in them."""
    concerns = select(func.count()).where(Concern.owner_id == person_id, Concern.state != "closed")
    requests = select(func.count()).where(ContactRequest.owner_id == person_id, ContactRequest.state != "done")
    return session.scalar(concerns) or 0, session.scalar(requests) or 0


def last_access_review(session: Session) -> tuple[datetime, str] | None:
    """When the list was last gone through, and by whom."""
    query = (
        select(AuditEntry.at, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(AuditEntry.what == "access_reviewed")
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    return (found.at, found.name or "") if found else None


def _changed(session: Session, entry: AuditEntry) -> None:
    """Every change ends the person's sessions at once and is told to them (promise 18)."""
    staff_sessions.end_sessions_of(session, entry.about)
    staff_tokens.queue_change_message(session, entry)


def _keep_one(session: Session, person: Person) -> None:
    """Somebody must be able to let people in. The rows are held, so that two cannot take each other's role away."""
    if "administrator" not in person.roles or not person.active:
        return
    query = (
        select(Person.id)
        .join(PersonRole)
        .where(PersonRole.role == "administrator", Person.active)
        .order_by(Person.id)
        .with_for_update()
    )
    if not set(session.scalars(query)) - {person.id}:
        raise ChangeRefused("last")
