"""Reminders by mail to the managers that a month's report is due, while nothing of it was handed over (plan row 12).

Each once, so many working days before the day, from the opening of the duty team. It holds nothing of a child.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.messages import outbox
from feedback_app.messages.wording import Letter
from feedback_app.models.base import new_id
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.report import ReportReminder
from feedback_app.models.running import OutboxMessage
from feedback_app.month import (
    Month,
    due_date,
    last_working_day_before,
    working_days_until,
)
from feedback_app.reports.handing_over.versions import newest_version

KIND = "report_due"
LATE_BY_MOST = timedelta(days=1)
"""A worker that was away for longer leaves a step out: "in 3 working days" would not be true any more."""


def step_begins(settings: Settings, month: Month, days: int) -> datetime:
    """When managers are reminded, so many working days before the report of a month is due."""
    day = due_date(month)
    for _day in range(days):
        day = last_working_day_before(day - timedelta(days=1))
    opens: time = settings.duty_opens
    return datetime.combine(day, opens, LONDON)


def remind_of_report(session: Session, settings: Settings) -> list[str]:
    """Write the reminders that are due, once; the ids of who is reminded. The worker calls it each round."""
    now, month = clock.now(), Month.containing(clock.today()).previous
    due = [
        days
        for days in settings.report_reminder_days
        if timedelta() <= now - step_begins(settings, month, days) <= LATE_BY_MOST
    ]
    if not due or newest_version(session, str(month)):
        return []
    step = min(due)
    managers = session.scalars(
        select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == "manager", Person.active)
    ).all()
    told = session.scalars(
        select(ReportReminder.person_id).where(
            ReportReminder.month == str(month), ReportReminder.step == step
        )
    ).all()
    reminded = [one for one in managers if one not in told]
    for person_id in reminded:
        _write_reminder(session, person_id, month, step, now)
    return reminded


def write_due_mail(
    session: Session, settings: Settings, message: OutboxMessage
) -> tuple[str, Letter] | None:
    """Address and words of a reminder that is about to be sent; None where the report was handed over meanwhile."""
    reminder = session.get(ReportReminder, message.about_id)
    person = session.get(Person, reminder.person_id) if reminder else None
    if reminder is None or person is None or not person.active:
        return None
    if newest_version(session, reminder.month):
        return None
    return person.email, due_letter(settings, Month.parse(reminder.month))


def due_letter(settings: Settings, month: Month) -> Letter:
    """When the report is due, and where its draft stands."""
    day, left = due_date(month), working_days_until(clock.today(), due_date(month))
    on = f"{day:%A} {day.day} {day:%B}"
    when = {0: "today", 1: f"on {on}, the next working day"}.get(
        left, f"on {on}, in {left} working days"
    )
    subject = f"The report for {month.name} is due {when}"
    body = (
        f"{subject}. Nothing of it was handed over yet. Its draft is ready:\n\n"
        f"{settings.public_url}/manager/reports/{month}\n\nOnce it is handed over, no reminder comes.\n"
    )
    return Letter(subject, body)


def _write_reminder(
    session: Session, person_id: str, month: Month, step: int, now: datetime
) -> None:
    reminder_id = new_id()
    session.add(
        ReportReminder(
            id=reminder_id,
            person_id=person_id,
            month=str(month),
            step=step,
            written_at=now,
        )
    )
    session.flush()
    outbox.queue_messages(session, outbox.message_row(KIND, reminder_id, now))
