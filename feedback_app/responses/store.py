"""Storing what a child answered, with all that follows from it, in the caller's one transaction (promises 49, 54)."""

from __future__ import annotations

import hmac
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from feedback_app.concerns.raising import RAISING_ANSWERS, concern_rows
from feedback_app.invitations.links import Invited
from feedback_app.messages import outbox
from feedback_app.models.base import new_id
from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.privacy.cipher import seal_text
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.responses.fast_insert import NewRows, insert_rows
from feedback_app.survey.answers import normalised_content
from feedback_app.survey.model import Answer
from feedback_app.typed_text import is_visible

UNSAFE = "not_safe"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one send says, cleaned: the answers on the path and the wishes at the end.

    `not_safe`: the child says that they, or someone they know, are not safe, whomever else they want to talk with.
    `talk_to` is one of no, iro, other, advocate; `iro_may_see` one of yes, no, heard, not_asked.
    """

    survey: str
    survey_version: int
    band: str
    look: str
    language: str
    spotlight: str | None
    answers: tuple[Answer, ...]
    channel: str
    helper: str | None = None
    helper_text: str = ""
    iro_may_see: str = "no"
    not_safe: bool = False
    talk_to: str = "no"
    talk_how: tuple[str, ...] = ()
    talk_how_text: str = ""

    @property
    def unplaced_words(self) -> str:
        """What was typed about how to talk by a child who then said that nobody should: words of no answer, no wish."""
        asked = self.not_safe or self.talk_to != "no"
        unplaced = not asked and is_visible(self.talk_how_text)
        return self.talk_how_text if unplaced else ""

    def content_digest(self, key: bytes) -> str:
        """HMAC over the normalised content: the same answers and wishes give the same digest (promise 49).

        "I am not safe" alone stands where `talk_to` does: as in the digests from when a child could say only one.
        """
        chosen = self.talk_to if self.talk_to != "no" or not self.not_safe else ""
        said = (UNSAFE, chosen) if self.not_safe else (chosen,)
        wishes = "\x1f".join(
            (
                self.helper or "",
                self.iro_may_see,
                "+".join(one for one in said if one),
                ",".join(self.talk_how),
                self.talk_how_text,
                *((self.helper_text,) if self.helper_text else ()),
            )
        )
        return hmac.new(
            key, normalised_content(self.answers) + b"\x1e" + wishes.encode(), "sha256"
        ).hexdigest()


def store_response(
    session: Session,
    keys: Keys,
    invitation: Invited,
    sent: Sent,
    *,
    day: date,
    at: datetime,
    talk_days: int,
) -> str:
    """Write the response, its answers, texts, queue entries, concern, contact request and messages; its id.

    `day` is the London day that the month counts by; `at` stands on the queue, never beside an answer (promise 39).
    """
    response_id, month = new_id(), f"{day:%Y-%m}"
    rows: NewRows = defaultdict(list)
    rows[Response].append(_response_row(response_id, keys, invitation, sent, day))
    for answer in sent.answers:
        rows[AnswerRow].append(
            {
                "response_id": response_id,
                "question": answer.question,
                "state": answer.state,
                "month": month,
            }
        )
        for option in answer.options:
            rows[AnswerOption].append(
                {
                    "response_id": response_id,
                    "question": answer.question,
                    "option": option,
                    "month": month,
                }
            )
        if answer.text:
            _add_text(
                rows, keys, at, "answer", response_id, answer.question, answer.text
            )
    if sent.helper_text:
        _add_text(rows, keys, at, "response", response_id, "helped", sent.helper_text)
    _wishes(
        rows,
        keys,
        invitation.id,
        response_id,
        sent,
        day + timedelta(days=talk_days),
        at,
    )
    if QueueEntry in rows:
        rows[OutboxMessage].append(outbox.message_row("text_to_read", response_id, at))
    insert_rows(session, rows)
    return response_id


def _add_text(
    rows: NewRows,
    keys: Keys,
    at: datetime,
    owner: str,
    row_id: str,
    column: str,
    text: str,
) -> None:
    sealed = sealed_row(keys.text, owner, row_id, column, text)
    rows[SealedText].append(sealed)
    rows[QueueEntry].append(queue_row(at, text_id=sealed["id"]))


def sealed_row(
    ring: KeyRing, owner: str, row_id: str, column: str, text: str
) -> dict[str, Any]:
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


def queue_row(
    at: datetime,
    *,
    text_id: str | None = None,
    set_aside_id: str | None = None,
    urgency: str = "urgent",
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


def _response_row(
    response_id: str, keys: Keys, invitation: Invited, sent: Sent, day: date
) -> dict[str, Any]:
    return {
        "id": response_id,
        "invitation_id": invitation.id,
        "version": 1,
        "survey": sent.survey,
        "survey_version": sent.survey_version,
        "band": sent.band,
        "over5": invitation.over5,
        # A page that was loaded before the age was put right keeps the age it was drawn for.
        "over16": invitation.over16 and sent.band in ("12-17", "16-25"),
        "look": sent.look,
        "language": sent.language,
        "spotlight": sent.spotlight,
        "mode": invitation.mode,
        "pn_code": invitation.pn_code,
        "iro_id": invitation.iro_id,
        "channel": sent.channel,
        "helper": sent.helper,
        "iro_may_see": sent.iro_may_see,
        "day": day,
        "month": f"{day:%Y-%m}",
        "content_digest": sent.content_digest(keys.digest.newest_key),
        "author_id": None,
        "reason": None,
    }


def _wishes(
    rows: NewRows,
    keys: Keys,
    invitation_id: str,
    response_id: str,
    sent: Sent,
    due_on: date,
    at: datetime,
) -> None:
    """A concern where the child, or an answer, says that somebody is not safe; a contact request where one is wished.

    Both where a child says both: each has its own owner and clock. What they wrote about how to be reached goes to the
    request, where there is one, and is read on the page of the concern as well: it stands in the queue once.
    """
    said = {
        (answer.question, option)
        for answer in sent.answers
        for option in answer.options
    }
    asks_to_talk = sent.talk_to in ("iro", "other", "advocate")
    if sent.not_safe:
        how = "" if asks_to_talk else " ".join(sent.talk_how)
        concern_id = _raise(rows, "child", invitation_id, response_id, at, how)
        if sent.talk_how_text and not asks_to_talk:
            _add_text(
                rows, keys, at, "concern", concern_id, "talk_how", sent.talk_how_text
            )
    elif said & RAISING_ANSWERS:
        _raise(rows, "answer", invitation_id, response_id, at)
    if asks_to_talk:
        request_id = new_id()
        rows[ContactRequest].append(
            {
                "id": request_id,
                "invitation_id": invitation_id,
                "response_id": response_id,
                "wanted": sent.talk_to,
                "how": " ".join(sent.talk_how),
                "asked_at": at,
                "due_on": due_on,
                "state": "new",
            },
        )
        rows[OutboxMessage].append(
            outbox.message_row("contact_request", request_id, at)
        )
        if sent.talk_how_text:
            _add_text(
                rows,
                keys,
                at,
                "contact_request",
                request_id,
                "talk_how",
                sent.talk_how_text,
            )


def _raise(
    rows: NewRows,
    source: str,
    invitation_id: str,
    response_id: str,
    at: datetime,
    how: str = "",
) -> str:
    concern, message = concern_rows(
        source, at, invitation_id=invitation_id, response_id=response_id, how=how
    )
    rows[Concern].append(concern)
    rows[OutboxMessage].append(message)
    found: str = concern["id"]
    return found
