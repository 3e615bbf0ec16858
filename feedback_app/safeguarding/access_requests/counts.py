"""What is held for one link, in numbers: what its page shows before anything is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.models.complaint import Complaint
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.sending import Sending
from feedback_app.models.text import QueueEntry
from feedback_app.records import due, envelopes, held
from feedback_app.records.finding import complaints_naming
from feedback_app.records.rules import rules_in_force


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers, and the ids of what must be seen to before anything may be erased.

    `complaints`: those in which the reference was typed. `envelope_ends` and `answers_end` are None while something
    keeps them, or where there is none.
    """

    found: held.HeldRows
    envelope: bool
    sendings: int
    envelope_ends: datetime | None
    answers_end: date | None
    links_end: datetime
    unread: Sequence[str]
    open_concerns: Sequence[str]
    open_requests: Sequence[str]
    complaints: Sequence[Complaint]
    erased_at: datetime | None

    @property
    def open_complaints(self) -> Sequence[str]:
        """The complaints that are not closed yet."""
        return [one.id for one in self.complaints if one.state != "closed"]

    @property
    def has_open_matters(self) -> bool:
        """Whether something must be read or seen to first."""
        return bool(
            self.unread
            or self.open_concerns
            or self.open_requests
            or self.open_complaints
        )

    @property
    def has_content(self) -> bool:
        """Whether there is anything to erase."""
        return self.found.has_content or self.envelope or bool(self.complaints)


def count_held(
    session: Session, settings: Settings, invitation: Invitation, person_id: str
) -> Counts:
    """The numbers of one invitation. The caller has seen that this person may find it."""
    complaints = complaints_naming(session, invitation.id, person_id)
    found = held.collect_rows(
        session, (invitation.id,), complaint_ids=[one.id for one in complaints]
    )
    rule = {one.name: one for one in rules_in_force(session, settings)}
    erased = select(AuditEntry.at).where(
        AuditEntry.what == "erased", AuditEntry.about == invitation.id
    )
    envelope = held.has_envelope(session, invitation.id)
    return Counts(
        found=found,
        envelope=envelope,
        sendings=session.scalar(
            select(func.count()).where(Sending.invitation_id == invitation.id)
        )
        or 0,
        envelope_ends=envelopes.envelope_end(session, invitation, rule["envelopes"])
        if envelope
        else None,
        answers_end=due.answers_end_on(session, rule["answers"], invitation.id),
        links_end=rule["invitations"].ends_at(invitation.ends_at, invitation.issued_at),
        unread=session.scalars(
            select(QueueEntry.id)
            .where(QueueEntry.id.in_(found.entries), QueueEntry.read_at.is_(None))
            .order_by(QueueEntry.queued_at)
        ).all(),
        open_concerns=session.scalars(
            select(Concern.id)
            .where(Concern.id.in_(found.concerns), Concern.state != "closed")
            .order_by(Concern.raised_at)
        ).all(),
        open_requests=session.scalars(
            select(ContactRequest.id).where(
                ContactRequest.id.in_(found.requests), ContactRequest.state != "done"
            )
        ).all(),
        complaints=complaints,
        erased_at=session.scalar(erased.order_by(AuditEntry.number.desc()).limit(1)),
    )
