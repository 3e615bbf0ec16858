"""When an envelope's time is over, and its end (settled.md): nobody can say any more who the child was.

It ends so many days (28) after the last text of its child was read, with no concern and no contact request open; after
the response where nothing was written; after the link's end where nothing was answered. A text nobody has read keeps
it: unread texts are called for (promise 56), never waited out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from feedback_app.duties import audit
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, SetAside
from feedback_app.privacy.keys import Keys


def ends_at(session: Session, invitation: Invitation, *, days: int) -> datetime | None:
    """When this invitation's envelope is destroyed, as things stand; None while something keeps it."""
    if _is_open(session, invitation.id):
        return None
    entries = session.execute(select(QueueEntry.read_at).where(_entry_of(invitation.id))).scalars().all()
    read = [at for at in entries if at is not None]
    if len(read) < len(entries):
        return None
    answered = invitation.outcome_at if invitation.outcome in ("answered", "declined", "not_for_me") else None
    begins = [answered or invitation.ends_at, *read]
    return max(begins) + timedelta(days=days)


def destroy_due(session: Session, keys: Keys, *, now: datetime, days: int) -> int:
    """Destroy every envelope whose time is over, each noted in the audit trail; how many."""
    oldest = now - timedelta(days=days)
    candidates = session.scalars(
        select(Invitation)
        .join(Envelope, Envelope.invitation_id == Invitation.id)
        .where(or_(Invitation.outcome_at <= oldest, Invitation.ends_at <= oldest))
        .order_by(Invitation.issued_at)
    ).all()
    over = [one for one in candidates if (end := ends_at(session, one, days=days)) is not None and end <= now]
    for invitation in over:
        session.execute(delete(Envelope).where(Envelope.invitation_id == invitation.id))
        audit.write(session, keys.audit, "envelope_destroyed", person_id=None, about=invitation.id)
    return len(over)


def _is_open(session: Session, invitation_id: str) -> bool:
    concern = select(func.count()).where(Concern.invitation_id == invitation_id, Concern.state != "closed")
    request = select(func.count()).where(ContactRequest.invitation_id == invitation_id, ContactRequest.state != "done")
    return bool(session.scalar(concern) or session.scalar(request))


def _entry_of(invitation_id: str) -> ColumnElement[bool]:
    """Whether a queue entry holds something that the invited child wrote."""
    responses = select(Response.id).where(Response.invitation_id == invitation_id)
    requests = select(ContactRequest.id).where(ContactRequest.invitation_id == invitation_id)
    concerns = select(Concern.id).where(Concern.invitation_id == invitation_id)
    texts = select(SealedText.id).where(
        or_(SealedText.row_id.in_(responses), SealedText.row_id.in_(requests), SealedText.row_id.in_(concerns))
    )
    asides = select(SetAside.id).where(SetAside.invitation_id == invitation_id)
    return or_(QueueEntry.text_id.in_(texts), QueueEntry.set_aside_id.in_(asides))
