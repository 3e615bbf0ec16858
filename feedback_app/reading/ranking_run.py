"""Ranking what waits to be read, in the worker: a child's send never waits for it (docs/decisions/0007).

Above the upper of two lines a text raises a concern; between the two it is only read before ordinary ones. What an
officer wrote down for a child (channel verbal) raises a concern through the gravest phrases alone.

Until an entry is ranked it is urgent. A ranker that fails or hangs leaves it so, and a concern is raised (promise 55).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.concerns.raising import raise_once
from feedback_app.database.sessions import Database
from feedback_app.models.response import Response
from feedback_app.models.text import QueueEntry, SealedText, SetAside
from feedback_app.privacy.cipher import UnsealError
from feedback_app.privacy.keys import Keys
from feedback_app.ranking.rank import Ranking, prepare_ranker, rank_safely
from feedback_app.responses.set_aside import open_set_aside
from feedback_app.responses.texts import open_complaint, open_text, response_id_of

AT_ONCE = 200
"""Entries ranked in one round of the worker."""
RETOLD_CHANNEL = "verbal"


def rank_waiting(
    database: Database, keys: Keys, *, ranker: Callable[..., Ranking] = rank_safely
) -> int:
    """Rank the unread entries that were not, and return how many; an urgent one raises a concern about its sender.

    No write is open while a ranker is at work: one that hangs keeps no child's send waiting.
    """
    with database.new_session(reading=True) as session:
        fresh = session.scalars(_unranked().limit(AT_ONCE)).all()
        if fresh:
            prepare_ranker()
        found = {
            entry.id: ranker(_words(session, keys, entry), retold=True)
            if _is_retold(session, entry)
            else ranker(_words(session, keys, entry))
            for entry in fresh
        }
    if found:
        with database.short_write() as session:
            _keep(session, found)
    return len(found)


def _unranked() -> Select[QueueEntry]:
    unranked = select(QueueEntry).where(
        QueueEntry.reasons.is_(None), QueueEntry.read_at.is_(None)
    )
    return unranked.order_by(QueueEntry.queued_at, QueueEntry.id)


def _keep(session: Session, found: Mapping[str, Ranking]) -> None:
    """Note each rank, unless another worker has done so meanwhile: the rows are locked until it is written."""
    for entry in session.scalars(
        _unranked().where(QueueEntry.id.in_(found)).with_for_update()
    ).all():
        rank = found[entry.id]
        entry.urgency = rank.urgency
        entry.reasons = "; ".join(rank.reasons)[:400]
        if rank.urgency == "urgent" and entry.complaint_id is not None:
            raise_once(
                session,
                "ranking",
                clock.now(),
                invitation_id=None,
                complaint_id=entry.complaint_id,
            )
        if rank.urgency == "urgent" and entry.set_aside_id is not None:
            aside = session.get_one(SetAside, entry.set_aside_id)
            raise_once(
                session,
                "ranking",
                clock.now(),
                invitation_id=aside.invitation_id,
                set_aside_id=aside.id,
            )
        if rank.urgency == "urgent" and entry.text_id is not None:
            response = _response_of(session, entry.text_id)
            raise_once(
                session,
                "ranking",
                clock.now(),
                invitation_id=response.invitation_id,
                response_id=response.id,
            )


def _response_of(session: Session, text_id: str) -> Response:
    text = session.get_one(SealedText, text_id)
    return session.get_one(Response, response_id_of(session, text))


def _is_retold(session: Session, entry: QueueEntry) -> bool:
    """Whether an officer wrote it down; a later send of a link is the child's own."""
    if entry.text_id is None:
        return False
    return _response_of(session, entry.text_id).channel == RETOLD_CHANNEL


def _words(session: Session, keys: Keys, entry: QueueEntry) -> str:
    """All that was written; what cannot be opened counts as in no known language."""
    try:
        if entry.text_id is not None:
            return open_text(keys.text, session.get_one(SealedText, entry.text_id))
        if entry.complaint_id is not None:
            return "\n".join(
                open_complaint(session, keys.text, entry.complaint_id).values()
            )
        sent = open_set_aside(keys, session.get_one(SetAside, entry.set_aside_id))
    except UnsealError:
        return "\N{REPLACEMENT CHARACTER}"
    return "\n".join(
        value
        for name, values in sent.items()
        if name not in ("link", "page")
        for value in values
    )
