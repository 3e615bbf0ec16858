"""Selects the rows that are due by the retention rules: shown, counted and deleted by the same queries (promise 36)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, union, union_all
from sqlalchemy.orm import Session

from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.person import Challenge, Miss, Passkey, Person, RecoveryCode, SignedIn, StaffToken
from feedback_app.models.response import Response
from feedback_app.models.running import Delivery, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import SetAside
from feedback_app.month import Month, london_day
from feedback_app.records import envelopes, held
from feedback_app.records.rules import Rule, RuleName, retention_rules

SOON = timedelta(days=30)
FAR = timedelta(days=366)
KEPT_MESSAGES = (
    "concern", "concern_reminder", "concern_deputy", "concern_manager", "concern_duty", "contact_request",
    "request_due", "request_late", "envelope_opened",
)  # fmt: skip
"""Not deleted by age: messages about a concern or request go with it, those about an opened envelope stay."""


@dataclass(frozen=True, slots=True)
class RulePreview:
    """One rule's counts: due now, more due within 30 days, and when the next is due (None: nothing is kept)."""

    rule: Rule
    due: int
    soon: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class SimpleRows:
    """Rows that no others depend on: key column, the column their time counts from, extra conditions."""

    key: Any
    begins_at: Any
    conditions: Callable[[], Sequence[ColumnElement[bool]]] = tuple


def preview_deletion(session: Session, settings: Settings, now: datetime) -> list[RulePreview]:
    """Return for each rule what a run would delete now and soon; counts only, for the page and the command."""
    return [_PREVIEWS.get(rule.name, _simple_preview)(session, rule, now) for rule in retention_rules(settings)]


def old_answers(rule: Rule, now: datetime, among: Collection[str] | None = None) -> Select[str]:
    """Select the ids of invitations (and of imported responses, which have none) whose answers are due.

    All responses and set-aside sends of an invitation must be old enough, and nothing about it open or unread.
    `among` limits the selection to these ids.
    """
    cutoff = rule.cutoff(london_day(now))
    # Both say the same; the month has an index, the day has none.
    old = (Response.month <= str(Month.containing(cutoff)), Response.day <= cutoff)
    answered = select(Response.invitation_id.label("id")).where(Response.invitation_id.is_not(None), *old)
    aside = select(SetAside.invitation_id.label("id")).where(SetAside.day <= cutoff)
    imported = select(Response.id).where(Response.invitation_id.is_(None), *old)
    if among is not None:
        answered = answered.where(Response.invitation_id.in_(among))
        aside = aside.where(SetAside.invitation_id.in_(among))
        imported = imported.where(Response.id.in_(among))
    # Candidates have something old; those that also have something newer are kept as a whole.
    begun = union(answered, aside).subquery()
    over = select(begun.c.id).where(
        ~exists().where(Response.invitation_id == begun.c.id, Response.day > cutoff),
        ~exists().where(SetAside.invitation_id == begun.c.id, SetAside.day > cutoff),
        begun.c.id.not_in(held.ids_with_open_matters("invitation_id")),
    )
    every = union_all(over, imported.where(Response.id.not_in(held.ids_with_open_matters("response_id")))).subquery()
    return select(every.c.id)


def answers_end_on(session: Session, rule: Rule, invitation_id: str) -> date | None:
    """Return the day an invitation's answers will be deleted; None if it has none or something is open or unread."""
    rows = held.collect_rows(session, (invitation_id,))
    if held.count_open_matters(session, rows):
        return None
    days = (
        session.scalar(select(func.max(Response.day)).where(Response.id.in_(rows.responses))),
        session.scalar(select(func.max(SetAside.day)).where(SetAside.id.in_(rows.asides))),
    )
    last = max((day for day in days if day is not None), default=None)
    return rule.ends_at(last) if last else None


def empty_shells(rule: Rule, now: datetime) -> Select[str]:
    """Select the invitations of which only the links are left, and so old that no page of theirs can be open."""
    return select(Invitation.id).where(Invitation.ends_at <= rule.cutoff(now), *_NOTHING_HANGS)


_NOTHING_HANGS = tuple(
    ~exists().where(table.invitation_id == Invitation.id)
    for table in (Response, SetAside, Concern, ContactRequest, Envelope)
)


def _sent_messages() -> Sequence[ColumnElement[bool]]:
    under_way = exists().where(Delivery.message_id == OutboxMessage.id, Delivery.sent_at.is_(None))
    return OutboxMessage.kind.not_in(KEPT_MESSAGES), ~under_way


SIMPLE_ROWS: dict[RuleName, tuple[SimpleRows, ...]] = {
    "messages": (SimpleRows(OutboxMessage.id, OutboxMessage.sent_at, _sent_messages),),
    "misses": (SimpleRows(Miss.id, Miss.at),),
    "sessions": (SimpleRows(SignedIn.id, SignedIn.ends_at),),
    "challenges": (SimpleRows(Challenge.id, Challenge.ends_at),),
    "staff_links": (SimpleRows(StaffToken.id, StaffToken.ends_at),),
    "leavers": (
        SimpleRows(RecoveryCode.id, Person.left_at, lambda: (RecoveryCode.person_id == Person.id, ~Person.active)),
        SimpleRows(Passkey.id, Person.left_at, lambda: (Passkey.person_id == Person.id, ~Person.active)),
    ),
}


def _envelopes_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    ends = [at for _invitation, at in envelopes.envelopes_due(session, by=now + FAR, days=rule.days)]
    due_now = sum(at <= now for at in ends)
    due_soon = sum(now < at <= now + SOON for at in ends)
    return RulePreview(rule, due_now, due_soon, min(ends, default=None))


def _answers_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    every = union_all(
        select(Response.invitation_id.label("id"), Response.day).where(Response.invitation_id.is_not(None)),
        select(SetAside.invitation_id.label("id"), SetAside.day),
    ).subquery()
    last = select(every.c.id, func.max(every.c.day).label("day")).group_by(every.c.id).subquery()
    free = last.c.id.not_in(held.ids_with_open_matters("invitation_id"))
    first = session.scalar(select(func.min(last.c.day)).where(free))
    next_at = datetime.combine(rule.ends_at(first), time(0), LONDON).astimezone(UTC) if first else None
    return RulePreview(rule, *_counts(session, now, lambda at: old_answers(rule, at)), next_at)


def _shells_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    first = session.scalar(select(func.min(Invitation.ends_at)).where(*_NOTHING_HANGS))
    next_at = rule.ends_at(first) if first else None
    return RulePreview(rule, *_counts(session, now, lambda at: empty_shells(rule, at)), next_at)


def _simple_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    due_now, due_soon, oldest = 0, 0, []
    for rows in SIMPLE_ROWS[rule.name]:
        number, more = _counts(session, now, partial(due_rows, rows, rule))
        due_now, due_soon = due_now + number, due_soon + more
        first = session.scalar(select(func.min(rows.begins_at)).where(*rows.conditions()))
        if first is not None:
            oldest.append(first)
    return RulePreview(rule, due_now, due_soon, rule.ends_at(min(oldest)) if oldest else None)


def due_rows(rows: SimpleRows, rule: Rule, now: datetime) -> Select[str]:
    """Select the keys of the rows that are due."""
    return select(rows.key).where(rows.begins_at <= rule.cutoff(now), *rows.conditions())


def _counts(session: Session, now: datetime, due: Callable[[datetime], Select[Any]]) -> tuple[int, int]:
    """Return how many are due now, and how many more within 30 days."""

    def count(at: datetime) -> int:
        return session.scalar(select(func.count()).select_from(due(at).subquery())) or 0

    due_now = count(now)
    return due_now, count(now + SOON) - due_now


_PREVIEWS: dict[RuleName, Callable[[Session, Rule, datetime], RulePreview]] = {
    "envelopes": _envelopes_preview,
    "answers": _answers_preview,
    "invitations": _shells_preview,
}
