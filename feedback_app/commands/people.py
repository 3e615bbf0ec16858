"""`people add`: the first members of staff; others are invited on the administrator's pages."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from feedback_app.models.person import ROLES
from feedback_app.people.persons import add_person
from feedback_app.web.context import instance

people = AppGroup("people", help="Add members of staff.")


@people.command("add")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help=f"One of {', '.join(ROLES)}; may be repeated.",
)
@click.password_option()
@with_appcontext
def add_staff(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add a member of staff with a password."""
    parts = instance()
    try:
        with parts.database.short_write() as session:
            add_person(
                session,
                parts.keys.audit,
                email=email,
                name=name,
                roles=roles,
                password=password,
            )
    except ValueError as error:
        raise click.ClickException(str(error)) from error
