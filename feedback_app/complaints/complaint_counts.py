"""Complaints in numbers, month by month: received, acknowledged in time, and how they ended (s.164B asks for such)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select
from sqlalchemy.orm import Session

from feedback_app.models.complaint import Complaint
from feedback_app.month import Month


@dataclass(frozen=True, slots=True)
class ComplaintCounts:
    """The complaints that came in one month, by the London day: each is in one of the three of acknowledgement.

    `waiting`: nobody has acknowledged it, and its time is not over. `outcomes`: how those ended that are closed.
    """

    month: Month
    received: int
    in_time: int
    late: int
    waiting: int
    outcomes: dict[str, int]

    @property
    def still_open(self) -> int:
        """How many of them have no outcome yet."""
        return self.received - sum(self.outcomes.values())


def counts_by_month(
    session: Session, selected: Select[Complaint], today: date
) -> list[ComplaintCounts]:
    """The counts of the selected complaints (`models/scope.complaints_for`), the newest month first."""
    months: dict[Month, list[Complaint]] = {}
    for row in session.scalars(selected.order_by(Complaint.received_on.desc())):
        months.setdefault(Month.containing(row.received_on), []).append(row)
    return [_count_month(month, rows, today) for month, rows in months.items()]


def _count_month(month: Month, rows: list[Complaint], today: date) -> ComplaintCounts:
    in_time = sum(
        row.acknowledged_on is not None and row.acknowledged_on <= row.due_on
        for row in rows
    )
    waiting = sum(row.acknowledged_on is None and row.due_on >= today for row in rows)
    return ComplaintCounts(
        month=month,
        received=len(rows),
        in_time=in_time,
        late=len(rows) - in_time - waiting,
        waiting=waiting,
        outcomes=dict(Counter(row.outcome for row in rows if row.outcome)),
    )
