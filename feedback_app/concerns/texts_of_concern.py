"""Which texts belong to a concern: all that came by the child's link, or its complaint; how many nobody has read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, SetAside


def is_of_concern(concern: Concern) -> ColumnElement[bool]:
    """Return the condition that a queue entry holds words of this concern's child.

    The texts of the response, of its wish to talk and of its concerns, and every later send of the same link. Of a
    concern that a complaint raised: the complaint.
    """
    if concern.complaint_id is not None:
        return QueueEntry.complaint_id == concern.complaint_id
    responses = select(Response.id).where(
        _is_of_child(Response.invitation_id, Response.id, concern)
    )
    requests = select(ContactRequest.id).where(
        ContactRequest.response_id.in_(responses)
    )
    concerns = select(Concern.id).where(
        _is_of_child(Concern.invitation_id, Concern.response_id, concern)
    )
    owners = (
        ("answer", responses),
        ("response", responses),
        ("contact_request", requests),
        ("concern", concerns),
    )
    texts = select(SealedText.id).where(
        or_(
            *(
                and_(SealedText.owner == owner, SealedText.row_id.in_(rows))
                for owner, rows in owners
            )
        )
    )
    of_text = QueueEntry.text_id.in_(texts)
    if concern.invitation_id is None:
        return of_text
    asides = select(SetAside.id).where(SetAside.invitation_id == concern.invitation_id)
    return or_(of_text, QueueEntry.set_aside_id.in_(asides))


def count_unread_texts(session: Session, concern: Concern) -> int:
    """How many of these texts nobody on the safeguarding side has read, whoever may see them."""
    unread = select(func.count()).select_from(QueueEntry)
    return (
        session.scalar(
            unread.where(is_of_concern(concern), QueueEntry.read_at.is_(None))
        )
        or 0
    )


def _is_of_child(
    invitation_id: SQLColumnExpression[Any],
    response_id: SQLColumnExpression[Any],
    concern: Concern,
) -> ColumnElement[bool]:
    """By the link; an imported response has none, and stands for itself."""
    if concern.invitation_id is not None:
        return invitation_id == concern.invitation_id
    return response_id == (concern.response_id or "")
