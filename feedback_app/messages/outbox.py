"""Messages written in the transaction of what they tell of, sent later by the worker (promise 54)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from feedback_app.models.base import new_id


def message_row(kind: str, about_id: str, at: datetime) -> dict[str, Any]:
    """The row of a message that is due at once. It names no child and holds no text and no token (promise 58)."""
    return {
        "id": new_id(),
        "kind": kind,
        "about_id": about_id,
        "written_at": at,
        "due_at": at,
        "tries": 0,
        "sent_at": None,
    }
