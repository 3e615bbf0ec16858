"""Every address of the application, with something to see behind it: for tests that walk all of them."""

from __future__ import annotations

import re

from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText


def one_of_each(world: World) -> dict[str, str]:
    """What to put into an address, by the name that the route gives it: a waiting invitation of the first IRO, etc."""
    waiting = world.invitation()
    world.response(texts={"better": "more biscuits"}, iro_sees="yes")
    world.response(wishes={"talk_to": "not_safe"})
    world.response(wishes={"talk_to": "iro", "talk_how_text": "after school"})
    with world.session() as session:
        of_an_answer = select(QueueEntry.id).join(
            SealedText, SealedText.id == QueueEntry.text_id
        )
        entry = session.scalar(of_an_answer.where(SealedText.owner == "answer"))
        concern, request = (
            session.scalar(select(table.id)) for table in (Concern, ContactRequest)
        )
    return {
        "token": world.token(waiting),
        "invitation_id": waiting.id,
        "entry_id": str(entry),
        "concern_id": str(concern),
        "request_id": str(request),
        "person_id": world.iro().id,
        "passkey_id": "0" * 32,
        "action_id": world.action(),
        "month": f"{clock.today():%Y-%m}",
        "kind": "csv",
        "name": "child.css",
        "file": "none.mp3",
        "verdict": "thanks",
        "band": "8-11",
        "look": "middle",
        "language": "en",
    }


def address(rule: str, ids: dict[str, str]) -> str:
    """The rule with its places filled. Raises KeyError for one that `one_of_each` knows nothing of: add it there."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda place: ids[place[1]], rule)
