"""`retention`: delete what is due by the rules of retention, or show it."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from feedback_app import clock
from feedback_app.records import nightly, preview
from feedback_app.records.stops import RetentionStopped
from feedback_app.web.context import instance


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Show what is due, and delete nothing.")
@click.option(
    "--yes", is_flag=True, help="The clock is right, and all of it is to go: delete."
)
@with_appcontext
def run_retention(dry_run: bool, yes: bool) -> None:
    """Delete now what is due by the retention rules, as the worker does each night."""
    parts = instance()
    if not dry_run:
        try:
            done = nightly.run_retention(
                parts.database, parts.keys, parts.settings, anyway=yes
            )
        except RetentionStopped as stopped:
            raise click.ClickException(str(stopped)) from stopped
        for name, number in done.items():
            click.echo(f"{name}: {number}")
        return
    with parts.database.new_session(reading=True) as session:
        for line in preview.preview_deletion(session, parts.settings, clock.now()):
            next_on = (
                f"{line.next_at.astimezone(clock.LONDON):%Y-%m-%d}"
                if line.next_at
                else "-"
            )
            click.echo(
                f"{line.rule.name:12} due now {line.due:6}  within 30 days {line.soon:6}  next {next_on}"
            )
