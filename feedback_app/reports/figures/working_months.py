"""Which target an IRO and the service have in a month: the one place that decides it, from what was entered (rule M7).

What was entered are rows of `work_change`, which the manager's page of the team adds; where it says nothing the
settings hold. `plan.target_of(month)` is the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.models.work import WorkChange
from feedback_app.month import Month, is_working_day
from feedback_app.reports.figures.targets import NOT_AT_WORK, AwayReason, Target


@dataclass(frozen=True, slots=True)
class AtWork:
    """What is known of an IRO without anything having been entered.

    `entered_on`: the day on which they got their account. `left_on`: when an administrator noted that they left.
    `months_heard`: in which months a child answered about them, of those that were looked at.
    """

    person_id: str
    entered_on: dt.date
    left_on: dt.date | None
    is_iro: bool
    months_heard: tuple[Month, ...]

    @property
    def first_day(self) -> dt.date:
        """The day they were entered, or the beginning of an earlier month in which a child answered about them."""
        heard = min(self.months_heard, default=None)
        if heard and heard < Month.containing(self.entered_on):
            return heard.first
        return self.entered_on

    def counts_from(self, entered: dt.date | None) -> dt.date:
        """The first day of work that counts: as it was entered, unless that is in a month before all that is known.

        Nothing is asked for in months before somebody had an account and could ask a child.
        """
        known = self.first_day
        return entered if entered and entered >= known.replace(day=1) else known

    @property
    def last_day(self) -> dt.date | None:
        """The day they left; of who is no IRO any more the end of the last month in which a child answered."""
        if self.left_on or self.is_iro:
            return self.left_on
        heard = max(self.months_heard, default=None)
        return heard.last if heard else self.first_day - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave of one IRO, both days included. `number`: of the row that says so."""

    number: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class UsualTarget:
    """What everybody is asked for in a month: the service together, and each IRO without a target of their own."""

    children: int
    each: Target


@dataclass(frozen=True, slots=True)
class Usual:
    """What everybody is asked for, month by month: as it was entered, before that by the settings."""

    rows: tuple[WorkChange, ...]
    by_settings: UsualTarget

    def in_month(self, month: Month) -> UsualTarget:
        """What holds in that month."""
        row = effective_row(self.rows, month)
        if row is None or None in (row.children, row.took_part, row.did_not):
            return self.by_settings
        return UsualTarget(
            row.children or 0, Target(row.took_part or 0, row.did_not or 0)
        )


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """When one IRO works, and with which target."""

    first_day: dt.date
    last_day: dt.date | None
    leave: tuple[Leave, ...]
    own_targets: tuple[WorkChange, ...]
    usual: Usual
    starter_waits: bool

    def target_of(self, month: Month) -> Target:
        """The target of that month; why there is none where the IRO is away for half of its working days or more."""
        away = self.why_away(month)
        if away:
            return replace(NOT_AT_WORK, away=away)
        own = self.own_row(month)
        if own is None or own.took_part is None or own.did_not is None:
            return self.usual.in_month(month).each
        return Target(own.took_part, own.did_not)

    def why_away(self, month: Month) -> AwayReason:
        """Why the IRO owes nothing in that month whatever the target; "" where they work in more than half of it."""
        if self.first_day > month.last:
            return "not_at_work"
        if self.last_day is not None and self.last_day < month.first:
            return "not_at_work"
        days = working_days_of(month)
        if self.starter_waits and self.first_day > days[0]:
            return "starting"
        on_leave = sum(self.is_on_leave(day) for day in days)
        at_work = sum(self.is_at_work(day) for day in days)
        if 2 * at_work > len(days):
            return ""
        if on_leave:
            return "leave"
        return "starting" if self.first_day > days[0] else "not_at_work"

    def own_row(self, month: Month) -> WorkChange | None:
        """What was entered of the IRO's own target for that month alone, else from the latest month before it."""
        return effective_row(self.own_targets, month)

    @property
    def first_full_month(self) -> Month:
        """The first month of which the IRO works every day, leave aside."""
        month = Month.containing(self.first_day)
        return month if self.first_day <= working_days_of(month)[0] else month.next

    def overlapping_leave(self, first: dt.date, last: dt.date) -> Leave | None:
        """A leave that has a day in common with those."""
        return next(
            (one for one in self.leave if one.first <= last and first <= one.last), None
        )

    def is_on_leave(self, day: dt.date) -> bool:
        """Whether that day is one of leave."""
        return any(one.first <= day <= one.last for one in self.leave)

    def is_at_work(self, day: dt.date) -> bool:
        """Whether they work that day: they have begun, have not left and are not on leave."""
        has_left = self.last_day is not None and day > self.last_day
        return day >= self.first_day and not has_left and not self.is_on_leave(day)


@dataclass(frozen=True, slots=True)
class WorkBook:
    """All that was entered, in the order in which it was."""

    rows: tuple[WorkChange, ...]
    by_settings: UsualTarget
    starter_waits: bool

    @property
    def usual_targets(self) -> Usual:
        """The targets of everybody."""
        service = tuple(row for row in self.rows if row.kind == "service")
        return Usual(service, self.by_settings)

    def rows_of(self, person_id: str | None) -> tuple[WorkChange, ...]:
        """What was entered of one IRO; of None what holds for everybody."""
        return tuple(row for row in self.rows if row.person_id == person_id)

    def plan_of(self, known: AtWork) -> WorkPlan:
        """When that IRO works, and with which target."""
        rows = self.rows_of(known.person_id)
        days = [row for row in rows if row.kind == "days"]
        first = days[-1].first_day if days else None
        last = days[-1].last_day if days else None
        return WorkPlan(
            first_day=known.counts_from(first),
            last_day=last or known.last_day,
            leave=_leave_of(rows),
            own_targets=tuple(row for row in rows if row.kind == "target"),
            usual=self.usual_targets,
            starter_waits=self.starter_waits,
        )

    def with_row(self, row: WorkChange) -> WorkBook:
        """The same with one more row, which need not be stored yet."""
        return replace(self, rows=(*self.rows, row))


def read_work(session: Session, settings: Settings) -> WorkBook:
    """All that was entered. One statement: a row for each thing that a manager ever changed."""
    rows = session.scalars(select(WorkChange).order_by(WorkChange.number)).all()
    each = Target(settings.officer_target_took_part, settings.officer_target_did_not)
    return WorkBook(
        tuple(rows), UsualTarget(settings.service_target, each), settings.starter_waits
    )


@lru_cache(maxsize=128)
def working_days_of(month: Month) -> Sequence[dt.date]:
    """Monday to Friday without England's bank holidays."""
    return tuple(day for day in month.days if is_working_day(day))


def effective_row(rows: Iterable[WorkChange], month: Month) -> WorkChange | None:
    """The row that holds in a month: the last that was entered for it alone, else the last of the latest month from
    which one holds.

    A row for one month alone that holds no numbers takes an earlier one back.
    """
    alone, from_then_on = None, None
    for row in rows:
        if row.month is None or row.month > str(month):
            continue
        if row.only_month:
            alone = row if row.month == str(month) else alone
        elif from_then_on is None or row.month >= (from_then_on.month or ""):
            from_then_on = row
    if alone is not None and alone.took_part is not None:
        return alone
    return from_then_on


def _leave_of(rows: Sequence[WorkChange]) -> tuple[Leave, ...]:
    """The leave that was not taken back, in the order of its days."""
    taken_back = {row.takes_back for row in rows if row.kind == "leave_back"}
    leave = [
        Leave(row.number, row.first_day, row.last_day)
        for row in rows
        if row.kind == "leave"
        and row.number not in taken_back
        and row.first_day
        and row.last_day
    ]
    return tuple(sorted(leave, key=lambda one: (one.first, one.number)))
