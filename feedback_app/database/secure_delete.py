"""Letting destroyed bytes go from the files too, not only from what a query finds (promise 36)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from feedback_app.database.engines import BUSY_TIMEOUT_MS

LOCK_TIMEOUT_MS = 300
LARGEST_REWRITTEN_BYTES = 64 * 1024 * 1024
"""A table of PostgreSQL that is larger with its indexes is not written anew: it would be locked for too long."""


def wipe_deleted(engine: Engine, tables: Collection[str] = ()) -> list[str]:
    """Let destroyed bytes go from the files; the tables for which it could not be done now.

    SQLite wipes freed pages itself (`secure_delete`); here its write-ahead log is emptied. On PostgreSQL a small
    table is written anew, which nobody may use meanwhile; a larger one is vacuumed, and counts as not done.
    """
    if engine.dialect.name == "sqlite":
        return [] if _truncate_wal(engine) else sorted(tables)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        since = connection.scalar(text("SELECT clock_timestamp()"))
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))
        try:
            return [name for name in sorted(tables) if not _rewrite_table(connection, name, since)]
        finally:
            connection.execute(text("RESET lock_timeout"))


def _truncate_wal(engine: Engine) -> bool:
    """Write SQLite's log into the database and cut it; False when a reader kept a part of it."""
    raw: Any = engine.raw_connection()
    try:
        raw.driver_connection.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_MS}")
        busy = raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
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
    """Write one table of PostgreSQL anew, without its dead rows; False when that cannot be done now.

    Rows that a transaction from before `since` may still see would be copied with the rest: then it is left for later.
    A lock is waited for a moment only, because children's sends queue behind whoever waits for it.
    """
    if connection.scalar(text(f"SELECT pg_total_relation_size('{table}')")) > LARGEST_REWRITTEN_BYTES:
        connection.execute(text(f"VACUUM {table}"))
        return False
    file = text(f"SELECT pg_relation_filenode('{table}')")
    before = connection.scalar(file)
    if connection.scalar(_OLDER_TRANSACTION, {"since": since}):
        return False
    try:
        connection.execute(text(f"VACUUM (FULL) {table}"))
    except OperationalError:
        return False
    # A role that does not own the table is only warned; the file tells.
    return bool(connection.scalar(file) != before)
