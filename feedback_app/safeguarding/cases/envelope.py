"""Opening the sealed envelope: with a reason, audited, and told at once to a second person (rules D5, S3)."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.invitations.issue import read_reference
from feedback_app.messages import outbox
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import OutboxMessage
from feedback_app.privacy.keys import Keys


class EnvelopeReasonMissing(ValueError):
    """An envelope is opened with a reason only."""


def open_envelope(
    session: Session, keys: Keys, invitation_id: str, *, reason: str, person_id: str
) -> str | None:
    """The reference that finds the child; None when the envelope is destroyed. Raises EnvelopeReasonMissing."""
    if not reason.strip():
        raise EnvelopeReasonMissing("a reason is needed")
    invitation = session.get_one(Invitation, invitation_id)
    entry = audit.write_entry(
        session,
        keys.audit,
        "envelope_opened",
        person_id=person_id,
        about=invitation_id,
        reason=reason.strip()[:400],
    )
    session.execute(
        insert(OutboxMessage),
        [outbox.message_row("envelope_opened", str(entry.number), entry.at)],
    )
    return read_reference(session, keys, invitation)
