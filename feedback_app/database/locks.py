"""PostgreSQL's advisory locks of whole parts of the service, numbered in one place so that no two parts share one."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

MIGRATION = 7236911
AUDIT_TRAIL = 7236912
WORKER_ROUND = 7236913
KEY_PROOFS = 7236914
REFERENCES_ANEW = 7236915
IMPORTS = 7236916
CHOSEN_NUMBERS = 7236917
CAMPAIGNS = 7236918


def hold_to_commit(session: Session, lock: int) -> None:
    """Wait until no other transaction holds that lock, and keep it to the commit.

    SQLite has one write lock, which any first statement takes.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
    else:
        session.execute(text("SELECT 1"))
