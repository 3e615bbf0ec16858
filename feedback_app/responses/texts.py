"""Sealed texts, opened again for those who may read them (promise 33); `responses.store` seals them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import SealedText
from feedback_app.privacy.cipher import unseal_text
from feedback_app.privacy.keys import KeyRing

COMPLAINT_PARTS = ("what", "how", "who", "reference")
"""The boxes of a complaint's form, in order, as the columns of their sealed texts."""


def open_text(ring: KeyRing, row: SealedText) -> str:
    """The words. Raises UnsealError."""
    return unseal_text(
        ring, row.value, table=row.owner, column=row.column_name, row=row.row_id
    )


def open_complaint(
    session: Session, ring: KeyRing, complaint_id: str
) -> dict[str, str]:
    """What was typed into a complaint, by box: what, how, who, reference. Raises UnsealError."""
    rows = session.scalars(
        select(SealedText).where(
            SealedText.row_id == complaint_id, SealedText.owner == "complaint"
        )
    )
    found = {row.column_name: open_text(ring, row) for row in rows}
    return {part: found[part] for part in COMPLAINT_PARTS if part in found}


def response_id_of(session: Session, text: SealedText) -> str | None:
    """The response that a text belongs to, through its answer, request or concern."""
    if text.owner in ("answer", "response"):
        return text.row_id
    if text.owner == "contact_request":
        return session.get_one(ContactRequest, text.row_id).response_id
    return session.get_one(Concern, text.row_id).response_id
