"""`migrate`: apply pending migrations."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from feedback_app.config import Settings, read_settings
from feedback_app.database.engines import make_engine
from feedback_app.operations.database_mode import claim_database
from feedback_app.operations.key_checks import note_keys
from feedback_app.operations.migrations import (
    database_revision,
    migrate_to_head,
    newest_revision,
)
from feedback_app.privacy import disk
from feedback_app.privacy.keys import load_keys
from feedback_app.records.erasure import was_erased_before


@click.command("migrate")
def upgrade_database() -> None:
    """Create the database's tables or bring them up to date, and note whose it is and which keys are its own."""
    settings = read_settings()
    before = _revision_of(settings)
    migrate_to_head(settings.database_url)
    engine = make_engine(settings.database_url)
    try:
        claim_database(engine, settings.mode)
        with Session(engine) as session, session.begin():
            note_keys(session, load_keys(settings.keys_dir))
    finally:
        engine.dispose()
    after = newest_revision()
    if before == after:
        click.echo(f"nothing to do: the database is up to date ({after})")
    elif before is None:
        click.echo(f"made the tables of a new database ({after})")
    else:
        click.echo(f"brought the database up to date: {before} to {after}")
    _begin_ledger(settings)


def _revision_of(settings: Settings) -> str | None:
    engine = make_engine(settings.database_url)
    try:
        return database_revision(engine)
    finally:
        engine.dispose()


def _begin_ledger(settings: Settings) -> None:
    """Make the empty list of erasures, so that the first restore finds one; never where one was lost."""
    file = settings.erased_file
    if settings.mode != "production" or file.exists():
        return
    engine = make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            is_lost = was_erased_before(session)
    finally:
        engine.dispose()
    if is_lost:
        click.echo(
            f"{file} is not there, and something was erased before: put the list back",
            err=True,
        )
        return
    disk.new_file(file).close()
    disk.give_to_owner_of(file, file.parent)
    click.echo(f"began the list of erasures: {file}")
