"""Refused accesses and failed sign-ins go on the record (promise 37), so many an hour that they cannot flood it.

Each is written in a transaction of its own: what was refused is taken back, and the refusal stays.
"""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from feedback_app import audit, clock
from feedback_app.models.running import AuditEntry
from feedback_app.web.context import close_session, instance

AN_HOUR = timedelta(hours=1)
MOST_OF_A_PERSON = 20
MOST_OF_ALL = 100
"""Entries within an hour: of one person, and of all failed sign-ins together, so that a known e-mail costs the same."""


def note_refusal(what: audit.AuditEvent, person_id: str | None, about: str) -> None:
    """Write one entry, unless there are enough of them. `about`: an endpoint or a person's id, never what was typed."""
    close_session()
    try:
        with instance().database.short_write() as session:
            since = clock.now() - AN_HOUR
            same = select(func.count()).where(
                AuditEntry.what == what,
                AuditEntry.at > since,
                AuditEntry.person_id == person_id,
            )
            most = MOST_OF_A_PERSON if person_id else MOST_OF_ALL
            if (session.scalar(same) or 0) < most:
                ring = instance().keys.audit
                audit.write_entry(session, ring, what, person_id=person_id, about=about)
    except SQLAlchemyError:
        current_app.logger.warning("a refusal could not be noted", exc_info=False)
