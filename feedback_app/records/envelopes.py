"""When an envelope's time is over, and its end (settled.md): nobody can say any more who the child was.

It ends so many days (28) after the last text of its child was read, with no concern and no contact request open; after
the response where nothing was written; after the link's end where nothing was answered, also where the link was not for
whoever opened it. A text nobody has read keeps it: unread texts are called for (promise 56), never waited out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.text import QueueEntry
from feedback_app.privacy.keys import Keys
from feedback_app.records import held


def envelope_end(session: Session, invitation: Invitation, *, days: int) -> datetime | None:
    """When this invitation's envelope is destroyed, as things stand; None while something keeps it."""
    found = held.collect_rows(session, (invitation.id,))
    if held.count_open_matters(session, found):
        return None
    read = session.scalars(select(QueueEntry.read_at).where(QueueEntry.id.in_(found.entries))).all()
    answered = invitation.outcome_at if invitation.outcome in ("answered", "declined") else None
    begins = [answered or invitation.ends_at, *(at for at in read if at is not None)]
    return max(begins) + timedelta(days=days)


def envelopes_due(session: Session, *, by: datetime, days: int) -> list[tuple[Invitation, datetime]]:
    """The invitations whose envelope is over by that instant, and since when."""
    oldest = by - timedelta(days=days)
    candidates = session.scalars(
        select(Invitation)
        .join(Envelope, Envelope.invitation_id == Invitation.id)
        .where(or_(Invitation.outcome_at <= oldest, Invitation.ends_at <= oldest))
        .order_by(Invitation.id)
    )
    ends = [(invitation, envelope_end(session, invitation, days=days)) for invitation in candidates]
    return [(invitation, over) for invitation, over in ends if over is not None and over <= by]


def destroy_due_envelopes(session: Session, keys: Keys, *, now: datetime, days: int) -> int:
    """Destroy every envelope whose time is over, each noted in the audit trail; how many.

    An invitation that somebody else is writing about at this moment is left for the next night. So is one about which
    a concern was raised while we looked: what is open is looked at again under the lock (docs/decisions/0009).
    """
    found: Sequence[str] = [invitation.id for invitation, _over in envelopes_due(session, by=now, days=days)]
    found = held.lock_invitations(session, found, wait=False)
    over = []
    again = select(Invitation).where(Invitation.id.in_(found)).order_by(Invitation.id)
    for invitation in session.scalars(again, execution_options={"populate_existing": True}):
        ends = envelope_end(session, invitation, days=days)
        if ends is not None and ends <= now:
            over.append(invitation.id)
    if over:
        held.mark_to_wipe(session)
    for invitation_id in over:
        session.execute(delete(Envelope).where(Envelope.invitation_id == invitation_id))
        audit.write_entry(session, keys.audit, "envelope_destroyed", person_id=None, about=invitation_id)
    return len(over)
