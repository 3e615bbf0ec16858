"""Who is told of what: never the person complained of, never only an officer whose own work it is about (promise 59).

| message | told | where there is none |
|---|---|---|
| concern, reminder | leads | deputies, managers, the duty address |
| deputy's step | deputies | managers, the duty address |
| manager's step | managers | deputies, the duty address |
| duty's step | the duty address | |
| complaint, a reminder of it | its owner: first of the managers | leads, deputies, the duty address |
| complaint that is late | its owner, and all of those | |
| contact request | leads | deputies, managers |
| envelope opened | deputies, less whoever opened it | managers, leads |
| text waits too long | leads, deputies, managers | |
| what waits, daily | leads, deputies, managers | |
| somebody more reads what children write | leads, deputies, managers | |
| head of the audit trail | the address set for it | managers |
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.messages.steps import COMPLAINT_KINDS, DUTY, STEPS
from feedback_app.models.complaint import Complaint, ComplaintAbout
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest

TRAIL = "trail"
CHAINS: dict[str, tuple[str, ...]] = {
    **{step.kind: step.told for step in STEPS},
    "complaint": ("manager", "lead", "deputy", DUTY),
    "contact_request": ("lead", "deputy", "manager"),
    "request_due": ("lead", "deputy", "manager"),
    "request_late": ("lead", "deputy", "manager"),
    "envelope_opened": ("deputy", "manager", "lead"),
    "audit_head": (TRAIL, "manager"),
}
ALL_OF = {
    "text_late": ("lead", "deputy", "manager"),
    "waiting": ("lead", "deputy", "manager"),
    "reader_added": ("lead", "deputy", "manager"),
}
"""Messages for everyone of these roles at once."""
COMPLAINT_READERS = ("manager", "lead", "deputy")
PERSONAL = frozenset(
    (
        "staff_invited",
        "password_reset",
        "person_changed",
        "month_reminder",
        "report_due",
        "campaign_ends",
    )
)
"""Messages to one member of staff about their account or their own month, written where these are known."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a message is about, as far as routing cares.

    `barred` persons never receive it; `partial` ones (the child's own IRO, who may be lead or deputy as well) may, but
    never alone.
    """

    barred: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()


def recipients_of(
    session: Session, message: OutboxMessage, *, trail_address: str = ""
) -> list[str]:
    """Person ids, "duty" or "trail", for one message; empty where nobody is told by mail (a text in the queue)."""
    case = case_of(session, message)
    if message.kind in COMPLAINT_KINDS:
        return _told_of_complaint(session, message, case)
    if message.kind in ALL_OF:
        return [
            who
            for role in ALL_OF[message.kind]
            for who in _holders(session, role, case.barred)
        ]
    return _first_in_chain(
        session, CHAINS.get(message.kind, ()), case, trail_address=trail_address
    )


def _told_of_complaint(
    session: Session, message: OutboxMessage, case: Case
) -> list[str]:
    """Its owner, where there is one at work whom it is not about; and everybody who may see to it, once it is late."""
    found = complaint_of(session, message)
    owner = session.get(Person, found.owner_id) if found and found.owner_id else None
    told = [owner.id] if owner and owner.active and owner.id not in case.barred else []
    if message.kind == "complaint_late":
        for role in COMPLAINT_READERS:
            told += [
                who for who in _holders(session, role, case.barred) if who not in told
            ]
    return told or _first_in_chain(session, CHAINS["complaint"], case)


def first_owner_of(session: Session, complaint_id: str) -> str | None:
    """Whose a complaint is until somebody gives it to another; None where nobody may have it."""
    case = of_complaint(session, complaint_id)
    chain = _first_in_chain(session, CHAINS["complaint"], case)
    return next((who for who in chain if who != DUTY), None)


def _first_in_chain(
    session: Session, chain: Sequence[str], case: Case, *, trail_address: str = ""
) -> list[str]:
    """The holders of the first role of the chain that anybody holds whom it does not bar."""
    told: list[str] = []
    for role in chain:
        if role == DUTY:
            told.append(DUTY)
        elif role == TRAIL:
            told += [TRAIL] if trail_address else []
        else:
            told += [
                who for who in _holders(session, role, case.barred) if who not in told
            ]
        if set(told) - case.partial:
            break
    return told


def case_of(session: Session, message: OutboxMessage) -> Case:
    """Whom a message must not reach, or not alone."""
    if message.kind.startswith("concern"):
        return of_concern(session, session.get(Concern, message.about_id))
    if message.kind in ("contact_request", "request_due", "request_late"):
        return _of_request(session, message.about_id)
    if message.kind in COMPLAINT_KINDS:
        found = complaint_of(session, message)
        return of_complaint(session, found.id) if found else Case()
    if message.kind == "envelope_opened":
        return _of_opening(session, message.about_id)
    return Case()


def of_concern(session: Session, concern: Concern | None) -> Case:
    """The person whom the concern is about is told nothing; the child's own IRO is told, but never alone."""
    if concern is None:
        return Case()
    response = (
        session.get(Response, concern.response_id) if concern.response_id else None
    )
    return Case(
        barred=_only(concern.about_id)
        | _about(session, concern.invitation_id)
        | of_complaint(session, concern.complaint_id).barred,
        partial=_only(response.iro_id if response else None),
    )


def of_complaint(session: Session, complaint_id: str | None) -> Case:
    """Whom a complaint is about is told nothing."""
    if complaint_id is None:
        return Case()
    query = select(ComplaintAbout.person_id).where(
        ComplaintAbout.complaint_id == complaint_id
    )
    return Case(frozenset(session.scalars(query)))


def complaint_of(session: Session, message: OutboxMessage) -> Complaint | None:
    """The complaint that a message is about: itself, or the one that an entry of the audit trail says was given on."""
    about_id = message.about_id
    if message.kind == "complaint_given":
        entry = session.get(AuditEntry, int(about_id)) if about_id.isdigit() else None
        about_id = entry.about if entry else ""
    return session.get(Complaint, about_id)


def _of_request(session: Session, request_id: str) -> Case:
    request = session.get(ContactRequest, request_id)
    if request is None:
        return Case()
    response = session.get(Response, request.response_id)
    own = _only(response.iro_id if response else None)
    barred = _about(session, request.invitation_id)
    # "Someone who is not my IRO": the IRO does not hear of it in another office either.
    return Case(barred if request.wanted == "iro" else barred | own, own)


def _of_opening(session: Session, number: str) -> Case:
    entry = session.get(AuditEntry, int(number)) if number.isdigit() else None
    if entry is None:
        return Case()
    return Case(_only(entry.person_id) | _about(session, entry.about))


def _about(session: Session, invitation_id: str | None) -> frozenset[str]:
    """Everyone whom a concern of this invitation is about."""
    if invitation_id is None:
        return frozenset()
    query = select(Concern.about_id).where(
        Concern.invitation_id == invitation_id, Concern.about_id.is_not(None)
    )
    return frozenset(who for who in session.scalars(query) if who is not None)


def _holders(session: Session, role: str, barred: Collection[str]) -> Sequence[str]:
    people = session.scalars(
        select(Person).where(Person.active.is_(True)).order_by(Person.name, Person.id)
    )
    return [
        person.id
        for person in people
        if role in person.roles and person.id not in barred
    ]


def _only(person_id: str | None) -> frozenset[str]:
    return frozenset() if person_id is None else frozenset((person_id,))
