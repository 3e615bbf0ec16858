"""`backup`, `restore`, `after-restore` (docs/backups.md)."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.commands.plain_errors import plain_errors, plain_words
from feedback_app.config import UnsafeSettings, misplaced_folders, read_settings
from feedback_app.database.sessions import Database
from feedback_app.operations import after_restore
from feedback_app.operations.backup import MadeBackup, make_backup
from feedback_app.operations.migrations import knows_revision, migrate_to_head
from feedback_app.operations.readiness.running_rows import note_restore
from feedback_app.operations.restore import (
    MigrationTools,
    RestoreReport,
    restore_backup,
)
from feedback_app.web.context import Instance, instance

NOTHING_DONE = "nothing was done: "
NO_LEDGER = (
    "Go on without the ledger of erasures: what was erased since the backup is back."
)


@click.command("backup")
@click.argument(
    "folder", required=False, type=click.Path(path_type=Path, file_okay=False)
)
@with_appcontext
def create_backup(folder: Path | None) -> None:
    """Write an encrypted backup into FOLDER (default: FEEDBACK_BACKUP_DIR) and delete backups that are too old."""
    parts = instance()
    with plain_errors(NOTHING_DONE):
        made = write_backup(parts, folder or parts.settings.backup_dir)
    sys.exit(made.manifest.audit_first_bad is not None)


def write_backup(parts: Instance, folder: Path) -> MadeBackup:
    """Make a backup and print what it holds.

    Raises UnsafeSettings if the folder also holds the keys, and what `make_backup` raises.
    """
    if problems := misplaced_folders(
        parts.settings.model_copy(update={"backup_dir": folder})
    ):
        raise UnsafeSettings("\n".join(problems))
    made = make_backup(
        parts.database, parts.keys, folder, days=parts.settings.backup_days
    )
    manifest = made.manifest
    size = f"{len(manifest.counts)} tables, {manifest.total_rows} rows"
    click.echo(f"{made.file}: {size}, audit trail to entry {manifest.audit_number}")
    for name in made.deleted:
        click.echo(f"deleted {name}: older than {parts.settings.backup_days} days")
    if manifest.audit_first_bad is not None:
        click.echo(
            f"the audit trail was altered: entry {manifest.audit_first_bad} is bad",
            err=True,
        )
    return made


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--into",
    envvar="RESTORE_INTO",
    help="URL of another database than the service's own.",
)
@click.option("--replace", is_flag=True, help="Replace what the database holds now.")
@click.option("--no-ledger", is_flag=True, help=NO_LEDGER)
@with_appcontext
def restore_from_backup(
    file: Path, into: str | None, replace: bool, no_ledger: bool
) -> None:
    """Restore a backup, check it, and erase again what was erased since. Stop web and worker first."""
    parts, target = instance(), Database()
    parts.database.engine.dispose()
    target.open(
        read_settings(database_url=into).database_url
        if into
        else parts.settings.database_url
    )
    tools = MigrationTools(knows_revision, migrate_to_head)
    settle = partial(
        after_restore.settle_restored,
        target,
        parts.keys,
        parts.settings,
        without_ledger=no_ledger,
    )
    with plain_errors(NOTHING_DONE):
        report = restore_backup(
            file, target, parts.keys, replace=replace, schema=tools, afterwards=settle
        )
    target.engine.dispose()
    if not report.problems:
        _remember_restore(parts.database if into else target)
    sys.exit(report_result(report))


def _remember_restore(database: Database) -> None:
    """Note in the service's own database that a restore was proved; one that is away keeps the proof from nobody."""
    try:
        with database.short_write() as session:
            note_restore(session)
    except SQLAlchemyError as error:
        click.echo(f"the restore could not be noted: {plain_words(error)}", err=True)
    finally:
        database.engine.dispose()


def report_result(report: RestoreReport) -> int:
    """Print what was proved and what was not; return the exit status, 1 when something was not."""
    for line in report.lines:
        click.echo(line)
    for line in report.problems:
        click.echo(f"NOT PROVED: {line}", err=True)
    click.echo(
        "restored, but not proved" if report.problems else "restored, and proved",
        err=bool(report.problems),
    )
    return 1 if report.problems else 0


@click.command("after-restore")
@click.option("--no-ledger", is_flag=True, help=NO_LEDGER)
@with_appcontext
def settle_restored(no_ledger: bool) -> None:
    """After a restore by other means: erase again what was erased, delete what is due, end all sessions."""
    parts = instance()
    with plain_errors():
        report = after_restore.settle_restored(
            parts.database, parts.keys, parts.settings, without_ledger=no_ledger
        )
    click.echo("\n".join(report))
