"""The invented lead and manager read what the invented children wrote, and see to concerns, at the demo's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from feedback_app import clock
from feedback_app.models.person import Person
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry
from feedback_app.reading.marks import Reader, mark_read
from feedback_app.safeguarding.cases.verbs import (
    acknowledge_concern,
    close_concern,
    finish_request,
)
from feedback_app.web.context import Instance

THEME_EACH = 9
"""Of the invented texts, the manager keeps one in nine as a theme."""
THEMES = ("Time to talk", "How meetings are held", "Being told what is decided")
SEEN = "Invented for the demonstration: ringing the social worker now."
SEEN_TO = "Invented for the demonstration: talked with the child, all is well."


def read_up_to(parts: Instance, staff: dict[str, Person], until: datetime) -> None:
    """Read everything queued before `until`: the lead a few hours after, the manager the day after.

    The messages of that time count as sent: the demo begins when everything of old has been seen to.
    """
    with parts.database.new_session(reading=True) as session:
        queued = (
            select(QueueEntry)
            .where(QueueEntry.queued_at < until)
            .order_by(QueueEntry.queued_at)
        )
        entries = session.scalars(queued).all()
        concerns = session.scalars(
            select(Concern).where(Concern.raised_at < until)
        ).all()
        requests = session.scalars(
            select(ContactRequest).where(ContactRequest.asked_at < until)
        ).all()
    for number, entry in enumerate(entries):
        is_kept = number % THEME_EACH == 0
        _read_entry(
            parts, entry, staff["lead"], "lead", hours_later=3, outcome="nothing_to_do"
        )
        _read_entry(
            parts,
            entry,
            staff["manager"],
            "manager",
            hours_later=26,
            outcome="theme" if is_kept else "nothing_to_do",
            theme=THEMES[number // THEME_EACH % len(THEMES)] if is_kept else "",
        )
    lead_id = staff["lead"].id
    for concern in concerns:
        with (
            clock.set_clock(concern.raised_at + timedelta(hours=1)),
            parts.database.short_write() as session,
        ):
            row = session.get_one(Concern, concern.id)
            acknowledge_concern(session, parts.keys, row, note=SEEN, person_id=lead_id)
        with (
            clock.set_clock(concern.raised_at + timedelta(hours=4)),
            parts.database.short_write() as session,
        ):
            row = session.get_one(Concern, concern.id)
            close_concern(
                session,
                parts.keys,
                row,
                outcome="talked",
                note=SEEN_TO,
                person_id=lead_id,
            )
    for request in requests:
        with (
            clock.set_clock(request.asked_at + timedelta(days=2)),
            parts.database.short_write() as session,
        ):
            wish = session.get_one(ContactRequest, request.id)
            finish_request(
                session,
                parts.keys,
                wish,
                outcome="talked",
                note=SEEN_TO,
                person_id=lead_id,
            )
    _mark_messages_sent(parts, until)


def _read_entry(
    parts: Instance,
    entry: QueueEntry,
    person: Person,
    reader: Reader,
    *,
    hours_later: int,
    outcome: str,
    theme: str = "",
) -> None:
    at = entry.queued_at + timedelta(hours=hours_later)
    with clock.set_clock(at), parts.database.short_write() as session:
        row = session.get_one(QueueEntry, entry.id)
        mark_read(
            session,
            parts.keys.audit,
            row,
            reader=reader,
            outcome=outcome,
            person_id=person.id,
            theme=theme,
        )


def _mark_messages_sent(parts: Instance, until: datetime) -> None:
    unsent = (OutboxMessage.written_at < until, OutboxMessage.sent_at.is_(None))
    sent = (
        update(OutboxMessage)
        .where(*unsent)
        .values(sent_at=OutboxMessage.written_at, tries=1)
    )
    with parts.database.short_write() as session:
        session.execute(sent)
