"""Commands: each one line onto a verb."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from feedback_app import audit, clock, demo, worker
from feedback_app.child import drawn
from feedback_app.commands import backups
from feedback_app.commands.clips import list_clips
from feedback_app.commands.keys import keys, reseal_all
from feedback_app.commands.translations import translations
from feedback_app.config import ROOT, read_settings
from feedback_app.database.sessions import Database
from feedback_app.operations import after_restore
from feedback_app.operations.restore import MigrationTools, restore_backup
from feedback_app.people.persons import add_person
from feedback_app.records import due
from feedback_app.records import nightly as retention
from feedback_app.records.erasure_ledger import LedgerError
from feedback_app.survey.checks.survey import list_problems as survey_report
from feedback_app.web.context import instance
from feedback_app.web.service_details import refresh_details

if TYPE_CHECKING:
    from alembic.config import Config

surveys = AppGroup("surveys", help="The surveys, as data.")
people = AppGroup("people", help="Members of staff.")


def alembic_config(url: str) -> Config:
    """Alembic's settings for one database."""
    from alembic.config import Config  # noqa: PLC0415 (10 MB that no web worker needs)

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = url
    return config


def migrate_to_head(url: str) -> None:
    """Bring a database up to date, making the folder of an SQLite file."""
    if url.startswith("sqlite:///"):
        (ROOT / url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    from alembic import command  # noqa: PLC0415

    command.upgrade(alembic_config(url), "head")


def knows_revision(revision: str) -> bool:
    """Whether the migrations of this version lead to or through it."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return revision in {one.revision for one in ScriptDirectory.from_config(alembic_config("")).walk_revisions()}


@click.command("migrate")
def upgrade_database() -> None:
    """Bring the database up to date."""
    migrate_to_head(read_settings().database_url)


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Run the background loop."""
    worker.run_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("demo")
@with_appcontext
def fill_demo() -> None:
    """Fill an empty database with an invented service and a year of invented responses; print how to get in."""
    for line in demo.fill_demo(current_app._get_current_object()):  # type: ignore[attr-defined]
        click.echo(line)


@click.command("proxy-page")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def proxy_page(file: Path) -> None:
    """Write the page that the proxy shows while the service is away, with the numbers as they are told at present."""
    refresh_details(current_app._get_current_object(), at_once=True)  # type: ignore[attr-defined]
    drawn.write_proxy_page(file)


@surveys.command("check")
def check_surveys() -> None:
    """Name every problem of the survey files with its file and line."""
    problems = survey_report(ROOT / "surveys")
    click.echo("\n".join(problems) or "all surveys are in order")
    sys.exit(bool(problems))


surveys.add_command(list_clips)


@people.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True)
@click.password_option()
@with_appcontext
def add_staff(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add a member of staff."""
    parts = instance()
    try:
        with parts.database.short_write() as session:
            add_person(session, parts.keys.audit, email=email, name=name, roles=roles, password=password)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@click.command("verify")
@click.option("--head", default="0:", help="NUMBER:MAC, as the daily mail has it.")
@with_appcontext
def verify_audit(head: str) -> None:
    """Check the audit trail's chain; name the first bad entry. With an old head, find a trail cut off at its end."""
    number, colon, mac = head.partition(":")
    if not (colon and number.isdigit()):
        raise click.BadParameter("write it as the daily mail has it: NUMBER:MAC", param_hint="--head")
    parts = instance()
    with parts.database.new_session(reading=True) as session:
        bad = audit.first_bad_entry(session, parts.keys.audit)
        cut = not audit.contains_entry(session, int(number), mac)
    found = "the chain holds" if bad is None else f"entry {bad} is bad"
    if cut:
        found += f"; entry {number} is not the one that was mailed: the trail was cut off or remade"
    click.echo(f"{clock.now():%Y-%m-%d %H:%M} UTC: {found}")
    sys.exit(bad is not None or cut)


@click.command("backup")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def make_backup(folder: Path | None) -> None:
    """Write an encrypted backup into a folder (FEEDBACK_BACKUP_DIR), and delete ours that are too old."""
    parts = instance()
    with backups.plain_errors():
        made = backups.write_backup(parts, folder or parts.settings.backup_dir)
    sys.exit(made.manifest.audit_first_bad is not None)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", envvar="RESTORE_INTO", help="Another database than the service's own.")
@click.option("--replace", is_flag=True, help="Put it in the place of what is there.")
@click.option("--no-ledger", is_flag=True, help="Go on without the ledger: what was erased since the backup is back.")
@with_appcontext
def put_backup_back(file: Path, into: str | None, replace: bool, no_ledger: bool) -> None:
    """Restore a backup, prove it, and erase again what was erased since. Stop web and worker first."""
    parts, target = instance(), Database()
    target.open(read_settings(database_url=into).database_url if into else parts.settings.database_url)
    schema = MigrationTools(knows_revision, migrate_to_head)
    with backups.plain_errors():
        settle = partial(after_restore.settle_restored, target, parts.keys, parts.settings, without_ledger=no_ledger)
        report = restore_backup(file, target, parts.keys, replace=replace, schema=schema, afterwards=settle)
    target.engine.dispose()
    sys.exit(backups.report_result(report))


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Show what is due, and delete nothing.")
@with_appcontext
def run_retention(dry_run: bool) -> None:
    """Delete what is due by the rules of retention now, as the worker does each night."""
    parts = instance()
    if not dry_run:
        for name, number in retention.run_retention(parts.database, parts.keys, parts.settings).items():
            click.echo(f"{name}: {number}")
        return
    with parts.database.new_session(reading=True) as session:
        for line in due.preview_deletion(session, parts.settings, clock.now()):
            next_on = f"{line.next_at.astimezone(clock.LONDON):%Y-%m-%d}" if line.next_at else "-"
            click.echo(f"{line.rule.name:12} due now {line.due:6}  within 30 days {line.soon:6}  next {next_on}")


@click.command("after-restore")
@click.option("--no-ledger", is_flag=True, help="Go on without the ledger: what was erased since the backup is back.")
@with_appcontext
def settle_restored(no_ledger: bool) -> None:
    """Put a restored database in order: erase again, delete what is due, end all sessions."""
    parts = instance()
    try:
        report = after_restore.settle_restored(parts.database, parts.keys, parts.settings, without_ledger=no_ledger)
    except LedgerError as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(report))


def init_app(app: Flask) -> None:
    """Hang the commands on `flask`."""
    for one in (
        upgrade_database,
        run_worker,
        fill_demo,
        verify_audit,
        run_retention,
        proxy_page,
        surveys,
        translations,
        keys,
        reseal_all,
        people,
        make_backup,
        put_backup_back,
        settle_restored,
    ):
        app.cli.add_command(one)
