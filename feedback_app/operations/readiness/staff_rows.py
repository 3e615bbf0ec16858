"""Has everybody come who must be here before a child writes? An invitation is not a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from feedback_app import clock, labels
from feedback_app.config import Settings
from feedback_app.models.person import (
    Identity,
    Passkey,
    Person,
    PersonRole,
    StaffToken,
)
from feedback_app.models.running import AuditEntry
from feedback_app.operations.readiness.check_row import CheckRow, day_in_words

ON_DUTY = ("lead", "deputy", "manager")
"""The roles without which a concern is seen by nobody (promise 56)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who has an account that is on. `link_ends_at`: of their newest invitation that was not used."""

    name: str
    has_arrived: bool
    has_password: bool
    link_ends_at: datetime | None


def has_arrived(settings: Settings) -> ColumnElement[bool]:
    """The condition under which a person has been here: signed in, second factor included.

    Where a password alone is enough, as in the demo, whoever has one can come in.
    """
    if settings.second_factor == "may_skip":
        linked = exists().where(Identity.person_id == Person.id)
        return or_(Person.password_hash.is_not(None), linked)
    second_factor = or_(
        Person.totp_confirmed_at.is_not(None),
        exists().where(Passkey.person_id == Person.id),
        exists().where(
            AuditEntry.what == "signed_in", AuditEntry.person_id == Person.id
        ),
    )
    return and_(Person.last_seen_at.is_not(None), second_factor)


def arrived_roles(session: Session, settings: Settings) -> frozenset[str]:
    """Return which of the roles on duty somebody holds who has been here and may come in."""
    query = (
        select(PersonRole.role)
        .join(Person, Person.id == PersonRole.person_id)
        .where(
            PersonRole.role.in_(ON_DUTY), Person.active.is_(True), has_arrived(settings)
        )
        .distinct()
    )
    return frozenset(session.scalars(query))


def arrived_people(session: Session, settings: Settings) -> frozenset[str]:
    """Return the ids of everybody who has been here."""
    return frozenset(session.scalars(select(Person.id).where(has_arrived(settings))))


def invitation_ends(session: Session) -> dict[str, datetime]:
    """Return when the newest unused invitation of each person ends or ended, by the person's id."""
    query = (
        select(StaffToken.person_id, func.max(StaffToken.ends_at))
        .where(StaffToken.kind == "invite", StaffToken.used_at.is_(None))
        .group_by(StaffToken.person_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def on_duty_rows(here: frozenset[str]) -> list[CheckRow]:
    """The rows of lead, deputy and manager, and what pages say of who is not here."""
    lead, deputy, manager = (role in here for role in ON_DUTY)
    unread = (
        _(
            "No safeguarding lead has signed in yet: only the deputy reads what children write."
        )
        if deputy
        else _(
            "Nobody reads what children write: no safeguarding lead has signed in yet."
        )
    )
    alone = _(
        "No deputy safeguarding lead has signed in yet: nobody stands in for the lead."
    )
    untold = _(
        "No IRO manager has signed in yet: nobody is told when a concern is missed."
    )
    # Where nobody reads at all, pages say that, and not also who else is missing.
    somebody_reads = lead or deputy
    return [
        _role_row("lead", lead, unread),
        _role_row("deputy", deputy, alone if somebody_reads else ""),
        _role_row("manager", manager, untold if somebody_reads else ""),
    ]


def staff_rows(session: Session, settings: Settings) -> list[CheckRow]:
    """The same rows, and the administrator's, with whoever is invited and not here yet."""
    here = arrived_roles(session, settings)
    administrators = _expected(session, settings, "administrator")
    first = _role_row(
        "administrator", any(one.has_arrived for one in administrators), ""
    )
    rows = []
    for role, row in zip(
        ("administrator", *ON_DUTY), (first, *on_duty_rows(here)), strict=True
    ):
        expected = _expected(session, settings, role)
        rows.append(_with_people(row, role, expected))
    return rows


def arrival_in_words(one: Expected) -> str:
    """How far somebody is who has an account: here, or until when their invitation works."""
    if one.has_arrived:
        return str(_("here"))
    if one.has_password:
        return str(_("password chosen, not signed in yet"))
    if one.link_ends_at is None:
        return str(_("not invited yet"))
    day = day_in_words(one.link_ends_at)
    if one.link_ends_at > clock.now():
        return str(_("invited, not yet here, link ends %(day)s", day=day))
    return str(_("invited, not yet here, link ended %(day)s", day=day))


def _role_row(role: str, is_here: bool, alarm: str) -> CheckRow:
    title = labels.label("role_title", role)
    if is_here:
        return CheckRow(title, "ok", _("Has signed in."))
    return CheckRow(title, "missing", _("Nobody has signed in yet."), alarm=alarm)


def _with_people(row: CheckRow, role: str, expected: Iterable[Expected]) -> CheckRow:
    """The row with the people's names; and what to do where none of them is here."""
    people = list(expected)
    says = "; ".join(f"{one.name}: {arrival_in_words(one)}" for one in people)
    if row.state == "ok":
        return CheckRow(row.name, row.state, says, alarm=row.alarm)
    if not people:
        command = f"flask --app wsgi people invite NAME E-MAIL --role {role}"
        step = (
            _("Run: %(command)s", command=command)
            if role == "administrator"
            else _("Invite one: People, Invite a person.")
        )
        return CheckRow(
            row.name, row.state, _("Nobody has this role."), step, row.alarm
        )
    step = _(
        "Ask them to open their invitation and to sign in, with the second step."
        " Where the link has ended, send it again: People."
    )
    return CheckRow(row.name, row.state, says, step, row.alarm)


def _expected(session: Session, settings: Settings, role: str) -> list[Expected]:
    ends = invitation_ends(session)
    query = (
        select(
            Person.id,
            Person.name,
            Person.password_hash,
            has_arrived(settings).label("here"),
        )
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == role, Person.active.is_(True))
        .order_by(Person.name, Person.id)
    )
    return [
        Expected(
            row.name, bool(row.here), row.password_hash is not None, ends.get(row.id)
        )
        for row in session.execute(query)
    ]
