"""`migrate`: apply pending migrations."""

from __future__ import annotations

import click

from feedback_app.config import read_settings
from feedback_app.operations.migrations import migrate_to_head


@click.command("migrate")
def upgrade_database() -> None:
    """Create the database's tables or bring them up to date."""
    migrate_to_head(read_settings().database_url)
