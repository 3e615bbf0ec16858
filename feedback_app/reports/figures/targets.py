"""The 1+1 of a month: children heard by whether they took part in their review, and the target for it (rules M3, M4).

The usual target is a setting (`officer_target_took_part`, `officer_target_did_not`); an IRO may have one of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MonthMark = Literal["met", "some", "none", "away"]


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
    """How many children an IRO's month asks for; it is met when both numbers are reached (rule D7). None on leave."""

    took_part: int
    did_not: int
    leave: bool = False

    @property
    def total_target(self) -> int:
        """How many children both numbers make together."""
        return self.took_part + self.did_not

    def still_missing(self, heard: HeardCounts) -> Target:
        """How many children are still to be heard, of each kind."""
        return Target(
            max(0, self.took_part - heard.took_part),
            max(0, self.did_not - heard.did_not),
            self.leave,
        )

    def month_mark(self, heard: HeardCounts) -> MonthMark:
        """met; some or none of the children heard; or away, when there was no target."""
        if not self.total_target:
            return "away"
        if not self.still_missing(heard).total_target:
            return "met"
        return "some" if heard.all_children else "none"


NO_TARGET = Target(0, 0)
