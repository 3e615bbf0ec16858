"""What the commands for backups say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.config import UnsafeSettings, misplaced_folders
from feedback_app.operations.backup import MadeBackup, make_backup
from feedback_app.operations.postgres_tools import ToolFailed
from feedback_app.operations.replace_database import RestoreRefused
from feedback_app.operations.restore import RestoreReport
from feedback_app.privacy.stream import InvalidStream
from feedback_app.web.context import Instance


@contextmanager
def plain_errors() -> Iterator[None]:
    """What keeps a backup from being made or put back is said in plain words."""
    try:
        yield
    except (InvalidStream, RestoreRefused, ToolFailed, UnsafeSettings, OSError) as problem:
        raise click.ClickException(f"nothing was done: {problem}") from problem
    except SQLAlchemyError as problem:
        raise click.ClickException(f"nothing was done: {str(problem).splitlines()[0]}") from problem


def write_backup(parts: Instance, folder: Path) -> MadeBackup:
    """Make one, and say what it holds. Raises UnsafeSettings for a folder that the keys lie in, and as `backup`."""
    if problems := misplaced_folders(parts.settings.model_copy(update={"backup_dir": folder})):
        raise UnsafeSettings("\n".join(problems))
    made = make_backup(parts.database, parts.keys, folder, days=parts.settings.backup_days)
    held = made.manifest
    click.echo(
        f"{made.file}: {len(held.counts)} tables, {held.total_rows} rows, audit trail to entry {held.audit_number}"
    )
    for name in made.deleted:
        click.echo(f"deleted {name}: older than {parts.settings.backup_days} days")
    if held.audit_first_bad is not None:
        click.echo(f"the audit trail was altered: entry {held.audit_first_bad} is bad", err=True)
    return made


def report_result(report: RestoreReport) -> int:
    """Say what was proved and what was not; 1 when something was not."""
    for line in report.lines:
        click.echo(line)
    for line in report.problems:
        click.echo(f"NOT PROVED: {line}", err=True)
    click.echo("restored, and proved" if not report.problems else "restored, but not proved", err=bool(report.problems))
    return 1 if report.problems else 0
