"""Subject and body of each message to staff: no name, no text of a child's, no link of a child's (promise 58).

A message out of hours promises nothing: it says where the list is, and that nobody here may look before morning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.config import Settings
from feedback_app.labels import label
from feedback_app.messages.recipients import complaint_of
from feedback_app.messages.steps import COMPLAINT_KINDS, DUTY, STEPS
from feedback_app.models import scope
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry, OutboxMessage
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
    first: int
    ordinary: int
    requests: int


WORDS = {
    **{step.kind: (step.subject, step.body) for step in STEPS},
    "contact_request": (
        "A child would like somebody to get in touch",
        "A child asked to talk with somebody. Please see whom, and by when.",
    ),
    "complaint": (
        "A complaint about how answers are kept",
        (
            "Somebody complained about how answers are kept. Whoever sent it must be told within 30 days that it is"
            " here. It is yours: please open it, and give it to somebody else if it is not for you."
        ),
    ),
    "complaint_given": (
        "A complaint about how answers are kept was given to you",
        "You now see to a complaint about how answers are kept. Please open it.",
    ),
    "complaint_due": (
        "A week left: a complaint must be acknowledged",
        "A complaint about how answers are kept waits to be acknowledged, and a week or less is left by law.",
    ),
    "complaint_late": (
        "Late: a complaint was not acknowledged",
        (
            "A complaint about how answers are kept was not acknowledged within 30 days, as the law asks. Please see"
            " that it is acknowledged today."
        ),
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

REOPENED = (
    "A concern is open again",
    (
        "A concern that had been closed was opened again, with a reason. Nobody has seen to it since."
        " Please open it now and write a note."
    ),
)
"""The first message of a concern that was reopened; the later steps are in the same words as before."""


READERS_PAGE, MANAGERS_PAGE, ANYBODYS_PAGE = (
    "/safeguarding/",
    "/manager/waiting/",
    "/sign-in",
)
COMPLAINTS_PAGE = "/safeguarding/complaints/"


def write_message(
    session: Session,
    settings: Settings,
    message: OutboxMessage,
    recipient: str,
    *,
    seen_by: str = "",
) -> Letter:
    """The words of one message to that recipient; a page that it names opens for them.

    `seen_by`: another person who looks at it: what is about them is counted in no number.

    Raises KeyError for a kind that another room writes.
    """
    place = place_for(session, settings, recipient)
    if message.kind == "waiting":
        return daily_message(count_waiting(session, seen_by or recipient), place)
    if message.kind == "audit_head":
        return _head(session)
    if message.kind == "reader_added":
        return _new_reader(session, settings, message)
    if message.kind in COMPLAINT_KINDS and recipient not in (DUTY, "team"):
        found = complaint_of(session, message)
        complaint_id = found.id if found else ""
        place = f"{settings.public_url}{COMPLAINTS_PAGE}{complaint_id}"
    subject, body = WORDS[message.kind]
    if message.reopening and message.kind == STEPS[0].kind:
        subject, body = REOPENED
    return Letter(subject, f"{body}\n\n{place}\n")


def place_for(session: Session, settings: Settings, recipient: str) -> str:
    """Where a recipient goes on: a page that opens for them, or for the duty team, who have none, whom to ring."""
    if recipient == DUTY:
        return numbers_to_ring(settings)
    person = session.get(Person, recipient)
    roles = person.roles if person else frozenset()
    if roles & {"lead", "deputy"}:
        return f"{settings.public_url}{READERS_PAGE}"
    if "manager" in roles:
        return f"{settings.public_url}{MANAGERS_PAGE}"
    # A channel of the whole team: the page after signing in is each reader's own.
    return f"{settings.public_url}{ANYBODYS_PAGE}"


def numbers_to_ring(settings: Settings) -> str:
    """Whom the duty team rings, a line each; a number that nobody has given is left out."""
    numbers = (
        ("The safeguarding lead", settings.lead_phone),
        ("The safeguarding deputy", settings.deputy_phone),
        ("The review service, when it is open", settings.service_phone),
        ("In danger now", settings.emergency),
    )
    return "\n".join(f"{who}: {number}" for who, number in numbers if number)


def count_waiting(session: Session, person_id: str) -> WaitingCounts:
    """Count what waits, as that person's own pages show it: nothing that is about them (promise 59)."""

    def count(selected: Select[Any], *conditions: ColumnElement[bool]) -> int:
        return scope.count_rows(session, selected.where(*conditions))

    concerns, entries = scope.concerns_for(person_id), scope.entries_for(person_id)
    unread = entries.where(QueueEntry.read_at.is_(None))
    return WaitingCounts(
        unseen=count(concerns, Concern.state == "new"),
        open_concerns=count(concerns, Concern.state == "seen"),
        urgent=count(unread, QueueEntry.urgency == "urgent"),
        first=count(unread, QueueEntry.urgency == "first"),
        ordinary=count(unread, QueueEntry.urgency == "ordinary"),
        requests=count(scope.requests_for(person_id), ContactRequest.state != "done"),
    )


def daily_message(found: WaitingCounts, place: str) -> Letter:
    """What waits, sent each working morning even when it is nothing: a morning without this mail is itself an alarm."""
    texts = found.urgent + found.first + found.ordinary
    total = found.unseen + texts + found.requests
    lines = (
        f"Concerns nobody has seen: {found.unseen}",
        f"Concerns being seen to: {found.open_concerns}",
        f"Urgent texts to read: {found.urgent}",
        f"Texts to read first: {found.first}",
        f"Other texts to read: {found.ordinary}",
        f"Children who want to talk with somebody: {found.requests}",
    )
    closing = "This mail comes every day, also when nothing waits. If it does not come, the service may have stopped."
    return Letter(
        f"{total} waiting",
        "\n".join((*lines, "", closing, "", place, "")),
    )


def _new_reader(session: Session, settings: Settings, message: OutboxMessage) -> Letter:
    """Who may read what children write from now on: those who do know whether that is right."""
    entry = session.get_one(AuditEntry, int(message.about_id))
    person = session.get(Person, entry.about)
    name = person.name if person else entry.about
    held = sorted(person.roles) if person else ()
    roles = ", ".join(str(label("role_title", role)) for role in held)
    return Letter(
        "Somebody new may read what children write",
        f"The roles of {name} in {settings.service_name} are now: {roles}.\n\nIf you did not expect it, ring your"
        " administrator at once.\n",
    )


def _head(session: Session) -> Letter:
    head = "{}:{}".format(*audit.last_entry(session))
    return Letter(
        "The head of the audit trail",
        f"{head}\n\nKeep this mail outside the service. Whoever cuts entries off the end of the trail later is found by"
        f"\n\n    flask --app wsgi verify --head {head}\n",
    )
