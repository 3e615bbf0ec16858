"""Keeping a complaint, sealed, with its place in the queue and its message, in the caller's one transaction.

It belongs to no invitation: whoever complains may be a child, or a parent, a carer, an advocate. Who it is about is
settled as it comes in, from who holds that office at that moment, so that they never see it (promise 59).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.references import reference_digest
from feedback_app.messages import outbox
from feedback_app.models.base import new_id
from feedback_app.models.complaint import Complaint, ComplaintAbout
from feedback_app.models.person import PersonRole
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import Keys
from feedback_app.responses.store import queue_row, sealed_row
from feedback_app.responses.texts import COMPLAINT_PARTS

DAYS_TO_ACKNOWLEDGE = 30
"""Days within which the sender is told that it is here, the day it came being the first (s.164A(3))."""


@dataclass(frozen=True, slots=True)
class SentComplaint:
    """What was typed, cleaned: `what` is wrong; `how` the sender may be told; `who` they are; a `reference` of ours.

    `about` is one of COMPLAINT_ABOUT. `form_key` is the random name of the page that it was typed into.
    """

    what: str
    how: str = ""
    who: str = ""
    reference: str = ""
    about: str = "none"
    form_key: str = ""

    def content_digest(self, keys: Keys) -> str:
        """The same page sent again with the same content has the same digest."""
        parts = (
            self.form_key,
            self.about,
            *(getattr(self, part) for part in COMPLAINT_PARTS),
        )
        return keyed_digest(keys.digest.newest_key, "complaint", "\x1f".join(parts))


def last_day_to_acknowledge(received_on: date) -> date:
    """The last of the thirty days."""
    return received_on + timedelta(days=DAYS_TO_ACKNOWLEDGE - 1)


def store_complaint(
    session: Session, keys: Keys, sent: SentComplaint, *, at: datetime
) -> str:
    """Keep it and return its number; pressed twice, it is kept once and has the same number.

    Raises IntegrityError where the very same is kept by another request at this moment: look again.
    """
    digest = sent.content_digest(keys)
    kept = session.scalar(
        select(Complaint.number).where(Complaint.content_digest == digest)
    )
    if kept is not None:
        return kept
    complaint_id, number = new_id(), _free_number(session)
    day = at.astimezone(clock.LONDON).date()
    connection = session.connection()
    connection.execute(
        insert(Complaint),
        {
            "id": complaint_id,
            "number": number,
            "about": sent.about,
            "received_at": at,
            "received_on": day,
            "due_on": last_day_to_acknowledge(day),
            "state": "waiting",
            "reference_digest": reference_digest(keys, sent.reference)
            if sent.reference
            else None,
            "content_digest": digest,
        },
    )
    named = session.scalars(
        select(PersonRole.person_id).where(PersonRole.role == sent.about)
    ).all()
    if named:
        connection.execute(
            insert(ComplaintAbout),
            [
                {"complaint_id": complaint_id, "person_id": person_id}
                for person_id in named
            ],
        )
    typed = [(part, getattr(sent, part)) for part in COMPLAINT_PARTS]
    connection.execute(
        insert(SealedText),
        [
            sealed_row(keys.text, "complaint", complaint_id, part, words)
            for part, words in typed
            if words
        ],
    )
    entry = queue_row(at) | {"complaint_id": complaint_id}
    connection.execute(insert(QueueEntry), entry)
    outbox.queue_messages(session, outbox.message_row("complaint", complaint_id, at))
    return number


def _free_number(session: Session) -> str:
    while True:
        number = f"{secrets.randbelow(10_000):04}-{secrets.randbelow(10_000):04}"
        taken = select(Complaint.id).where(Complaint.number == number)
        if session.scalar(taken) is None:
            return number
