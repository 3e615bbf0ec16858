"""Opening the sealed envelope: with a reason, audited, and told at once to a second person (rules D5, S3)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.invitations.issue import read_reference
from feedback_app.messages import outbox
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import AuditEntry
from feedback_app.privacy.keys import Keys
from feedback_app.typed_text import REASON_LIMIT, clean_line, is_visible

PRESSED_TWICE = timedelta(minutes=1)


class EnvelopeReasonMissing(ValueError):
    """An envelope is opened with a reason only."""


class EnvelopeReasonTooLong(ValueError):
    """The reason has more characters than the audit trail holds; it is never cut (promise 26)."""


def open_envelope(
    session: Session, keys: Keys, invitation_id: str, *, reason: str, person_id: str
) -> str | None:
    """The reference that finds the child; None when the envelope is destroyed. Raises EnvelopeReasonMissing
    or EnvelopeReasonTooLong.

    The same person with the same reason within a minute has pressed twice: it is one opening, noted and told once.
    """
    reason = clean_line(reason)
    if not is_visible(reason):
        raise EnvelopeReasonMissing("a reason is needed")
    if len(reason) > REASON_LIMIT:
        raise EnvelopeReasonTooLong(f"a reason has at most {REASON_LIMIT} characters")
    # Openings of one envelope take turns (PostgreSQL; SQLite's writers do anyway).
    invitation = session.get_one(Invitation, invitation_id, with_for_update=True)
    pressed_before = session.scalar(
        select(AuditEntry.number).where(
            AuditEntry.what == "envelope_opened",
            AuditEntry.about == invitation_id,
            AuditEntry.person_id == person_id,
            AuditEntry.reason == reason,
            AuditEntry.at > clock.now() - PRESSED_TWICE,
        )
    )
    if pressed_before is not None:
        return read_reference(session, keys, invitation)
    entry = audit.write_entry(
        session,
        keys.audit,
        "envelope_opened",
        person_id=person_id,
        about=invitation_id,
        reason=reason,
    )
    message = outbox.message_row("envelope_opened", str(entry.number), entry.at)
    outbox.queue_messages(session, message)
    return read_reference(session, keys, invitation)
