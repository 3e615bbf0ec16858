"""Over which months answers are counted, and of which children: the same for the screen and for what leaves. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from feedback_app.month import Month

PERIOD_KINDS = ("month", "quarter", "year", "own")
"""`year`: the twelve months that end with a month. `own`: from any month to any other."""
MOST_MONTHS = 60

BRANCHES = ("there", "not_there")
"""By the child's own account, which routes the questions (rule D4); never what the 1+1 counts by."""
BRANCH_QUESTION = "at_meeting"
BRANCH_OPTIONS = {"yes": "there", "some": "there", "no": "not_there"}
"""The answer to that question -> the branch. A survey without the question has no branches."""

SliceBy = Literal["band", "branch", "mode", "channel"]
SLICES: tuple[SliceBy, ...] = ("band", "branch", "mode", "channel")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months from `first` to `last`. Raises ValueError for none, or for more than MOST_MONTHS."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if not 1 <= self._months_between + 1 <= MOST_MONTHS:
            raise ValueError(f"no such period: {self.first} to {self.last}")

    @classmethod
    def of_kind(cls, kind: str, month: Month) -> Period:
        """The month, its quarter, or the twelve months that end with it. Raises ValueError for another kind."""
        if kind == "month":
            return cls(month, month)
        if kind == "quarter":
            return cls(month.quarter_months[0], month.quarter_months[-1])
        if kind == "year":
            return cls(month.add_months(-11), month)
        raise ValueError(f"no such kind of period: {kind!r}")

    @property
    def _months_between(self) -> int:
        years = self.last.year - self.first.year
        return years * 12 + self.last.month - self.first.month

    @property
    def months(self) -> tuple[Month, ...]:
        """All of its months, oldest first."""
        return tuple(self.first.add_months(n) for n in range(self._months_between + 1))

    @property
    def year_to_end(self) -> Period:
        """The twelve months that end with it."""
        return Period.of_kind("year", self.last)


@dataclass(frozen=True, slots=True)
class Slice:
    """Which children are counted; None means all. `branch`: one of BRANCHES; `under_18`: without care leavers.

    `campaign`: the id of the campaign in which they were asked.
    """

    band: str | None = None
    branch: str | None = None
    mode: str | None = None
    channel: str | None = None
    under_18: bool = False
    campaign: str | None = None


WHOLE = Slice()
