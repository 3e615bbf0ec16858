"""Free text is sealed in its place, and every one is queued for a named person to read (promises 33, 55)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback_app.models.base import new_id
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import SealedText
from feedback_app.privacy.cipher import seal_text, unseal_text
from feedback_app.privacy.keys import KeyRing


def sealed_row(ring: KeyRing, owner: str, row_id: str, column: str, text: str) -> dict[str, Any]:
    """The row of one text of `owner`'s row `row_id`, sealed for exactly that place."""
    return {
        "id": new_id(),
        "owner": owner,
        "row_id": row_id,
        "column_name": column,
        "key_id": ring.current,
        "value": seal_text(ring, text, table=owner, column=column, row=row_id),
        "characters": len(text),
    }


def open_text(ring: KeyRing, row: SealedText) -> str:
    """The words. Raises UnsealError."""
    return unseal_text(ring, row.value, table=row.owner, column=row.column_name, row=row.row_id)


def queue_row(
    at: datetime, *, text_id: str | None = None, set_aside_id: str | None = None, urgency: str = "urgent"
) -> dict[str, Any]:
    """The row that puts one text or one set-aside send before a reader. Unranked means urgent (promise 55)."""
    return {
        "id": new_id(),
        "text_id": text_id,
        "set_aside_id": set_aside_id,
        "queued_at": at,
        "urgency": urgency,
        "reasons": None,
        "read_at": None,
    }


def response_id_of(session: Session, text: SealedText) -> str | None:
    """The response that a text belongs to, through its answer, request or concern."""
    if text.owner == "answer":
        return text.row_id
    if text.owner == "contact_request":
        return session.get_one(ContactRequest, text.row_id).response_id
    return session.get_one(Concern, text.row_id).response_id
