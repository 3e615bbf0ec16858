"""Reminders by mail to an IRO whose month is short: on days of the month that are settings, and its last working day.

Who has met their month, owes nothing or is on leave gets none. A reminder is written once for each step, and says what
is missing when it is sent; what was met meanwhile is not sent at all. It holds nothing of a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.messages import outbox
from feedback_app.messages.wording import Letter
from feedback_app.models.base import new_id
from feedback_app.models.person import Person
from feedback_app.models.running import MonthReminder, OutboxMessage, ServiceFlag
from feedback_app.month import Month, first_working_day_from
from feedback_app.reports.figures.board import IroRow, month_board
from feedback_app.reports.figures_in_words import missing_sentence

KIND = "month_reminder"
LAST = "last"
LATE_BY_MOST = timedelta(days=3)
"""A worker that was away for longer than that leaves a step out: the next one follows."""


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """One day of a month on which who is short is reminded. `name` is stored: the day of the settings, or "last"."""

    name: str
    begins: datetime


def reminder_steps(settings: Settings, month: Month) -> list[ReminderStep]:
    """The steps of a month in order, from the opening of each day; of two that fall on one day the later one."""
    on: dict[date, str] = {}
    for day in settings.reminder_days:
        wanted = first_working_day_from(month.first + timedelta(days=day - 1))
        on[min(wanted, month.last_working_day)] = str(day)
    if settings.remind_on_last_day:
        on[month.last_working_day] = LAST
    return [
        ReminderStep(name, datetime.combine(day, settings.duty_opens, LONDON))
        for day, name in sorted(on.items())
    ]


def due_step(settings: Settings, now: datetime) -> ReminderStep | None:
    """The step of the running month that is due: the latest that has begun, unless that is days ago."""
    month = Month.containing(now.astimezone(LONDON).date())
    begun = [one for one in reminder_steps(settings, month) if one.begins <= now]
    if not begun or now - begun[-1].begins > LATE_BY_MOST:
        return None
    return begun[-1]


def remind_of_month(session: Session, settings: Settings, survey: str) -> list[str]:
    """Write the reminders of the step that is due, once; the ids of who is reminded. The worker calls it each round."""
    now = clock.now()
    step = due_step(settings, now)
    if step is None:
        return []
    carried_out = session.get(ServiceFlag, KIND)
    if carried_out is not None and carried_out.set_at >= step.begins:
        return []
    month = Month.containing(clock.today())
    board = month_board(session, survey, month, settings)
    short = [row.iro_id for row in board.rows if row.is_short_on(clock.today())]
    told = session.scalars(select(Person.id).where(Person.id.in_(short), Person.active))
    reminded = list(told)
    for person_id in reminded:
        _write_reminder(session, person_id, month, step.name, now)
    session.merge(ServiceFlag(name=KIND, set_at=now))
    return reminded


def write_reminder_mail(
    session: Session, settings: Settings, survey: str, message: OutboxMessage
) -> tuple[str, Letter] | None:
    """Address and words of a reminder that is about to be sent; None where nothing is missing any more."""
    reminder = session.get(MonthReminder, message.about_id)
    person = session.get(Person, reminder.person_id) if reminder else None
    if reminder is None or person is None or not person.active:
        return None
    month, today = Month.parse(reminder.month), clock.today()
    board = month_board(session, survey, month, settings)
    row = next((row for row in board.rows if row.iro_id == person.id), None)
    if row is None or today > month.last or not row.is_short_on(today):
        return None
    return person.email, reminder_letter(settings, row, month)


def reminder_letter(settings: Settings, row: IroRow, month: Month) -> Letter:
    """What is missing, until when, and where to begin."""
    missing = missing_sentence(row.still_missing, row.heard)
    body = (
        f"{missing}.\n\n{month.short_name} ends on {_day_in_words(month.last)}. What a child said on an earlier day of"
        f" the month counts too, once you write it down.\n\nMy month:\n\n{settings.public_url}/iro/month\n\n"
        "You get this mail because your month is short. Once it is met, none comes.\n"
    )
    return Letter(missing, body)


def _write_reminder(
    session: Session, person_id: str, month: Month, step: str, now: datetime
) -> None:
    reminder_id = new_id()
    session.add(
        MonthReminder(
            id=reminder_id,
            person_id=person_id,
            month=str(month),
            step=step,
            written_at=now,
        )
    )
    session.flush()
    outbox.queue_messages(session, outbox.message_row(KIND, reminder_id, now))


def _day_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
