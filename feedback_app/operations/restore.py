"""Restores a backup: checks all it can before replacing anything, and the rest afterwards (promise 47)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from feedback_app import audit, clock
from feedback_app.database.sessions import Database
from feedback_app.operations import manifest, replace_database, sealed_columns
from feedback_app.operations.backup import verify_backup
from feedback_app.operations.manifest import Manifest
from feedback_app.operations.replace_database import RestoreRefused
from feedback_app.operations.snapshot import sqlite_file
from feedback_app.privacy.keys import Keys
from feedback_app.records.erasure_ledger import LedgerError


@dataclass(frozen=True, slots=True)
class MigrationTools:
    """Migration functions that the caller passes in: is a revision known, and migrate this URL to the newest."""

    knows: Callable[[str], bool]
    to_head: Callable[[str], None]


@dataclass
class RestoreReport:
    """What was proved (`lines`) and what was not (`problems`), a string each."""

    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def restore_backup(
    file: Path,
    target: Database,
    keys: Keys,
    *,
    replace: bool,
    schema: MigrationTools,
    afterwards: Callable[[], list[str]],
) -> RestoreReport:
    """Replace the target database with a backup, and prove that it holds what was backed up.

    Web and worker must be stopped. `afterwards` runs on the restored database, before anybody uses it, and gives
    lines for the report. Raises RestoreRefused, InvalidStream, ToolFailed or OSError: then the target is as it was.
    """
    wanted = verify_backup(keys.backup, file)
    check_target(wanted, target, replace=replace, schema=schema)
    if wanted.kind == "sqlite":
        replace_database.replace_sqlite(
            file, wanted, target, keys, migrate=schema.to_head
        )
    else:
        replace_database.replace_postgresql(file, target, keys)
    report = RestoreReport(
        [f"opened, made {wanted.made_at}: every piece is as it was written"]
    )
    try:
        others = [
            one
            for one in replace_database.other_users(target)
            # The server takes a moment to end the connection of the tool that put it back.
            if not one.startswith("pg_restore ")
        ]
        if others:
            report.problems.append(
                f"{', '.join(others)} came to the database while it was put back: what they wrote may be gone."
                " Stop them, and restore again"
            )
        _check_restored(report, wanted, target, keys, schema)
        with target.short_write() as session:
            audit.write_entry(
                session,
                keys.audit,
                "restored",
                person_id=None,
                about=file.name[:80],
                reason=wanted.made_at,
            )
        report.lines += afterwards()
    except (LedgerError, OSError, SQLAlchemyError) as problem:
        report.problems.append(
            f"it was put back, and then: {str(problem).splitlines()[0]}"
        )
    return report


def _check_restored(
    report: RestoreReport,
    wanted: Manifest,
    target: Database,
    keys: Keys,
    schema: MigrationTools,
) -> None:
    if wanted.kind == "postgresql":
        with target.engine.connect() as connection:
            report.problems += wanted.list_differences(
                manifest.take_manifest(connection, keys.audit, clock.now())
            )
        schema.to_head(target.engine.url.render_as_string(hide_password=False))
    if not report.problems:
        report.lines += _proved_lines(wanted)
    report.problems += _missing_key_lines(target, keys)


def check_target(
    wanted: Manifest, target: Database, *, replace: bool, schema: MigrationTools
) -> None:
    """Raise RestoreRefused if this backup must not go into that database."""
    if wanted.kind != target.engine.dialect.name:
        raise RestoreRefused(
            f"the backup is of {wanted.kind}, the database is {target.engine.dialect.name}"
        )
    if not schema.knows(wanted.schema):
        raise RestoreRefused(
            f"the backup has schema {wanted.schema}, which this version does not know: use a newer version"
        )
    there = row_counts(target)
    if there is None and not replace:
        raise RestoreRefused(
            "what stands there cannot be read: --replace puts the backup in its place"
        )
    if (
        there
        and sum(n for name, n in there.items() if name != "alembic_version")
        and not replace
    ):
        raise RestoreRefused(
            f"the database holds {sum(there.values())} rows: --replace puts the backup in their place"
        )
    if wanted.kind == "postgresql" and (
        more := sorted(set(there or ()) - set(wanted.counts))
    ):
        raise RestoreRefused(
            f"the database has tables that the backup does not know ({', '.join(more)}):"
            " restore into an empty database with --into"
        )


def row_counts(target: Database) -> dict[str, int] | None:
    """Count the rows of the target's tables; {} if there is no file, None if it cannot be read."""
    if (
        target.engine.dialect.name == "sqlite"
        and not sqlite_file(target.engine).exists()
    ):
        return {}
    try:
        with target.engine.connect() as connection:
            return manifest.table_counts(connection)
    except DatabaseError:
        if target.engine.dialect.name == "postgresql":
            raise
        return None
    finally:
        target.engine.dispose()


def _proved_lines(wanted: Manifest) -> list[str]:
    trail = (
        f"audit trail: {wanted.audit_number} entries, the last is that of the backup"
    )
    chain = (
        "the chain holds"
        if wanted.audit_first_bad is None
        else f"entry {wanted.audit_first_bad} was bad already"
    )
    return [
        f"{len(wanted.counts)} tables, {wanted.total_rows} rows: as many in each as when it was made",
        f"{trail}, {chain}",
        f"schema: {wanted.schema} in the backup, brought up to date",
    ]


def _missing_key_lines(target: Database, keys: Keys) -> list[str]:
    with target.new_session(reading=True) as session:
        found = {
            "text": sealed_columns.count_unreadable(session, keys.text, "text"),
            "envelope": sealed_columns.count_unreadable(
                session, keys.envelope, "envelope"
            ),
        }
    return [
        f"{number} values were sealed under {name} keys that are not here: nobody can read them. Put those lines back"
        for name, number in found.items()
        if number
    ]
