"""Messages written in the transaction of what they tell of, sent later by the worker (promise 54)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback_app.models.base import new_id
from feedback_app.models.running import OutboxMessage


def message_row(
    kind: str, about_id: str, at: datetime, *, reopening: int = 0
) -> dict[str, Any]:
    """The row of a message that is due at once. It names no child and holds no text and no token (promise 58).

    `reopening`: how often the concern that it is about has been reopened.
    """
    return {
        "id": new_id(),
        "kind": kind,
        "about_id": about_id,
        "reopening": reopening,
        "written_at": at,
        "due_at": at,
        "tries": 0,
        "sent_at": None,
    }


def queue_messages(session: Session, *rows: Mapping[str, Any]) -> None:
    """Insert rows of `message_row`, however many, in the transaction of what they tell of."""
    if rows:
        session.connection().execute(insert(OutboxMessage), list(rows))
