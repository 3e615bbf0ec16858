"""The clock of what nobody has seen: who is told, after how long, each step once (promise 56).

In hours: the lead at once, again after 30 minutes, the deputy after 2 hours, the manager after 4, all counted in
working time. Where nobody is at work, or work ends before anybody has seen it: the duty address, once, at that moment.
Which message has been written is the record of which step was taken; the table lets each be written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.messages import outbox
from feedback_app.messages.steps import LATER_STEPS
from feedback_app.models.complaint import ComplaintAbout
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry
from feedback_app.month import last_working_day_before
from feedback_app.working_hours import Hours, working_day_after

Due = tuple[str, str, int]
"""A message that falls due: its kind, what it is about, and how often that was reopened."""
FIRST_WORKING_DAYS = 1
"""Within how many working days a text above the ordinary is read; an urgent one has its concern's clock besides."""


def plan_steps(raised_at: datetime, settings: Settings) -> dict[str, datetime]:
    """When each later step of an unseen concern falls due, by its kind; `raised_at`: when its clock began."""
    hours = hours_of(settings)
    planned = {}
    for step in LATER_STEPS:
        if step.after is None:
            planned[step.kind] = hours.closing_time(raised_at)
        else:
            planned[step.kind] = hours.add_working_time(raised_at, step.after(settings))
    return planned


def hours_of(settings: Settings) -> Hours:
    """The hours in which somebody is on duty at the service."""
    return Hours(settings.duty_opens, settings.duty_closes)


def take_steps(session: Session, settings: Settings) -> list[str]:
    """Write every message that is due now and was not written before; their kinds, in order."""
    now = clock.now()
    due = [
        *_concerns(session, settings, now),
        *_requests(session, now),
        *_texts(session, settings, now),
    ]
    abouts = {about_id for _kind, about_id, _round in due}
    rows = session.execute(
        select(
            OutboxMessage.kind, OutboxMessage.about_id, OutboxMessage.reopening
        ).where(OutboxMessage.about_id.in_(abouts))
    )
    known = {(kind, about_id, reopening) for kind, about_id, reopening in rows}
    fresh = [step for step in due if step not in known]
    outbox.queue_messages(
        session,
        *(
            outbox.message_row(kind, about_id, now, reopening=reopening)
            for kind, about_id, reopening in fresh
        ),
    )
    return [kind for kind, _about_id, _round in fresh]


def _concerns(session: Session, settings: Settings, now: datetime) -> Iterator[Due]:
    for concern in session.scalars(
        select(Concern).where(Concern.state == "new").order_by(Concern.raised_at)
    ):
        for kind, due_at in plan_steps(concern.waits_since, settings).items():
            if due_at <= now:
                yield kind, concern.id, concern.times_reopened


def _requests(session: Session, now: datetime) -> Iterator[Due]:
    """A reminder on the last working day before a child was promised a talk, and a call when that day has passed."""
    today = now.astimezone(LONDON).date()
    for request in session.scalars(
        select(ContactRequest).where(ContactRequest.state != "done")
    ):
        if last_working_day_before(request.due_on - timedelta(days=1)) <= today:
            yield "request_due", request.id, 0
        if request.due_on < today:
            yield "request_late", request.id, 0


def _texts(session: Session, settings: Settings, now: datetime) -> Iterator[Due]:
    """Ordinary text is read within two working days, and what is read first within one (rule S4): one call a working
    day while any is late.

    Not for a complaint about somebody, who would be called too: its owner has reminders of its own.
    """
    if not hours_of(settings).at_work(now):
        return
    today = now.astimezone(LONDON).date()
    oldest = session.execute(
        select(QueueEntry.urgency, func.min(QueueEntry.queued_at))
        .where(
            QueueEntry.read_at.is_(None),
            or_(
                QueueEntry.complaint_id.is_(None),
                QueueEntry.complaint_id.not_in(select(ComplaintAbout.complaint_id)),
            ),
        )
        .group_by(QueueEntry.urgency)
    ).all()
    for urgency, queued_at in oldest:
        days = settings.ordinary_working_days
        if urgency != "ordinary":
            days = min(days, FIRST_WORKING_DAYS)
        if working_day_after(queued_at.astimezone(LONDON).date(), days) < today:
            yield "text_late", f"{today:%Y-%m-%d}", 0
            return
