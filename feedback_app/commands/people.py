"""`people invite`, `people add`: the first administrator; others are invited on the administrator's pages."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from feedback_app.admin.people.verbs import (
    ChangeRefused,
    invite_person,
    send_invitation,
)
from feedback_app.labels import label
from feedback_app.models.person import ROLES, Person
from feedback_app.operations.readiness.check_row import instant_in_words
from feedback_app.people.persons import add_person, find_person
from feedback_app.people.staff_links import open_invitation, staff_link_of
from feedback_app.web.context import instance

people = AppGroup("people", help="Invite or add members of staff.")
role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help="What they may do; may be repeated.",
)
REFUSED = {
    "has_password": "this person has chosen a password already; they can ask for a new one at sign-in",
    "off": "this account is switched off: an administrator can switch it on again",
    "roles": "this person has other roles; an administrator changes them on the page People",
}


@people.command("add")
@click.argument("email")
@click.argument("name")
@role_option
@click.password_option()
@with_appcontext
def add_staff(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add a member of staff with a password."""
    parts = instance()
    try:
        with parts.database.short_write() as session:
            person = add_person(
                session,
                parts.keys.audit,
                email=email,
                name=name,
                roles=roles,
                password=password,
            )
            click.echo(_said_of(person))
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@people.command("invite")
@click.argument("name")
@click.argument("email", metavar="E-MAIL")
@role_option
@with_appcontext
def invite_staff(name: str, email: str, roles: tuple[str, ...]) -> None:
    """Invite a member of staff, or send an invitation again: print the link by which they choose a password."""
    parts = instance()
    try:
        with parts.database.short_write() as session:
            person = _invite(session, name, email, roles)
            link = open_invitation(session, person)
            address = staff_link_of(parts.keys, parts.settings, link)
            said, ends = _said_of(person), instant_in_words(link.ends_at)
    except ChangeRefused as refused:
        raise click.ClickException(REFUSED[str(refused)]) from refused
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{said}. A mail with the link goes out when the worker runs.")
    click.echo(f"The link works once, until {ends}. Give it to nobody else:")
    click.echo(address)


def _invite(session: Session, name: str, email: str, roles: tuple[str, ...]) -> Person:
    """Add the person, or take the one who has been invited and is not here. Raises ChangeRefused or ValueError."""
    parts = instance()
    known = find_person(session, email)
    if known is None:
        return invite_person(
            session,
            parts.keys,
            parts.settings,
            name=name,
            email=email,
            roles=roles,
            by=None,
        )
    if known.roles != set(roles):
        raise ChangeRefused("roles")
    send_invitation(session, parts.keys, parts.settings, known, by=None)
    return known


def _said_of(person: Person) -> str:
    roles = ", ".join(str(label("role_title", role)) for role in sorted(person.roles))
    return f"{person.name} <{person.email}> has an account: {roles}"
