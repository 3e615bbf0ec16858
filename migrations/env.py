"""Runs migrations on the database that the command names; one at a time, the next waits its turn (promise 48).

On PostgreSQL each is a transaction; on SQLite, where another writer could come in between, all are one.
"""

import time

from alembic import context
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from feedback_app.config import read_settings
from feedback_app.database import locks
from feedback_app.database.engines import make_engine
from feedback_app.models import Base

TURN_SECONDS = 300
url = context.config.attributes.get("url") or read_settings().database_url
engine = make_engine(url)
if engine.dialect.name == "sqlite":
    # Once for the file, and here: two workers that set it on a fresh file at start lock each other out.
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA journal_mode=WAL")
    raw.close()
    # Changing a column copies the table and drops the old one, which rows of other tables refer to.
    # All references are checked at the end instead (sqlite.org/lang_altertable.html, section 7).
    event.listen(
        engine,
        "connect",
        lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"),
    )
    engine.dispose()


def check_references(connection: Connection) -> None:
    """Raise RuntimeError if a row refers to one that is not there (SQLite)."""
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if dangling:
        raise RuntimeError(f"rows refer to others that are not there: {dangling}")


def take_turn(connection: Connection) -> None:
    """Wait for whoever migrates now. Raises OperationalError on SQLite after five minutes."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_lock(:lock)"), {"lock": locks.MIGRATION}
        )
        # Only now: a turn may be waited for long, a table in use may not.
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        return
    until = time.monotonic() + TURN_SECONDS
    while True:
        try:
            connection.begin()
        except OperationalError:
            if time.monotonic() > until:
                raise
        else:
            return


with engine.connect() as connection:
    take_turn(connection)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            check_references(connection)
    connection.commit()
engine.dispose()
