"""When a sealed envelope is due, and its deletion: after that nobody can tell who the child was (docs/rules.md, Data).

It ends `envelope_days` (28) after the last text was read; after the response if it has no text; after the link's end
if it was not answered. Never while a concern or contact request is open or a text is unread: staff are reminded of
unread texts (promise 56).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.text import QueueEntry
from feedback_app.privacy.keys import Keys
from feedback_app.records import held


def envelope_end(
    session: Session, invitation: Invitation, *, days: int
) -> datetime | None:
    """Return when this invitation's envelope will be deleted as things stand; None while something is open."""
    rows = held.collect_rows(session, (invitation.id,))
    if held.count_open_matters(session, rows):
        return None
    last_read = session.scalar(
        select(func.max(QueueEntry.read_at)).where(QueueEntry.id.in_(rows.entries))
    )
    answered_at = (
        invitation.outcome_at
        if invitation.outcome in ("answered", "declined")
        else None
    )
    begins_at = answered_at or invitation.ends_at
    return max(begins_at, last_read or begins_at) + timedelta(days=days)


def envelopes_due(
    session: Session, *, by: datetime, days: int
) -> list[tuple[Invitation, datetime]]:
    """Return the invitations whose envelope is due by that instant, each with the instant it became due."""
    oldest = by - timedelta(days=days)
    candidates = session.scalars(
        select(Invitation)
        .join(Envelope, Envelope.invitation_id == Invitation.id)
        .where(or_(Invitation.outcome_at <= oldest, Invitation.ends_at <= oldest))
        .order_by(Invitation.id)
    )
    due = []
    for invitation in candidates:
        end = envelope_end(session, invitation, days=days)
        if end is not None and end <= by:
            due.append((invitation, end))
    return due


def destroy_due_envelopes(
    session: Session, keys: Keys, *, now: datetime, days: int
) -> int:
    """Delete every envelope that is due, each with an audit entry; return how many.

    An invitation locked by another transaction is left for the next night (docs/decisions/0009).
    """
    candidates = [
        invitation.id for invitation, _end in envelopes_due(session, by=now, days=days)
    ]
    locked = held.lock_invitations(session, candidates, wait=False)
    # Look again under the lock: a concern may have been raised since the first look.
    again = select(Invitation).where(Invitation.id.in_(locked)).order_by(Invitation.id)
    due = []
    for invitation in session.scalars(
        again, execution_options={"populate_existing": True}
    ):
        ends = envelope_end(session, invitation, days=days)
        if ends is not None and ends <= now:
            due.append(invitation.id)
    if due:
        held.mark_to_wipe(session)
    for invitation_id in due:
        session.execute(delete(Envelope).where(Envelope.invitation_id == invitation_id))
        audit.write_entry(
            session,
            keys.audit,
            "envelope_destroyed",
            person_id=None,
            about=invitation_id,
        )
    return len(due)
