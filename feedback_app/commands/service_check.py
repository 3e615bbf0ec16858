"""`service check`, `service test-mail`: found before there is an application, which may not start yet."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from feedback_app.commands.plain_errors import speak_plainly
from feedback_app.config import UnsafeSettings, read_settings
from feedback_app.database.sessions import Database
from feedback_app.documents.letter_check import template_problems
from feedback_app.messages.trial_mail import send_trial_mail
from feedback_app.operations.readiness.check_row import CheckRow, is_ready
from feedback_app.operations.readiness.check_service import check_environment
from feedback_app.reports.printing.report_word import report_template_problems

service = AppGroup("service", help="Is the service ready to start, and does it run?")


@service.command("check", with_appcontext=False)
def show_checks() -> None:
    """Say what is wrong or still missing, a row each, and what to do next; exit with 1 unless all is well."""
    rows = [*check_environment(), *_letter_rows()]
    for row in rows:
        click.echo(f"{row.state:8}{row.name}: {row.says}")
        if row.next_step:
            click.echo(f"{'':8}-> {row.next_step}")
    if is_ready(rows):
        click.echo("Ready.")
        return
    counts = {
        state: sum(row.state == state for row in rows) for state in ("wrong", "missing")
    }
    click.echo(f"Not ready: {counts['wrong']} wrong, {counts['missing']} missing.")
    sys.exit(1)


def _letter_rows() -> list[CheckRow]:
    """A row for each thing that is wrong with the council's own letter templates."""
    try:
        folder = read_settings().letters_dir
    except UnsafeSettings:
        return []
    if folder is None:
        return []
    next_step = "Mend the file in Word (docs/letters.md), or take it out of the folder."
    found = template_problems(folder) + report_template_problems(folder)
    if not found:
        return [CheckRow("Letters", "ok", f"The templates in {folder} can be used.")]
    return [CheckRow("Letters", "wrong", one, next_step) for one in found]


@service.command("test-mail", with_appcontext=False)
@click.argument("address", metavar="E-MAIL")
def try_mail(address: str) -> None:
    """Send a test mail to that address, as every message is sent."""
    settings = read_settings()
    database = Database()
    database.open(settings.database_url)
    try:
        to = send_trial_mail(database, settings, address)
    finally:
        database.engine.dispose()
    click.echo(f"The mail server took a test mail to {to}. See that it arrives.")


speak_plainly(service)
