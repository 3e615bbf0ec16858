"""Changing who works here: inviting, roles, switching off, leaving; and what must hold before each (promises 18, 24).

Every change is audited, ends the person's sessions at once, and is told to them by mail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.admin.people.rows import count_open_cases
from feedback_app.config import Settings
from feedback_app.invitations.hand_over import (
    OPENED_BY,
    hand_links_over,
    open_links_of,
    take_links_back,
)
from feedback_app.models.base import rows_changed
from feedback_app.models.person import (
    Identity,
    Passkey,
    Person,
    PersonRole,
    RecoveryCode,
)
from feedback_app.models.running import AuditEntry
from feedback_app.models.scope import READ_ALL
from feedback_app.people.calendar_links import CALENDAR_ROLES, end_calendar_link
from feedback_app.people.persons import EmailTaken, add_person
from feedback_app.people.staff_links import end_staff_links, make_staff_link
from feedback_app.people.staff_messages import queue_change_message, tell_readers
from feedback_app.privacy.keys import Keys
from feedback_app.web.staff_sessions import end_sessions_of


class ChangeRefused(Exception):
    """A change that must not happen; the message is the id of the words that say why in routes.py."""


def invite_person(
    session: Session,
    keys: Keys,
    settings: Settings,
    *,
    name: str,
    email: str,
    roles: Iterable[str],
    by: str | None,
) -> Person:
    """Add a person who has no password yet, and send the link by which they choose one; `by` is None for a command.

    Raises ChangeRefused("taken") when the e-mail has an account.
    """
    try:
        person = add_person(
            session,
            keys.audit,
            email=email,
            name=name,
            roles=roles,
            password=None,
            by=by,
        )
    except EmailTaken as taken:
        raise ChangeRefused("taken") from taken
    entry = send_invitation(session, keys, settings, person, by=by)
    if READ_ALL & person.roles:
        tell_readers(session, entry)
    return person


def send_invitation(
    session: Session, keys: Keys, settings: Settings, person: Person, *, by: str | None
) -> AuditEntry:
    """Send the link once more; an earlier one ends. Raises ChangeRefused("has_password") or ChangeRefused("off")."""
    if person.password_hash is not None:
        raise ChangeRefused("has_password")
    if not person.active:
        raise ChangeRefused("off")
    make_staff_link(session, keys, person, "invite", settings, made_by=by)
    return audit.write_entry(
        session, keys.audit, "person_invited", person_id=by, about=person.id
    )


def set_roles(
    session: Session,
    keys: Keys,
    person: Person,
    roles: Iterable[str],
    *,
    links_to: str,
    by: str,
) -> None:
    """Give the person these roles and no others; nobody changes their own (rule A6, promise 24).

    Who may now read what children wrote is told to everybody who reads it. Links that the roles open no more go where
    `links_to` says, as when somebody leaves; those that were handed over before come back with their role.
    Raises ChangeRefused("own_roles", "last" or "links").
    """
    ring = keys.audit
    wanted = frozenset(roles)
    if wanted == person.roles:
        return
    if person.id == by:
        raise ChangeRefused("own_roles")
    if "administrator" in person.roles - wanted:
        _keep_one_administrator(session, person)
    _hand_over(session, keys, person, person.roles - wanted, links_to=links_to, by=by)
    if person.active:
        added_roles = wanted - person.roles
        take_links_back(session, keys, person.id, by=by, roles=added_roles)
    if frozenset(CALENDAR_ROLES) & person.roles - wanted:
        end_calendar_link(session, ring, person.id, by=by)
    new_reader = bool(READ_ALL & wanted - person.roles)
    before = ",".join(sorted(person.roles))
    kept = [row for row in person.role_rows if row.role in wanted]
    added = [PersonRole(role=role) for role in sorted(wanted - person.roles)]
    person.role_rows = kept + added
    reason = f"{before} > {','.join(sorted(wanted))}"
    entry = audit.write_entry(
        session, ring, "roles_changed", person_id=by, about=person.id, reason=reason
    )
    if new_reader:
        tell_readers(session, entry)
    _tell_and_sign_out(session, entry)


def switch_off(
    session: Session, keys: Keys, person: Person, *, links_to: str, by: str
) -> None:
    """Switch the account off: the person is signed out at once and cannot sign in; nobody's link is stranded.

    `links_to`: as when somebody leaves. Raises ChangeRefused("last" or "links").
    """
    ring = keys.audit
    _keep_one_administrator(session, person)
    _hand_over(session, keys, person, OPENED_BY, links_to=links_to, by=by)
    person.active = False
    end_staff_links(session, person.id)
    end_calendar_link(session, ring, person.id, by=by)
    entry = audit.write_entry(
        session, ring, "person_disabled", person_id=by, about=person.id
    )
    _tell_and_sign_out(session, entry)


def switch_on(session: Session, keys: Keys, person: Person, *, by: str) -> None:
    """Switch the account on again; its days without use count from now. Its links come back where they still wait."""
    ring = keys.audit
    person.active, person.left_at, person.last_seen_at = True, None, clock.now()
    take_links_back(session, keys, person.id, by=by, roles=person.roles)
    entry = audit.write_entry(
        session, ring, "person_enabled", person_id=by, about=person.id
    )
    _tell_and_sign_out(session, entry)


END_LINKS = "end"
"""The choice to end the links of somebody who cannot open them any more, in the place of a person who takes them."""


def people_to_take_links(
    session: Session, person: Person, roles: Collection[str] = OPENED_BY
) -> list[Person]:
    """Who can take the links without an answer that these roles of a person open, by name.

    An IRO's goes to another IRO, a group's to another manager.
    """
    links = open_links_of(session, person.id, roles)
    needed = {"manager" if one.iro_id is None else "iro" for one in links}
    others = session.scalars(
        select(Person)
        .where(Person.active, Person.id != person.id)
        .order_by(Person.name)
    )
    return [one for one in others if needed <= one.roles]


def mark_as_left(
    session: Session, keys: Keys, person: Person, *, links_to: str, by: str
) -> None:
    """Note that the person has left: the roles stay for the record and open nothing; nobody's link is stranded.

    `links_to`: the id of who takes the links that wait, or END_LINKS; "" where there are none. Raises
    ChangeRefused("last"), ChangeRefused("owns") while open concerns or contact requests are theirs, or
    ChangeRefused("links") while nobody is named for the links.
    """
    _keep_one_administrator(session, person)
    if any(count_open_cases(session, person.id)):
        raise ChangeRefused("owns")
    _hand_over(session, keys, person, OPENED_BY, links_to=links_to, by=by)
    ring = keys.audit
    person.active, person.left_at = False, clock.now()
    end_staff_links(session, person.id)
    end_calendar_link(session, ring, person.id, by=by)
    entry = audit.write_entry(
        session, ring, "person_left", person_id=by, about=person.id
    )
    _tell_and_sign_out(session, entry)


def take_leaving_back(session: Session, keys: Keys, person: Person, *, by: str) -> None:
    """The person has not left: the account is on again, and their links are theirs where they still wait."""
    if person.left_at is None:
        return
    person.active, person.left_at, person.last_seen_at = True, None, clock.now()
    take_links_back(session, keys, person.id, by=by, roles=person.roles)
    entry = audit.write_entry(
        session, keys.audit, "person_returned", person_id=by, about=person.id
    )
    _tell_and_sign_out(session, entry)


def unlink_identity(session: Session, keys: Keys, person: Person, *, by: str) -> None:
    """Unlink the council account, which then opens this account no more. Raises ChangeRefused("unlinked")."""
    if (
        rows_changed(session, delete(Identity).where(Identity.person_id == person.id))
        != 1
    ):
        raise ChangeRefused("unlinked")
    entry = audit.write_entry(
        session,
        keys.audit,
        "identity_removed",
        person_id=by,
        about=person.id,
        reason="council",
    )
    _tell_and_sign_out(session, entry)


def remove_factors(session: Session, keys: Keys, person: Person, *, by: str) -> None:
    """For who lost the phone and the recovery codes: the next sign-in sets up a new second step, after the password.

    Nobody does this for themselves. Raises ChangeRefused("self") or ChangeRefused("no_factor").
    """
    if person.id == by:
        raise ChangeRefused("self")
    passkeys = rows_changed(
        session, delete(Passkey).where(Passkey.person_id == person.id)
    )
    if not passkeys and person.totp_seed is None:
        raise ChangeRefused("no_factor")
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    person.totp_seed = person.totp_key_id = person.totp_confirmed_at = (
        person.totp_last_step
    ) = None
    entry = audit.write_entry(
        session,
        keys.audit,
        "factor_removed",
        person_id=by,
        about=person.id,
        reason="all",
    )
    _tell_and_sign_out(session, entry)


def _hand_over(
    session: Session,
    keys: Keys,
    person: Person,
    roles: Collection[str],
    *,
    links_to: str,
    by: str,
) -> None:
    """Hand over or end what these roles open and the person can open no more. Raises ChangeRefused("links")."""
    if not open_links_of(session, person.id, roles):
        return
    able = {one.id for one in people_to_take_links(session, person, roles)}
    if links_to not in able | {END_LINKS}:
        raise ChangeRefused("links")
    to = None if links_to == END_LINKS else links_to
    hand_links_over(session, keys, person.id, to, by=by, roles=roles)


def _tell_and_sign_out(session: Session, entry: AuditEntry) -> None:
    """End the sessions of the person whom the entry is about, and queue a mail about the change (promise 18)."""
    end_sessions_of(session, entry.about)
    queue_change_message(session, entry)


def _keep_one_administrator(session: Session, person: Person) -> None:
    """Refuse to lose the only administrator who can come in. Raises ChangeRefused("last").

    All administrators' rows are locked, so that two of them cannot take each other's role away at once.
    """
    if "administrator" not in person.roles or not person.active:
        return
    administrators = (
        select(Person.id)
        .join(PersonRole)
        .where(PersonRole.role == "administrator", Person.active)
        .order_by(Person.id)
        .with_for_update()
    )
    others = set(session.scalars(administrators)) - {person.id}
    if not others:
        raise ChangeRefused("last")
