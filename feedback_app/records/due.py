"""Selects the rows that are due by the retention rules: shown, counted and deleted by the same queries (promise 36)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app.invitations.own_reviews import review_day
from feedback_app.invitations.review_references import reference_lasts_until
from feedback_app.messages.steps import COMPLAINT_KINDS, CONCERN_KINDS
from feedback_app.models.campaign import (
    Campaign,
    CampaignChild,
    CampaignReminder,
)
from feedback_app.models.complaint import Complaint
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.person import (
    Challenge,
    LinkRequest,
    Miss,
    Passkey,
    Person,
    RecoveryCode,
    SignedIn,
    StaffToken,
)
from feedback_app.models.report import (
    ChosenNumbers,
    Report,
    ReportFile,
    ReportReminder,
    ReportSentence,
)
from feedback_app.models.response import Response
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.models.running import Delivery, MonthReminder, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SetAside
from feedback_app.models.work import WorkChange
from feedback_app.month import Month, london_day, midnight_after
from feedback_app.records import held
from feedback_app.records.rules import Rule, RuleName

KEPT_MESSAGES = (
    *CONCERN_KINDS,
    *COMPLAINT_KINDS,
    "contact_request",
    "request_due",
    "request_late",
    "envelope_opened",
)
"""Not deleted by age: what is about a concern, request or complaint goes with it, what is about an envelope stays."""


@dataclass(frozen=True, slots=True)
class SimpleRows:
    """Rows that no others depend on: key column, the column their time counts from, extra conditions."""

    key: Any
    begins_at: Any
    conditions: Callable[[], Sequence[ColumnElement[bool]]] = tuple


def old_answers(
    rule: Rule, now: datetime, among: Collection[str] | None = None
) -> Select[str]:
    """Select the ids of invitations (and of imported responses, which have none) whose answers are due.

    All responses and set-aside sends of an invitation must be old enough, and nothing about it open or unread.
    `among` limits the selection to these ids.
    """
    cutoff = rule.cutoff(london_day(now))
    ids = union_all(
        _old_invitations(cutoff, among), _old_imports(cutoff, among)
    ).subquery()
    return select(ids.c.id)


def _old_invitations(cutoff: date, among: Collection[str] | None) -> Select[str]:
    answered = select(Response.invitation_id.label("id")).where(
        Response.invitation_id.is_not(None)
    )
    answered = answered.where(*_given_by(cutoff))
    aside = select(SetAside.invitation_id.label("id")).where(SetAside.day <= cutoff)
    if among is not None:
        answered = answered.where(Response.invitation_id.in_(among))
        aside = aside.where(SetAside.invitation_id.in_(among))
    # Candidates have something old; those that also have something newer are kept as a whole.
    candidate = union(answered, aside).subquery()
    newer_answer = exists().where(
        Response.invitation_id == candidate.c.id, Response.day > cutoff
    )
    newer_aside = exists().where(
        SetAside.invitation_id == candidate.c.id, SetAside.day > cutoff
    )
    is_open = candidate.c.id.in_(held.ids_with_open_matters("invitation_id"))
    return select(candidate.c.id).where(~newer_answer, ~newer_aside, ~is_open)


def _old_imports(cutoff: date, among: Collection[str] | None) -> Select[str]:
    is_open = Response.id.in_(held.ids_with_open_matters("response_id"))
    imported = select(Response.id).where(
        Response.invitation_id.is_(None), *_given_by(cutoff), ~is_open
    )
    return imported if among is None else imported.where(Response.id.in_(among))


def _given_by(cutoff: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a response is from that day or earlier; only the month has an index."""
    return Response.month <= str(Month.containing(cutoff)), Response.day <= cutoff


def answers_end_on(session: Session, rule: Rule, invitation_id: str) -> date | None:
    """Return the day an invitation's answers will be deleted; None if it has none or something is open or unread."""
    rows = held.collect_rows(session, (invitation_id,))
    if held.count_open_matters(session, rows):
        return None
    days = (
        session.scalar(
            select(func.max(Response.day)).where(Response.id.in_(rows.responses))
        ),
        session.scalar(
            select(func.max(SetAside.day)).where(SetAside.id.in_(rows.asides))
        ),
    )
    last = max((day for day in days if day is not None), default=None)
    return rule.ends_at(last) if last else None


def empty_shells(rule: Rule, now: datetime) -> Select[str]:
    """Select the invitations of which only the links are left, and so old that no page of theirs can be open."""
    return select(Invitation.id).where(
        is_over(rule, now, Invitation.ends_at, Invitation.issued_at), *IS_EMPTY
    )


def closed_complaints(rule: Rule, now: datetime) -> Select[str]:
    """Select the complaints that were closed long enough ago, with nothing about them open or unread."""
    return select(Complaint.id).where(
        is_over(rule, now, Complaint.closed_at, Complaint.received_at), *IS_SETTLED
    )


def is_over(rule: Rule, now: datetime, begins_at: Any, came_in_at: Any) -> Any:
    """The condition that a row is due: by the present term, or by a shorter one under which it came in.

    `begins_at`, `came_in_at`: the columns of when its time begins, and of when it came in, both instants.
    """
    conditions = [begins_at <= rule.own_cutoff(now)]
    conditions += [
        (begins_at <= rule.own_cutoff(now, one.number))
        & (came_in_at < midnight_after(one.last_day))
        for one in rule.earlier
    ]
    return or_(*conditions)


IS_SETTLED = (
    Complaint.closed_at.is_not(None),
    ~exists().where(Concern.complaint_id == Complaint.id, Concern.state != "closed"),
    ~exists().where(
        QueueEntry.complaint_id == Complaint.id, QueueEntry.read_at.is_(None)
    ),
)
"""Conditions that nothing about a complaint is open or unread."""
IS_EMPTY = tuple(
    ~exists().where(table.invitation_id == Invitation.id)
    for table in (Response, SetAside, Concern, ContactRequest, Envelope)
)
"""Conditions that an invitation has nothing left but its links."""


def old_references(rule: Rule, now: datetime) -> Select[str]:
    """Select the reviews whose references are past their last day (invitations/review_references.py)."""
    last = last_month_over(rule, london_day(now)).last
    return (
        select(ReviewReference.review_id)
        .join(ImportedReview, ImportedReview.id == ReviewReference.review_id)
        .where(review_day() <= last)
    )


def last_month_over(rule: Rule, today: date) -> Month:
    """The latest month of whose reviews the references are past their last day."""
    month = Month.containing(today)
    while reference_lasts_until(month.first, rule.days) >= today:
        month = month.previous
    return month


def old_reviews(rule: Rule, now: datetime) -> Select[str]:
    """Select the imported reviews that are so long ago that they go."""
    return select(ImportedReview.id).where(review_day() <= rule.cutoff(london_day(now)))


def _sent_messages() -> Sequence[ColumnElement[bool]]:
    under_way = exists().where(
        Delivery.message_id == OutboxMessage.id, Delivery.sent_at.is_(None)
    )
    return OutboxMessage.kind.not_in(KEPT_MESSAGES), ~under_way


def _belongs_to_leaver(
    person_id: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
) -> Sequence[ColumnElement[bool]]:
    return person_id == Person.id, ~Person.active


SIMPLE_ROWS: dict[RuleName, tuple[SimpleRows, ...]] = {
    "draws": (SimpleRows(Draw.id, Draw.drawn_at),),
    "campaigns": (
        SimpleRows(
            CampaignChild.id,
            Campaign.ends_at,
            lambda: (CampaignChild.campaign_id == Campaign.id,),
        ),
    ),
    "messages": (
        SimpleRows(OutboxMessage.id, OutboxMessage.sent_at, _sent_messages),
        SimpleRows(MonthReminder.id, MonthReminder.written_at),
        SimpleRows(ReportReminder.id, ReportReminder.written_at),
        SimpleRows(CampaignReminder.id, CampaignReminder.written_at),
    ),
    "misses": (SimpleRows(Miss.id, Miss.at),),
    "sessions": (SimpleRows(SignedIn.id, SignedIn.ends_at),),
    "challenges": (SimpleRows(Challenge.id, Challenge.ends_at),),
    "staff_links": (
        SimpleRows(StaffToken.id, StaffToken.ends_at),
        SimpleRows(LinkRequest.id, LinkRequest.asked_at),
    ),
    "leavers": (
        SimpleRows(
            RecoveryCode.id,
            Person.left_at,
            lambda: _belongs_to_leaver(RecoveryCode.person_id),
        ),
        SimpleRows(
            Passkey.id, Person.left_at, lambda: _belongs_to_leaver(Passkey.person_id)
        ),
    ),
    "work": (
        SimpleRows(
            WorkChange.number,
            Person.left_at,
            lambda: _belongs_to_leaver(WorkChange.person_id),
        ),
    ),
    "numbers": (SimpleRows(ChosenNumbers.id, ChosenNumbers.chosen_at),),
    "reports": (
        SimpleRows(ReportFile.id, ReportFile.made_at),
        SimpleRows(Report.id, Report.handed_over_at),
        SimpleRows(ReportSentence.id, ReportSentence.written_at),
    ),
}


def due_rows(rows: SimpleRows, rule: Rule, now: datetime) -> Select[str]:
    """Select the keys of the rows that are due."""
    return select(rows.key).where(
        is_over(rule, now, rows.begins_at, rows.begins_at), *rows.conditions()
    )
