"""An IRO's own invitations: another's is as unknown as one that never was (promise 21)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for


def find_own_invitation(
    session: Session, person_id: str, invitation_id: str
) -> Invitation | None:
    """That invitation, if this person made it or is its IRO; else None."""
    return session.scalar(
        invitations_for(person_id).where(Invitation.id == invitation_id)
    )


def waiting_invitations(session: Session, person_id: str) -> Sequence[Invitation]:
    """Those of this person whose link still works, whichever ends soonest first."""
    return session.scalars(
        invitations_for(person_id)
        .where(Invitation.outcome == "waiting", Invitation.ends_at > clock.now())
        .order_by(Invitation.ends_at, Invitation.issued_at, Invitation.id)
    ).all()
