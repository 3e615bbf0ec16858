"""Raising a concern, with its message, in the transaction of what raised it (promise 54); who may know of it (59)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback_app.messages import outbox
from feedback_app.models.base import new_id
from feedback_app.models.safeguarding import Concern

RAISING_ANSWERS = frozenset((("safe_adult", "no"),))
"""(question, option): an answer by which a child says that there may be harm (rule S1)."""


def concern_rows(
    source: str,
    at: datetime,
    *,
    invitation_id: str | None,
    response_id: str | None = None,
    set_aside_id: str | None = None,
    complaint_id: str | None = None,
    how: str = "",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A new concern's row and its message's row; `how`: option ids of where it is safe to talk with the child."""
    concern_id = new_id()
    concern = {
        "id": concern_id,
        "invitation_id": invitation_id,
        "response_id": response_id,
        "set_aside_id": set_aside_id,
        "complaint_id": complaint_id,
        "source": source,
        "how": how,
        "raised_at": at,
        "state": "new",
        "times_reopened": 0,
    }
    return concern, outbox.message_row("concern", concern_id, at)


def raise_once(
    session: Session,
    source: str,
    at: datetime,
    *,
    invitation_id: str | None,
    response_id: str | None = None,
    set_aside_id: str | None = None,
    complaint_id: str | None = None,
) -> str:
    """Raise a concern about one response, set-aside send or complaint, unless one about it is open already; its id."""
    if complaint_id is not None:
        same = Concern.complaint_id == complaint_id
    elif set_aside_id is not None:
        same = Concern.set_aside_id == set_aside_id
    else:
        same = (Concern.response_id == response_id) & Concern.set_aside_id.is_(None)
    # Locked to the commit (PostgreSQL): nobody closes it while something is added to it.
    open_one = session.scalar(
        select(Concern.id).where(same, Concern.state != "closed").with_for_update()
    )
    if open_one is not None:
        return open_one
    concern, message = concern_rows(
        source,
        at,
        invitation_id=invitation_id,
        response_id=response_id,
        set_aside_id=set_aside_id,
        complaint_id=complaint_id,
    )
    connection = session.connection()
    connection.execute(insert(Concern), concern)
    outbox.queue_messages(session, message)
    found: str = concern["id"]
    return found
