"""Removes deleted data from the database files too: SQLite's log, PostgreSQL's dead rows (promise 36)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from feedback_app.database.engines import BUSY_TIMEOUT_MS

LOCK_TIMEOUT_MS = 300
LARGEST_REWRITTEN_BYTES = 64 * 1024 * 1024
"""A PostgreSQL table larger than this, with its indexes, is not rewritten: it would be locked for too long."""


def wipe_deleted(engine: Engine, tables: Collection[str] = ()) -> list[str]:
    """Remove deleted data from the files; return the tables for which that must be tried again.

    SQLite overwrites freed pages itself (`secure_delete`), so only its write-ahead log has to be emptied. On
    PostgreSQL a small table is rewritten under an exclusive lock; a larger one is only vacuumed and counts as not done.
    """
    if engine.dialect.name == "sqlite":
        return [] if _truncate_wal(engine) else sorted(tables)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        since = connection.scalar(text("SELECT clock_timestamp()"))
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))
        try:
            return [
                name
                for name in sorted(tables)
                if not _rewrite_table(connection, name, since)
            ]
        finally:
            connection.execute(text("RESET lock_timeout"))


def _truncate_wal(engine: Engine) -> bool:
    """Copy SQLite's write-ahead log into the database and truncate it; False if a reader still needs a part."""
    raw: Any = engine.raw_connection()
    try:
        raw.driver_connection.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_MS}")
        busy = raw.driver_connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        ).fetchone()[0]
    finally:
        raw.driver_connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        raw.close()
    return not busy


_OLDER_TRANSACTION = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)"
    " AND xact_start < :since)"
)


def _rewrite_table(connection: Connection, table: str, since: datetime) -> bool:
    """Rewrite one PostgreSQL table without its dead rows (VACUUM FULL); False if that cannot be done now.

    `since` is when the run began, by the server's clock.
    """
    if (
        connection.scalar(text(f"SELECT pg_total_relation_size('{table}')"))
        > LARGEST_REWRITTEN_BYTES
    ):
        connection.execute(text(f"VACUUM {table}"))
        return False
    file = text(f"SELECT pg_relation_filenode('{table}')")
    before = connection.scalar(file)
    # VACUUM FULL copies dead rows that an older transaction may still see: try again another night.
    if connection.scalar(_OLDER_TRANSACTION, {"since": since}):
        return False
    # The lock timeout is short, because children's sends queue behind whoever waits for this lock.
    try:
        connection.execute(text(f"VACUUM (FULL) {table}"))
    except OperationalError:
        return False
    # For a role that does not own the table VACUUM only warns; a new file shows that it was rewritten.
    return bool(connection.scalar(file) != before)
