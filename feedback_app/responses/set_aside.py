"""Keep for the safeguarding lead what is no answer; never drop it (promises 5, 50).

A later, different submission from a link; one that says "I am not safe" and has a text too long to be stored; and words
of a send that belong to none of its answers.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.concerns.raising import raise_once
from feedback_app.models.base import new_id
from feedback_app.models.invitation import Invitation
from feedback_app.models.text import QueueEntry, SetAside
from feedback_app.privacy.cipher import seal_text, unseal_text
from feedback_app.privacy.keys import Keys
from feedback_app.responses.store import Sent, queue_row

MOST_A_LINK = 20


def set_aside(
    session: Session,
    keys: Keys,
    invitation_id: str,
    content: Mapping[str, Sequence[str]],
    *,
    at: datetime,
    raises: bool = True,
) -> bool:
    """Keep what was sent, sealed, in the queue, and raise a concern; the same content twice is kept once.

    `raises`: False for what was not sent late: its words are ranked as any are, and raise a concern where they must.
    Returns whether it is new. Raises TooMany after 20 different sends of one link (rule L3).
    """
    body = json.dumps(
        {name: list(values) for name, values in sorted(content.items())},
        ensure_ascii=False,
    )
    digest = hmac.new(keys.digest.newest_key, body.encode(), "sha256").hexdigest()
    # Sends of one link take turns here (PostgreSQL; SQLite's writers do anyway), so that each is kept once.
    session.execute(
        select(Invitation.id).where(Invitation.id == invitation_id).with_for_update()
    )
    kept = session.scalars(
        select(SetAside.digest).where(SetAside.invitation_id == invitation_id)
    ).all()
    if digest in kept:
        return False
    if len(kept) >= MOST_A_LINK:
        raise TooMany(invitation_id)
    row_id = new_id()
    connection = session.connection()
    connection.execute(
        insert(SetAside),
        {
            "id": row_id,
            "invitation_id": invitation_id,
            "digest": digest,
            "key_id": keys.text.current,
            "value": seal_text(
                keys.text, body, table="set_aside", column="value", row=row_id
            ),
            "day": at.astimezone(clock.LONDON).date(),
        },
    )
    connection.execute(insert(QueueEntry), queue_row(at, set_aside_id=row_id))
    if raises:
        raise_once(
            session, "set_aside", at, invitation_id=invitation_id, set_aside_id=row_id
        )
    return True


def keep_unplaced_words(
    session: Session,
    keys: Keys,
    invitation_id: str,
    sent: Sent,
    *,
    at: datetime,
    beside: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Keep what a stored send says that belongs to none of its answers; nothing where all of it does.

    That is words about how to talk of a child who then said that nobody should, with what was chosen beside them; and
    `beside`: field -> values of a paper form that count for nothing (responses/read.py, `read_beside`).
    """
    content = dict(beside or {})
    if sent.unplaced_words:
        content |= {
            "talk_to": [sent.talk_to],
            "talk_how_text": [sent.unplaced_words],
        }
    if content:
        set_aside(session, keys, invitation_id, content, at=at, raises=False)


def open_set_aside(keys: Keys, row: SetAside) -> dict[str, list[str]]:
    """What was sent, field by field. Raises UnsealError."""
    body = json.loads(
        unseal_text(keys.text, row.value, table="set_aside", column="value", row=row.id)
    )
    return {
        str(name): [str(value) for value in values] for name, values in body.items()
    }


def count_unread(session: Session) -> int:
    """How many set-aside sends nobody has read."""
    return (
        session.scalar(
            select(func.count()).where(
                QueueEntry.set_aside_id.is_not(None), QueueEntry.read_at.is_(None)
            )
        )
        or 0
    )


class TooMany(Exception):
    """A link has 20 different sends set aside already."""
