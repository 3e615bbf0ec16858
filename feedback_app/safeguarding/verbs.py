"""Seeing to a concern, and to a child's wish to talk with somebody."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.duties import audit
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.privacy.keys import Keys


def close_concern(session: Session, keys: Keys, concern: Concern, *, person_id: str) -> None:
    """The concern has been seen to: who, and when."""
    now = clock.now()
    concern.state, concern.closed_at, concern.owner_id = "closed", now, person_id
    concern.seen_at = concern.seen_at or now
    audit.write(session, keys.audit, "concern_closed", person_id=person_id, about=concern.id)


def finish_request(session: Session, keys: Keys, request: ContactRequest, *, person_id: str) -> None:
    """Somebody has talked with the child."""
    request.state, request.done_at, request.owner_id = "done", clock.now(), person_id
    audit.write(session, keys.audit, "request_done", person_id=person_id, about=request.id)
