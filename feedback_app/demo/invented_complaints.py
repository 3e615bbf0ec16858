"""Two invented complaints: one that waits, one that was seen to months ago. Nobody real wrote any of this."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from feedback_app import clock
from feedback_app.complaints.receiving import SentComplaint, store_complaint
from feedback_app.models.complaint import Complaint
from feedback_app.models.person import Person
from feedback_app.models.text import QueueEntry
from feedback_app.reading.marks import mark_read
from feedback_app.safeguarding.complaints.verbs import (
    acknowledge_complaint,
    close_complaint,
)
from feedback_app.web.context import Instance

SEEN_TO = SentComplaint(
    "Invented: my carer was told what I wrote about the sofa. I did not want that.",
    how="Invented: ask my advocate",
    form_key="demo-1",
)
WAITS = SentComplaint(
    "Invented: why do you keep what I said for two years? Nobody told me that.",
    who="Invented: an aunt",
    form_key="demo-2",
)
MONTHS_AGO = timedelta(days=70)
DAYS_AGO = timedelta(days=25)


def add_complaints(parts: Instance, staff: dict[str, Person]) -> None:
    """Send both at the demo's clock; the older one is read, acknowledged and closed by the manager."""
    now, manager = clock.now(), staff["manager"].id
    _send(parts, SEEN_TO, now - MONTHS_AGO)
    with (
        clock.set_clock(now - MONTHS_AGO + timedelta(days=2)),
        parts.database.short_write() as session,
    ):
        complaint = session.scalars(select(Complaint)).one()
        entry = session.scalars(
            select(QueueEntry).where(QueueEntry.complaint_id == complaint.id)
        ).one()
        mark_read(
            session,
            parts.keys.audit,
            entry,
            reader="manager",
            outcome="nothing_to_do",
            person_id=manager,
        )
        acknowledge_complaint(
            session,
            parts.keys,
            complaint,
            told_on=clock.today(),
            note="Invented: told the advocate on the telephone.",
            person_id=manager,
        )
        close_complaint(
            session,
            parts.keys,
            complaint,
            outcome="put_right",
            note="Invented: said sorry through the advocate, and reminded all IROs who may be told.",
            person_id=manager,
        )
    _send(parts, WAITS, now - DAYS_AGO)


def _send(parts: Instance, sent: SentComplaint, at: datetime) -> None:
    with clock.set_clock(at), parts.database.short_write() as session:
        store_complaint(session, parts.keys, sent, at=at)
