"""The 1+1 of a month: children heard by whether they took part in their review, the target for it, and how the month
stands by it (rules M3, M4, M6). Pure; which target an IRO has in a month is decided in `working_months.py`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from feedback_app.month import Month

MonthMark = Literal["met", "some", "none", "soon", "open", "away"]
"""How a month stands: met; missed, with some or none of the children heard; still to come and the last week has begun;
still to come and nothing can be missed yet; or away, where there is no target."""
MISSED: frozenset[MonthMark] = frozenset(("some", "none"))
LAST_WEEK_DAYS = 7
AwayReason = Literal["", "leave", "starting", "not_at_work"]
"""Why there is no target: on leave, started within the month, not (or no longer) at work; "" where it is a number."""


@dataclass(frozen=True, slots=True)
class HeardCounts:
    """How many children were heard, by whether they took part in their review. `outside`: PN0, outside the target."""

    took_part: int = 0
    did_not: int = 0
    outside: int = 0

    @property
    def counted_children(self) -> int:
        """Those who count towards the target."""
        return self.took_part + self.did_not

    @property
    def all_children(self) -> int:
        """All children heard, those outside the target too."""
        return self.counted_children + self.outside

    def __add__(self, other: HeardCounts) -> HeardCounts:
        return HeardCounts(
            self.took_part + other.took_part,
            self.did_not + other.did_not,
            self.outside + other.outside,
        )


@dataclass(frozen=True, slots=True)
class Target:
    """How many children an IRO's month asks for; it is met when both numbers are reached (rule D7).

    `away`: why it asks for none.
    """

    took_part: int
    did_not: int
    away: AwayReason = ""

    @property
    def total_target(self) -> int:
        """How many children both numbers make together."""
        return self.took_part + self.did_not

    @property
    def on_leave(self) -> bool:
        """Whether the IRO is on leave in that month."""
        return self.away == "leave"

    def still_missing(self, heard: HeardCounts) -> Target:
        """How many children are still to be heard, of each kind."""
        return Target(
            max(0, self.took_part - heard.took_part),
            max(0, self.did_not - heard.did_not),
            self.away,
        )

    def month_mark(self, heard: HeardCounts, month: Month, today: dt.date) -> MonthMark:
        """How that month stands for whoever has this target, on that London day."""
        if not self.total_target:
            return "away"
        is_met = not self.still_missing(heard).total_target
        return month_mark(is_met, bool(heard.all_children), month, today)


def month_mark(
    is_met: bool, some_heard: bool, month: Month, today: dt.date
) -> MonthMark:
    """How a month with a target stands on that London day, the same wherever it is shown (rule M6).

    Met is met at any time. Else nothing can be missed before the last seven days of the month, in these it is soon,
    and it is missed once the month is over.
    """
    if is_met:
        return "met"
    if today > month.last:
        return "some" if some_heard else "none"
    return "soon" if today > month.last - dt.timedelta(days=LAST_WEEK_DAYS) else "open"


NO_TARGET = Target(0, 0)
NOT_AT_WORK = Target(0, 0, "not_at_work")
