"""The clock of what nobody has seen: who is told, after how long, each step once (promise 56).

In hours: the lead at once, again after 30 minutes, the deputy after 2 hours, the manager after 4, all counted in
working time. Where nobody is at work, or work ends before anybody has seen it: the duty address, once, at that moment.
Which message has been written is the record of which step was taken; the table lets each be written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.messages import outbox
from feedback_app.messages.steps import LATER_STEPS
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry
from feedback_app.month import last_working_day_before
from feedback_app.working_hours import Hours, working_day_after


def plan_steps(raised_at: datetime, settings: Settings) -> dict[str, datetime]:
    """When each later step of an unseen concern falls due, by its kind."""
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
    abouts = {about_id for _kind, about_id in due}
    rows = session.execute(
        select(OutboxMessage.kind, OutboxMessage.about_id).where(
            OutboxMessage.about_id.in_(abouts)
        )
    )
    known = {(kind, about_id) for kind, about_id in rows}
    fresh = [step for step in due if step not in known]
    if fresh:
        session.connection().execute(
            insert(OutboxMessage),
            [outbox.message_row(kind, about_id, now) for kind, about_id in fresh],
        )
    return [kind for kind, _about_id in fresh]


def _concerns(
    session: Session, settings: Settings, now: datetime
) -> Iterator[tuple[str, str]]:
    for concern in session.scalars(
        select(Concern).where(Concern.state == "new").order_by(Concern.raised_at)
    ):
        for kind, due_at in plan_steps(concern.raised_at, settings).items():
            if due_at <= now:
                yield kind, concern.id


def _requests(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    """A reminder on the last working day before a child was promised a talk, and a call when that day has passed."""
    today = now.astimezone(LONDON).date()
    for request in session.scalars(
        select(ContactRequest).where(ContactRequest.state != "done")
    ):
        if last_working_day_before(request.due_on - timedelta(days=1)) <= today:
            yield "request_due", request.id
        if request.due_on < today:
            yield "request_late", request.id


def _texts(
    session: Session, settings: Settings, now: datetime
) -> Iterator[tuple[str, str]]:
    """Ordinary text is read within two working days (rule S4): one call a working day while any is late."""
    today = now.astimezone(LONDON).date()
    oldest = session.scalar(
        select(func.min(QueueEntry.queued_at)).where(QueueEntry.read_at.is_(None))
    )
    if oldest is None or not hours_of(settings).at_work(now):
        return
    if (
        working_day_after(
            oldest.astimezone(LONDON).date(), settings.ordinary_working_days
        )
        < today
    ):
        yield "text_late", f"{today:%Y-%m-%d}"
