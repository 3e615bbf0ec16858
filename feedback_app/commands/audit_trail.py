"""`verify`: prove that the audit trail was not altered."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from feedback_app import audit, clock
from feedback_app.web.context import instance


@click.command("verify")
@click.option(
    "--head",
    default="0:",
    help="NUMBER:MAC from a daily mail: also find entries cut off at the end.",
)
@with_appcontext
def verify_audit(head: str) -> None:
    """Check the chain of the audit trail and name the first bad entry; exit with 1 if there is one."""
    number, colon, mac = head.partition(":")
    if not (colon and number.isdigit()):
        raise click.BadParameter(
            "write it as the daily mail has it: NUMBER:MAC", param_hint="--head"
        )
    parts = instance()
    with parts.database.new_session(reading=True) as session:
        bad = audit.first_bad_entry(session, parts.keys.audit)
        was_cut = not audit.contains_entry(session, int(number), mac)
    result = "the chain holds" if bad is None else f"entry {bad} is bad"
    if was_cut:
        result += f"; entry {number} is not the one that was mailed: the trail was cut off or remade"
    click.echo(f"{clock.now():%Y-%m-%d %H:%M} UTC: {result}")
    sys.exit(bad is not None or was_cut)
