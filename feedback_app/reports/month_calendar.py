"""What stands in a member of staff's private calendar: what is missing in their month, when the month's report is due.

Days and counts of work alone: no child, no reference, nothing of what a child said or chose.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.month import Month, due_date
from feedback_app.privacy.cipher import fingerprint
from feedback_app.reports.figures.board import IroRow, month_board
from feedback_app.reports.figures_in_words import missing_sentence
from feedback_app.reports.handing_over.versions import newest_version

REPORTS_AHEAD = 3
"""Of how many months, after the one before the present, the day of the report is shown."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One entry, which lasts a whole day. `id` stays the same while the entry's words or day change."""

    id: str
    day: date
    title: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class PrivateCalendar:
    """One person's calendar."""

    name: str
    days: tuple[CalendarDay, ...]


def calendar_of(
    session: Session,
    settings: Settings,
    survey: str,
    person_id: str,
    roles: Collection[str],
) -> PrivateCalendar:
    """The calendar of that person in these roles, as it stands today."""
    this_month = Month.containing(clock.today())
    days: list[CalendarDay] = []
    if "iro" in roles:
        board = month_board(session, survey, this_month, settings)
        row = next((row for row in board.rows if row.iro_id == person_id), None)
        if row is not None:
            days += _missing(settings, row, this_month)
    first = this_month.previous
    for number in range(REPORTS_AHEAD + 1):
        month = first.add_months(number)
        page = f"/manager/reports/{month}" if "manager" in roles else "/iro/month"
        done = "manager" in roles and newest_version(session, str(month)) > 0
        days.append(_report_due(settings, person_id, month, page, done=done))
    return PrivateCalendar(settings.service_name, tuple(days))


def _missing(settings: Settings, row: IroRow, month: Month) -> list[CalendarDay]:
    """The last working day of the month, while children are still to be heard."""
    if not row.is_short_on(clock.today()):
        return []
    return [
        CalendarDay(
            _day_id(row.iro_id or "", "missing", month),
            month.last_working_day,
            missing_sentence(row.still_missing, row.heard),
            _("The last working day of %(month)s.", month=month.name),
            f"{settings.public_url}/iro/month",
        )
    ]


def _report_due(
    settings: Settings, person_id: str, month: Month, page: str, *, done: bool
) -> CalendarDay:
    """The day on which the month's report is due (rule M2), or was: `done` once it was handed over."""
    title = _("The report for %(month)s is due", month=month.name)
    if done:
        title = _("The report for %(month)s was handed over", month=month.name)
    return CalendarDay(
        _day_id(person_id, "report", month),
        due_date(month),
        title,
        _("What counts for it must be in by then."),
        f"{settings.public_url}{page}",
    )


def _day_id(person_id: str, what: str, month: Month) -> str:
    """Unlike any other in the world, and tells nobody whose it is."""
    return fingerprint(f"{person_id} {what} {month}")[:32]
