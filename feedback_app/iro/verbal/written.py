"""Whether an officer has written it down already: their send arrived, and its acknowledgement was lost."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.models.response import Response
from feedback_app.models.scope import responses_for


def is_written_down(session: Session, person_id: str, invitation_id: str) -> bool:
    """Whether this invitation's answers were written down by this person, its IRO."""
    mine = responses_for(person_id, ("iro",)).where(
        Response.invitation_id == invitation_id, Response.channel == "verbal"
    )
    return session.scalar(mine.limit(1)) is not None
