"""What a manager is told of when others have not acted: concerns, wishes to talk, texts, openings to confirm.

No child's words stand here: the manager sees to it that somebody reads them, whom to ring, and who was told when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.audit import AuditEvent
from feedback_app.labels import LABELS
from feedback_app.messages.steps import CONCERN_KINDS, label_of_kind
from feedback_app.models import scope
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.running import AuditEntry, Delivery, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry

MOST = 50
CONFIRMED: AuditEvent = "opening_confirmed"


@dataclass(frozen=True, slots=True)
class Told:
    """One message about a concern: which, to whom, and when it left; None while it has not."""

    step: str
    who: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingConcern:
    """One open concern: since when, whose it is, who was told, who has taken it on."""

    id: str
    waits_since: datetime
    reopened: bool
    is_seen: bool
    owner: str
    told: tuple[Told, ...]
    taken_on_by: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class OpeningToConfirm:
    """An opened envelope of which a manager is the second person, because there is no deputy."""

    number: int
    at: datetime
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingMatters:
    """All of it; `more` are the concerns beyond those shown, `late` the wishes whose day has passed."""

    concerns: tuple[WaitingConcern, ...]
    more: int
    wishes: int
    late: int
    texts: int
    oldest_text: datetime | None
    openings: tuple[OpeningToConfirm, ...]


def waiting_matters(session: Session, person_id: str) -> WaitingMatters:
    """What waits, less what is about this person (promise 59): unseen concerns first, each the newest first."""
    open_ones = scope.concerns_for(person_id).where(Concern.state != "closed")
    rows = session.scalars(
        open_ones.order_by(Concern.state, Concern.raised_at.desc()).limit(MOST)
    ).all()
    wishes = scope.requests_for(person_id).where(ContactRequest.state != "done")
    late = wishes.where(ContactRequest.due_on < clock.today())
    unread = scope.entries_for(person_id).where(QueueEntry.read_at.is_(None))
    oldest = session.scalar(select(func.min(unread.subquery().c.queued_at)))
    return WaitingMatters(
        concerns=tuple(_concerns(session, rows)),
        more=scope.count_rows(session, open_ones) - len(rows),
        wishes=scope.count_rows(session, wishes),
        late=scope.count_rows(session, late),
        texts=scope.count_rows(session, unread),
        oldest_text=oldest,
        openings=tuple(openings_to_confirm(session, person_id)),
    )


def openings_to_confirm(session: Session, person_id: str) -> list[OpeningToConfirm]:
    """Openings that no second person can confirm but a manager; none where there is a deputy, and none of one's own."""
    if session.scalar(_holders("deputy").limit(1)) is not None:
        return []
    confirmed = select(AuditEntry.about).where(AuditEntry.what == CONFIRMED)
    rows = session.execute(
        select(AuditEntry, Person.name)
        .join(Person, Person.id == AuditEntry.person_id)
        .where(
            AuditEntry.what == "envelope_opened",
            AuditEntry.person_id != person_id,
            AuditEntry.about.not_in(scope.invitations_about(person_id)),
            cast(AuditEntry.number, String).not_in(confirmed),
        )
        .order_by(AuditEntry.number.desc())
        .limit(MOST)
    )
    return [
        OpeningToConfirm(entry.number, entry.at, name, entry.reason)
        for entry, name in rows
    ]


def count_waiting(session: Session, person_id: str) -> int:
    """How many concerns nobody has seen and how many openings wait: the number in the manager's bar."""
    unseen = scope.concerns_for(person_id).where(Concern.state == "new")
    return scope.count_rows(session, unseen) + len(
        openings_to_confirm(session, person_id)
    )


def _holders(role: str) -> Select[str]:
    return (
        select(Person.id).join(PersonRole).where(PersonRole.role == role, Person.active)
    )


def _concerns(session: Session, rows: Sequence[Concern]) -> list[WaitingConcern]:
    ids = [row.id for row in rows]
    names = dict(session.execute(select(Person.id, Person.name)).all())
    words = {**LABELS["recipient"], **names}
    told: dict[str, list[Told]] = {}
    for about_id, kind, who, sent_at in session.execute(
        select(
            OutboxMessage.about_id,
            OutboxMessage.kind,
            Delivery.recipient,
            Delivery.sent_at,
        )
        .join(Delivery, Delivery.message_id == OutboxMessage.id)
        .where(OutboxMessage.about_id.in_(ids), OutboxMessage.kind.in_(CONCERN_KINDS))
        .order_by(Delivery.written_at)
    ):
        told.setdefault(about_id, []).append(
            Told(label_of_kind(kind), str(words.get(who, who)), sent_at)
        )
    taken: dict[str, list[tuple[str, datetime]]] = {}
    for concern_id, taker, at in session.execute(
        select(AuditEntry.about, AuditEntry.person_id, AuditEntry.at).where(
            AuditEntry.what == "concern_taken_on", AuditEntry.about.in_(ids)
        )
    ):
        taken.setdefault(concern_id, []).append((names.get(taker or "", ""), at))
    return [
        WaitingConcern(
            row.id,
            row.waits_since,
            row.times_reopened > 0,
            row.state != "new",
            names.get(row.owner_id or "", ""),
            tuple(told.get(row.id, ())),
            tuple(taken.get(row.id, ())),
        )
        for row in rows
    ]
