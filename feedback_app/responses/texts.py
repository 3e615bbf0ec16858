"""Sealed texts, opened again for those who may read them (promise 33); `responses.store` seals them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import SealedText
from feedback_app.privacy.cipher import unseal_text
from feedback_app.privacy.keys import KeyRing


def open_text(ring: KeyRing, row: SealedText) -> str:
    """The words. Raises UnsealError."""
    return unseal_text(
        ring, row.value, table=row.owner, column=row.column_name, row=row.row_id
    )


def response_id_of(session: Session, text: SealedText) -> str | None:
    """The response that a text belongs to, through its answer, request or concern."""
    if text.owner == "answer":
        return text.row_id
    if text.owner == "contact_request":
        return session.get_one(ContactRequest, text.row_id).response_id
    return session.get_one(Concern, text.row_id).response_id
