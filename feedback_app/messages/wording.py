"""Subject and body of each message to staff: no name, no text of a child's, no link of a child's (promise 58).

A message out of hours promises nothing: it says where the list is, and that nobody here may look before morning.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.config import Settings
from feedback_app.messages.steps import STEPS
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in words."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """How much waits: the daily mail and the lead's page show the same numbers."""

    unseen: int
    open_concerns: int
    urgent: int
    ordinary: int
    requests: int


WORDS = {
    **{step.kind: (step.subject, step.body) for step in STEPS},
    "contact_request": (
        "A child would like somebody to get in touch",
        "A child asked to talk with somebody. Please see whom, and by when.",
    ),
    "request_due": (
        "A child is waiting for a talk",
        "A child was told that somebody would get in touch, and the day is near. Please see to it.",
    ),
    "request_late": (
        "Late: a child was promised a talk",
        "A child was told by when somebody would get in touch. That day has passed. Please see to it today.",
    ),
    "text_late": (
        "Late: what a child wrote has not been read",
        "Something a child wrote has waited for more than the working days in which it is to be read. Please read it.",
    ),
    "envelope_opened": (
        "A sealed envelope was opened",
        (
            "Somebody opened a sealed envelope to find a child, and gave a reason. You are the second person who"
            " is told. Please see that the reason holds."
        ),
    ),
}


def write_message(
    session: Session, settings: Settings, message: OutboxMessage
) -> Letter:
    """The words of one message. Raises KeyError for a kind that another room writes."""
    if message.kind == "waiting":
        return daily_message(count_waiting(session), settings)
    if message.kind == "audit_head":
        return _head(session)
    subject, body = WORDS[message.kind]
    return Letter(subject, f"{body}\n\n{settings.public_url}/safeguarding/\n")


def count_waiting(session: Session) -> WaitingCounts:
    """Count what waits."""

    def count(*conditions: object) -> int:
        return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]

    unread = QueueEntry.read_at.is_(None)
    return WaitingCounts(
        unseen=count(Concern.state == "new"),
        open_concerns=count(Concern.state == "seen"),
        urgent=count(unread, QueueEntry.urgency == "urgent"),
        ordinary=count(unread, QueueEntry.urgency == "ordinary"),
        requests=count(ContactRequest.state != "done"),
    )


def daily_message(found: WaitingCounts, settings: Settings) -> Letter:
    """What waits, sent each working morning even when it is nothing: a morning without this mail is itself an alarm."""
    total = found.unseen + found.urgent + found.ordinary + found.requests
    lines = (
        f"Concerns nobody has seen: {found.unseen}",
        f"Concerns being seen to: {found.open_concerns}",
        f"Urgent texts to read: {found.urgent}",
        f"Other texts to read: {found.ordinary}",
        f"Children who want to talk with somebody: {found.requests}",
    )
    closing = "This mail comes every day, also when nothing waits. If it does not come, the service may have stopped."
    return Letter(
        f"{total} waiting",
        "\n".join(
            (*lines, "", closing, "", f"{settings.public_url}/safeguarding/", "")
        ),
    )


def _head(session: Session) -> Letter:
    head = "{}:{}".format(*audit.last_entry(session))
    return Letter(
        "The head of the audit trail",
        f"{head}\n\nKeep this mail outside the service. Whoever cuts entries off the end of the trail later is found by"
        f"\n\n    flask --app wsgi verify --head {head}\n",
    )
