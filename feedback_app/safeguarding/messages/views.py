"""What the service sent, to whom and by which way: seen by those who would otherwise wait for it (promise 58)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.labels import LABELS
from feedback_app.messages.channels import CHANNELS
from feedback_app.messages.recipients import PERSONAL, case_of
from feedback_app.messages.wording import write_message
from feedback_app.models.person import Person
from feedback_app.models.running import Delivery, OutboxMessage

MOST = 100


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One delivery; `body` is shown in the demo only, where no mail leaves the machine."""

    written_at: datetime
    subject: str
    body: str
    to: str
    how: str
    sent_at: datetime | None
    problem: str
    tries: int


def latest_messages(
    session: Session, settings: Settings, person_id: str
) -> list[SentMessage]:
    """The last hundred, less those that this person must not know of (promise 59)."""
    rows = session.execute(
        select(Delivery, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.id == Delivery.message_id)
        .where(OutboxMessage.kind.not_in(PERSONAL))
        .order_by(Delivery.written_at.desc(), Delivery.id)
        .limit(MOST)
    ).all()
    names = dict(LABELS["recipient"])
    for who, name in session.execute(select(Person.id, Person.name)):
        names[who] = name
    found = []
    for one, message in rows:
        if person_id in case_of(session, message).barred:
            continue
        words = write_message(
            session, settings, message, one.recipient, seen_by=person_id
        )
        body = words.body if settings.mode == "demo" else ""
        to = str(names.get(one.recipient, one.recipient))
        found.append(
            SentMessage(
                one.written_at,
                words.subject,
                body,
                to,
                str(CHANNELS[one.channel].label),
                one.sent_at,
                one.problem,
                one.tries,
            )
        )
    return found
