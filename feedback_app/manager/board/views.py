"""What the board shows beside the figures: which month, and when its report is due."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.month import Month, first_friday, working_days_until
from feedback_app.reports.figures.board import Board
from feedback_app.reports.figures.counted import latest_month
from feedback_app.reports.handing_over.versions import newest_version


@dataclass(frozen=True, slots=True)
class Due:
    """The report's day. `when`: running (the month is not over), soon, today or past; `working_days` still to come.

    `moved`: the first Friday is a bank holiday.
    """

    when: str
    working_days: int
    moved: bool


def report_due(found: Board) -> Due:
    """How the month's report stands today."""
    today = clock.today()
    if today > found.due:
        when = "past"
    elif today == found.due:
        when = "today"
    else:
        when = "running" if today <= found.month.last else "soon"
    moved = found.due != first_friday(found.month)
    return Due(when, working_days_until(today, found.due), moved)


def month_to_report(session: Session, shown: Month) -> Month | None:
    """Whose report the board's button opens: the month's own once it is over, else the last one's until it is out.

    None while there is none to hand over.
    """
    last = Month.containing(clock.today()).previous
    if shown <= last:
        return shown
    return None if newest_version(session, str(last)) else last


def first_month(session: Session, survey: str) -> Month:
    """The month that the room opens with: the latest in which a child was heard, else the present one."""
    return latest_month(session, survey) or Month.containing(clock.today())
