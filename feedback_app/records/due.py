"""What is due by the rules of retention, now and soon: the same selections are shown, counted and deleted (36)."""

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
"""Who was told of a concern or a wish goes with it; who was told of an opening stays, as the audit trail does."""


@dataclass(frozen=True, slots=True)
class RulePreview:
    """One rule as it stands: how many are due now, how many more within 30 days, when the next is due (None: never)."""

    rule: Rule
    due: int
    soon: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class SimpleRows:
    """Rows of one table that nothing hangs on: their key, what their time begins with, which of them fall under it."""

    key: Any
    begins_at: Any
    conditions: Callable[[], Sequence[ColumnElement[bool]]] = tuple


def preview_deletion(session: Session, settings: Settings, now: datetime) -> list[RulePreview]:
    """What a run would delete now and soon, for the screen and the command alike. Counts only."""
    return [_PREVIEWS.get(rule.name, _simple_preview)(session, rule, now) for rule in retention_rules(settings)]


def old_answers(rule: Rule, now: datetime, among: Collection[str] | None = None) -> Select[str]:
    """Invitations whose answers are over, and imported responses, which have none; nothing about them is open.

    `among` asks of these ids alone, whatever else is kept.
    """
    cutoff = rule.cutoff(london_day(now))
    # The month has an index, the day has none.
    old = (Response.month <= str(Month.containing(cutoff)), Response.day <= cutoff)
    answered = select(Response.invitation_id.label("id")).where(Response.invitation_id.is_not(None), *old)
    aside = select(SetAside.invitation_id.label("id")).where(SetAside.day <= cutoff)
    imported = select(Response.id).where(Response.invitation_id.is_(None), *old)
    if among is not None:
        answered = answered.where(Response.invitation_id.in_(among))
        aside = aside.where(SetAside.invitation_id.in_(among))
        imported = imported.where(Response.id.in_(among))
    begun = union(answered, aside).subquery()
    over = select(begun.c.id).where(
        ~exists().where(Response.invitation_id == begun.c.id, Response.day > cutoff),
        ~exists().where(SetAside.invitation_id == begun.c.id, SetAside.day > cutoff),
        begun.c.id.not_in(held.ids_with_open_matters("invitation_id")),
    )
    every = union_all(over, imported.where(Response.id.not_in(held.ids_with_open_matters("response_id")))).subquery()
    return select(every.c.id)


def answers_end_on(session: Session, rule: Rule, invitation_id: str) -> date | None:
    """The day on which an invitation's answers go; None while it has none, or something about them is open."""
    found = held.collect_rows(session, (invitation_id,))
    if held.count_open_matters(session, found):
        return None
    days = (
        session.scalar(select(func.max(Response.day)).where(Response.id.in_(found.responses))),
        session.scalar(select(func.max(SetAside.day)).where(SetAside.id.in_(found.asides))),
    )
    last = max((day for day in days if day is not None), default=None)
    return rule.ends_at(last) if last else None


def empty_shells(rule: Rule, now: datetime) -> Select[str]:
    """Invitations of which nothing is left but the links, so long over that no page of theirs can still be open."""
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
    ends = [at for _one, at in envelopes.envelopes_due(session, by=now + FAR, days=rule.days)]
    due = sum(at <= now for at in ends)
    return RulePreview(rule, due, sum(at <= now + SOON for at in ends) - due, min(ends, default=None))


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
    due, soon, begun = 0, 0, []
    for plain in SIMPLE_ROWS[rule.name]:
        number, more = _counts(session, now, partial(due_rows, plain, rule))
        due, soon = due + number, soon + more
        begun.append(session.scalar(select(func.min(plain.begins_at)).where(*plain.conditions())))
    first = min((at for at in begun if at is not None), default=None)
    return RulePreview(rule, due, soon, rule.ends_at(first) if first else None)


def due_rows(plain: SimpleRows, rule: Rule, now: datetime) -> Select[str]:
    """The keys of the rows of a plain table that are due."""
    return select(plain.key).where(plain.begins_at <= rule.cutoff(now), *plain.conditions())


def _counts(session: Session, now: datetime, due: Callable[[datetime], Select[Any]]) -> tuple[int, int]:
    """How many are due now, and how many more within 30 days."""
    by = [session.scalar(select(func.count()).select_from(due(at).subquery())) or 0 for at in (now, now + SOON)]
    return by[0], by[1] - by[0]


_PREVIEWS: dict[RuleName, Callable[[Session, Rule, datetime], RulePreview]] = {
    "envelopes": _envelopes_preview,
    "answers": _answers_preview,
    "invitations": _shells_preview,
}
