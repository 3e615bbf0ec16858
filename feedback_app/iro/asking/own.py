"""The signed-in IRO's own invitations."""

from __future__ import annotations

from flask import abort

from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.web import context
from feedback_app.web.access import current_viewer


def own_invitation(invitation_id: str) -> Invitation:
    """That invitation of the signed-in IRO; another's is as unknown as one that never was (promise 21)."""
    found = context.db_session().scalar(
        invitations_for(current_viewer().person_id).where(Invitation.id == invitation_id)
    )
    if found is None:
        abort(404)
    return found
