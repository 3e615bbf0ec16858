"""Entering who works when: targets, leave, first and last day of work, the targets of the service, and leaving.

What is entered is added and never changed (docs/decisions/0020). A month whose report had been due changes only with a
reason, which is kept and shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.invitations.hand_over import hand_links_over, take_links_back
from feedback_app.models.work import WorkChange
from feedback_app.month import Month, due_date
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.reports.figures.targets import Target
from feedback_app.reports.figures.working_months import (
    AtWork,
    Leave,
    WorkBook,
    WorkPlan,
)

MONTHS_BACK = 24
"""Answers are kept for two years: what is further back is on no board."""
MONTHS_AHEAD = 36
END_LINKS = "end"
"""The choice to end the links of somebody who leaves, in the place of a colleague who takes them."""


class ReasonNeeded(Exception):
    """It would change months whose report had been due, and no reason was given. `months`: which, oldest first."""

    def __init__(self, months: tuple[Month, ...]) -> None:
        super().__init__(", ".join(month.name for month in months))
        self.months = months


class LeaveOverlaps(Exception):
    """Some of the days are leave already. `leave`: which."""

    def __init__(self, leave: Leave) -> None:
        super().__init__(f"{leave.first} to {leave.last}")
        self.leave = leave


@dataclass(frozen=True, slots=True)
class Desk:
    """Who enters something, and what stands already. `reason`: why a month is changed whose report had been due."""

    session: Session
    keys: Keys
    book: WorkBook
    by: str
    reason: str = ""

    @property
    def audit_ring(self) -> KeyRing:
        """The keys of the audit trail."""
        return self.keys.audit


@dataclass(frozen=True, slots=True)
class TypedTarget:
    """A target as it is typed: None for the usual one. `in_words`: part time, in the manager's words."""

    month: Month
    target: Target | None
    only_month: bool = False
    in_words: str = ""


def set_target(desk: Desk, known: AtWork, typed: TypedTarget) -> WorkChange:
    """Give an IRO that target from a month on, or for one month alone. Raises ReasonNeeded."""
    row = WorkChange(
        kind="target",
        person_id=known.person_id,
        month=str(typed.month),
        only_month=typed.only_month,
        took_part=typed.target.took_part if typed.target else None,
        did_not=typed.target.did_not if typed.target else None,
        in_words=typed.in_words,
    )
    return _add_row(desk, known, row)


def add_leave(desk: Desk, known: AtWork, first: dt.date, last: dt.date) -> WorkChange:
    """Enter leave, both days included.

    Raises LeaveOverlaps or ReasonNeeded, or ValueError for days in a wrong order.
    """
    if last < first:
        raise ValueError("the last day of leave is before the first")
    taken = desk.book.plan_of(known).overlapping_leave(first, last)
    if taken:
        raise LeaveOverlaps(taken)
    row = WorkChange(
        kind="leave", person_id=known.person_id, first_day=first, last_day=last
    )
    return _add_row(desk, known, row)


def take_leave_back(desk: Desk, known: AtWork, leave: Leave) -> WorkChange:
    """That leave is not taken after all. Raises ReasonNeeded."""
    row = WorkChange(
        kind="leave_back",
        person_id=known.person_id,
        first_day=leave.first,
        last_day=leave.last,
        takes_back=leave.number,
    )
    return _add_row(desk, known, row)


def set_days(
    desk: Desk, known: AtWork, first: dt.date | None, last: dt.date | None
) -> WorkChange:
    """Enter the first and the last day of work; None for one that is not known.

    Raises ReasonNeeded, or ValueError for days in a wrong order.
    """
    begins = known.counts_from(first)
    if last is not None and last < begins:
        raise ValueError("the last day of work is before the first")
    row = WorkChange(
        kind="days", person_id=known.person_id, first_day=first, last_day=last
    )
    return _add_row(desk, known, row)


def note_leaving(
    desk: Desk, known: AtWork, last: dt.date, links_to: str
) -> tuple[WorkChange, int]:
    """Somebody leaves: enter their last day, and hand their links without an answer to a colleague, or end them.

    `links_to`: the id of the colleague, END_LINKS, or "" where there are none. Returns the row and how many links went.
    Raises as `set_days` does.
    """
    entered = _entered_days(desk, known)
    row = set_days(desk, known, entered.first_day if entered else None, last)
    if not links_to:
        return row, 0
    to = None if links_to == END_LINKS else links_to
    moved = hand_links_over(desk.session, desk.keys, known.person_id, to, by=desk.by)
    return row, moved


def take_leaving_back(desk: Desk, known: AtWork) -> tuple[WorkChange, int]:
    """They stay after all: no last day is entered any more, and their links are theirs as far as they still wait.

    Returns the row and how many links came back. Raises ReasonNeeded.
    """
    entered = _entered_days(desk, known)
    row = set_days(desk, known, entered.first_day if entered else None, None)
    back = take_links_back(desk.session, desk.keys, known.person_id, by=desk.by)
    return row, back


def set_service_target(
    desk: Desk, month: Month, children: int, each: Target
) -> WorkChange:
    """What everybody is asked for from a month on: the service together, and each IRO without a target of their own.

    Raises ReasonNeeded.
    """
    row = WorkChange(
        kind="service",
        month=str(month),
        children=children,
        took_part=each.took_part,
        did_not=each.did_not,
    )
    usual = desk.book.usual_targets
    after = desk.book.with_row(row).usual_targets
    changed = [
        one for one in reported_months() if usual.in_month(one) != after.in_month(one)
    ]
    _ask_for_reason(desk, changed)
    return _store_row(desk, row)


def reported_months() -> tuple[Month, ...]:
    """The months whose report had been due before today, oldest first, as far back as boards go."""
    today = clock.today()
    present = Month.containing(today)
    months = [present.add_months(-back) for back in range(MONTHS_BACK, 0, -1)]
    return tuple(month for month in months if due_date(month) < today)


def earliest_month() -> Month:
    """The earliest month that can be entered."""
    return Month.containing(clock.today()).add_months(-MONTHS_BACK)


def latest_month() -> Month:
    """The latest month that can be entered."""
    return Month.containing(clock.today()).add_months(MONTHS_AHEAD)


def _entered_days(desk: Desk, known: AtWork) -> WorkChange | None:
    rows = desk.book.rows_of(known.person_id)
    return next((row for row in reversed(rows) if row.kind == "days"), None)


def _add_row(desk: Desk, known: AtWork, row: WorkChange) -> WorkChange:
    """Store the row, unless it changes a month whose report had been due and no reason is given."""
    before, after = desk.book.plan_of(known), desk.book.with_row(row).plan_of(known)
    _ask_for_reason(desk, changed_months(before, after))
    return _store_row(desk, row)


def changed_months(before: WorkPlan, after: WorkPlan) -> list[Month]:
    """The reported months in which the two plans ask for something else."""
    return [
        month
        for month in reported_months()
        if before.target_of(month) != after.target_of(month)
    ]


def _ask_for_reason(desk: Desk, changed: list[Month]) -> None:
    if changed and not desk.reason:
        raise ReasonNeeded(tuple(changed))


def _store_row(desk: Desk, row: WorkChange) -> WorkChange:
    entry = audit.write_entry(
        desk.session,
        desk.audit_ring,
        "target_changed" if row.kind in ("target", "service") else "work_changed",
        person_id=desk.by,
        about=row.person_id or str(row.month),
        reason=desk.reason,
    )
    row.number, row.set_at, row.set_by_id = entry.number, entry.at, desk.by
    row.reason = desk.reason
    desk.session.add(row)
    desk.session.flush()
    return row
