"""Counts what the retention rules delete now and soon, by the same selections that delete it (promise 36)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.invitations.own_reviews import review_day
from feedback_app.invitations.review_references import reference_lasts_until
from feedback_app.models.complaint import Complaint
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.models.text import SetAside
from feedback_app.month import midnight_after
from feedback_app.records import due, envelopes, held
from feedback_app.records.rules import Rule, RuleName, rules_in_force

SOON = timedelta(days=30)
FAR = timedelta(days=366)
"""How far ahead the next envelope is looked for."""


@dataclass(frozen=True, slots=True)
class RulePreview:
    """One rule's counts: due now, more due within 30 days, and when the next is due (None: nothing is kept)."""

    rule: Rule
    due: int
    soon: int
    next_at: datetime | None


def preview_deletion(
    session: Session, settings: Settings, now: datetime
) -> list[RulePreview]:
    """Return for each rule what a run would delete now and soon; counts only, for the page and the command."""
    return [
        preview_rule(session, rule, now) for rule in rules_in_force(session, settings)
    ]


def preview_rule(session: Session, rule: Rule, now: datetime) -> RulePreview:
    """The same of one rule, which need not hold yet: what would go if it did."""
    return _PREVIEWS.get(rule.name, _simple_preview)(session, rule, now)


def _envelopes_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    ends = [
        at for _invitation, at in envelopes.envelopes_due(session, rule, by=now + FAR)
    ]
    due_now = sum(at <= now for at in ends)
    due_soon = sum(now < at <= now + SOON for at in ends)
    return RulePreview(rule, due_now, due_soon, min(ends, default=None))


def _answers_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    answers = select(Response.invitation_id.label("id"), Response.day).where(
        Response.invitation_id.is_not(None)
    )
    asides = select(SetAside.invitation_id.label("id"), SetAside.day)
    every = union_all(answers, asides).subquery()
    # An invitation's time counts from the last day of anything it has.
    last = (
        select(every.c.id, func.max(every.c.day).label("day"))
        .group_by(every.c.id)
        .subquery()
    )
    is_open = last.c.id.in_(held.ids_with_open_matters("invitation_id"))
    first = session.scalar(select(func.min(last.c.day)).where(~is_open))
    next_at = None
    if first is not None:
        next_at = datetime.combine(rule.ends_at(first), time(0), LONDON).astimezone(UTC)
    due_now, due_soon = _counts(session, now, partial(due.old_answers, rule))
    return RulePreview(rule, due_now, due_soon, next_at)


def _shells_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    first = session.scalar(select(func.min(Invitation.ends_at)).where(*due.IS_EMPTY))
    due_now, due_soon = _counts(session, now, partial(due.empty_shells, rule))
    return RulePreview(rule, due_now, due_soon, rule.ends_at(first) if first else None)


def _complaints_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    first = session.scalar(select(func.min(Complaint.closed_at)).where(*due.IS_SETTLED))
    due_now, due_soon = _counts(session, now, partial(due.closed_complaints, rule))
    return RulePreview(rule, due_now, due_soon, rule.ends_at(first) if first else None)


def _references_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    first = session.scalar(
        select(func.min(review_day())).join(
            ReviewReference, ReviewReference.review_id == ImportedReview.id
        )
    )
    next_at = None
    if first is not None:
        next_at = midnight_after(reference_lasts_until(first, rule.days))
    due_now, due_soon = _counts(session, now, partial(due.old_references, rule))
    return RulePreview(rule, due_now, due_soon, next_at)


def _reviews_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    first = session.scalar(select(func.min(review_day())))
    next_at = None
    if first is not None:
        next_at = datetime.combine(rule.ends_at(first), time(0), LONDON).astimezone(UTC)
    due_now, due_soon = _counts(session, now, partial(due.old_reviews, rule))
    return RulePreview(rule, due_now, due_soon, next_at)


def _simple_preview(session: Session, rule: Rule, now: datetime) -> RulePreview:
    due_now, due_soon, oldest = 0, 0, []
    for rows in due.SIMPLE_ROWS[rule.name]:
        number, more = _counts(session, now, partial(due.due_rows, rows, rule))
        due_now, due_soon = due_now + number, due_soon + more
        first = session.scalar(
            select(func.min(rows.begins_at)).where(*rows.conditions())
        )
        if first is not None:
            oldest.append(first)
    return RulePreview(
        rule, due_now, due_soon, rule.ends_at(min(oldest)) if oldest else None
    )


def _counts(
    session: Session, now: datetime, selection: Callable[[datetime], Select[Any]]
) -> tuple[int, int]:
    """Return how many are due now, and how many more within 30 days; one statement."""
    counted = [
        select(func.count()).select_from(selection(at).subquery()).scalar_subquery()
        for at in (now, now + SOON)
    ]
    due_now, by_then = session.execute(select(*counted)).one()
    return due_now, by_then - due_now


_PREVIEWS: dict[RuleName, Callable[[Session, Rule, datetime], RulePreview]] = {
    "envelopes": _envelopes_preview,
    "answers": _answers_preview,
    "invitations": _shells_preview,
    "complaints": _complaints_preview,
    "review_references": _references_preview,
    "reviews": _reviews_preview,
}
