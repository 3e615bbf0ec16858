"""Migrations: bring a database up to date, and say which revision is the newest (promises 45, 48).

Alembic is imported inside the functions that use it: it takes 10 MB, which no web worker needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from feedback_app.config import ROOT

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = ROOT / "migrations" / "versions"
"""A migration's file begins with its revision, a number: a test holds the newest to what Alembic finds."""


def newest_revision() -> str | None:
    """Return the revision that an up-to-date database has; None where there is no migration."""
    revisions = [path.name.split("_")[0] for path in FOLDER.glob("[0-9]*_*.py")]
    return max(revisions, default=None)


def database_revision(engine: Engine) -> str | None:
    """Return the revision of that database; None where it has no tables yet, or no file."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return None
    with engine.connect().execution_options(reading=True) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the database at this URL."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # Alembic takes a % in it for the beginning of a name.
    place = str(ROOT / "migrations").replace("%", "%%")
    config.set_main_option("script_location", place)
    config.attributes["url"] = url
    return config


def migrate_to_head(url: str) -> None:
    """Apply all pending migrations; for SQLite, create the folder of the database file first."""
    from alembic import command  # noqa: PLC0415

    if url.startswith("sqlite:///"):
        (ROOT / url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    command.upgrade(alembic_config(url), "head")


def knows_revision(revision: str) -> bool:
    """Return True if the migrations of this version include that revision."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory.from_config(alembic_config(""))
    return revision in {script.revision for script in scripts.walk_revisions()}
