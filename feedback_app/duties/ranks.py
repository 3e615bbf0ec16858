"""Ranking what waits to be read, in the worker: a child's send never waits for it (docs/decisions/0007).

Until an entry is ranked it is urgent. A ranker that fails or hangs leaves it so, and a concern is raised (promise 55).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.duties.concerns import raise_once
from feedback_app.duties.late import open_set_aside
from feedback_app.duties.texts import open_text, response_id_of
from feedback_app.models.response import Response
from feedback_app.models.text import QueueEntry, SealedText, SetAside
from feedback_app.privacy.cipher import CannotOpen
from feedback_app.privacy.keys import Keys
from feedback_app.ranking.rank import Ranking, ranked

AT_ONCE = 200
"""Entries ranked in one round of the worker."""
UNKNOWN = "could not be ranked"


def rank_waiting(session: Session, keys: Keys, *, ranker: Callable[[str], Ranking] = ranked) -> int:
    """Rank the unread entries that were not; raise a concern for each response with an urgent one. How many."""
    fresh = session.scalars(
        select(QueueEntry)
        .where(QueueEntry.reasons.is_(None), QueueEntry.read_at.is_(None))
        .order_by(QueueEntry.queued_at)
        .limit(AT_ONCE)
    ).all()
    for entry in fresh:
        found = ranker(_words(session, keys, entry))
        entry.urgency = found.urgency
        entry.reasons = "; ".join(found.reasons)[:400]
        if found.urgency == "urgent" and entry.text_id is not None:
            text = session.get_one(SealedText, entry.text_id)
            response = session.get_one(Response, response_id_of(session, text))
            raise_once(session, "ranking", clock.now(), invitation_id=response.invitation_id, response_id=response.id)
    session.flush()
    return len(fresh)


def _words(session: Session, keys: Keys, entry: QueueEntry) -> str:
    """All that was written; what cannot be opened counts as in no known language."""
    try:
        if entry.text_id is not None:
            return open_text(keys.text, session.get_one(SealedText, entry.text_id))
        sent = open_set_aside(keys, session.get_one(SetAside, entry.set_aside_id))
    except CannotOpen:
        return "\N{REPLACEMENT CHARACTER}"
    return "\n".join(value for name, values in sent.items() if name not in ("link", "page") for value in values)
