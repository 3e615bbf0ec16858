"""Putting right what an officer noted of a child's review, while the link waits; its card stays as it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.invitations.links import STILL_WAITING, change_invitation
from feedback_app.models.invitation import Invitation
from feedback_app.privacy.keys import Keys

CORRECTED = (
    "pn_code",
    "mode",
    "band",
    "look",
    "over5",
    "over16",
    "over18",
    "spoke_before",
    "letter_sent",
)


def correct_invitation(
    session: Session,
    keys: Keys,
    invitation: Invitation,
    facts: dict[str, Any],
    *,
    person_id: str,
) -> bool:
    """Note other facts of `CORRECTED` of a waiting invitation; False when it waits no longer.

    A page that was loaded before is read as it was shown (its stamp says how), and counts by the facts noted now.
    """
    before = {name: getattr(invitation, name) for name in CORRECTED}
    if not change_invitation(session, invitation.id, STILL_WAITING, **facts):
        return False
    changed = [
        f"{name} {before[name]} > {value}"
        for name, value in facts.items()
        if before[name] != value
    ]
    if changed:
        audit.write_entry(
            session,
            keys.audit,
            "invitation_corrected",
            person_id=person_id,
            about=invitation.id,
            reason=", ".join(changed),
        )
    session.refresh(invitation)
    return True
