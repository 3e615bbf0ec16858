"""Auditing a factor that was added or removed, and telling its person by mail."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.models.person import Person
from feedback_app.people.staff_messages import queue_change_message
from feedback_app.privacy.keys import Keys


def report_factor_change(
    session: Session, keys: Keys, person: Person, what: audit.AuditEvent, factor: str
) -> None:
    """Write the audit entry and queue the mail: it may not have been the person who changed it.

    `what` is the kind of entry ("factor_added", ...), `factor` which one: "app", "passkey", "council".
    """
    entry = audit.write_entry(
        session, keys.audit, what, person_id=person.id, about=person.id, reason=factor
    )
    queue_change_message(session, entry)
