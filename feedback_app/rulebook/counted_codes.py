"""Which participation codes count as "took part" and as "did not" in a month (rule M4): the one place that knows.

A child is counted by the rule of the month in which their answer counts, so that a past month keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app import clock
from feedback_app.models.invitation import DID_NOT, PN_CODES, TOOK_PART
from feedback_app.month import Month
from feedback_app.rulebook.setting_changes import ChangeBook, read_changes_of

CODES_KEY = "pn_codes"


@dataclass(frozen=True, slots=True)
class CountedCodes:
    """The codes of one month; what is in neither half is outside the target."""

    took_part: tuple[str, ...]
    did_not: tuple[str, ...]

    @property
    def outside_codes(self) -> tuple[str, ...]:
        """The codes that count as neither."""
        return tuple(one for one in PN_CODES if self.part_of(one) is None)

    def part_of(self, pn_code: str | None) -> str | None:
        """The half, as models/draw.PARTS names it; None without a code, or with one outside the target."""
        if pn_code in self.took_part:
            return "took_part"
        return "did_not" if pn_code in self.did_not else None

    def says_took_part(self, pn_code: str | None) -> bool | None:
        """Whether a child with that code took part; None outside the target."""
        part = self.part_of(pn_code)
        return None if part is None else part == "took_part"

    def codes_of(self, part: str) -> tuple[str, ...]:
        """The codes of a half (models/draw.PARTS)."""
        return {"took_part": self.took_part, "did_not": self.did_not}[part]

    def as_text(self) -> str:
        """As it is kept: "PN1 PN2 PN3 / PN4 PN5 PN6 PN7"."""
        return f"{' '.join(self.took_part)} / {' '.join(self.did_not)}"

    @classmethod
    def from_text(cls, text: str) -> CountedCodes:
        """Read what was kept."""
        took_part, _slash, did_not = text.partition("/")
        return cls(tuple(took_part.split()), tuple(did_not.split()))


USUAL_CODES = CountedCodes(TOOK_PART, DID_NOT)
"""The national codes as the plan reads them: PN0 is outside the target."""


@dataclass(frozen=True, slots=True)
class CodeBook:
    """The codes of each month."""

    book: ChangeBook

    def in_month(self, month: Month) -> CountedCodes:
        """Those that hold in that month."""
        kept = self.book.value_in(CODES_KEY, month, None)
        return CountedCodes.from_text(kept) if kept else USUAL_CODES

    @property
    def codes_now(self) -> CountedCodes:
        """Those of this month: by them a child who is asked now belongs to a half."""
        return self.in_month(Month.containing(clock.today()))

    def of_part(
        self,
        part: str,
        months: Iterable[Month],
        month: InstrumentedAttribute[str],
        pn_code: InstrumentedAttribute[str | None],
    ) -> ColumnElement[bool]:
        """The condition that a row belongs to that half, each month by its own codes.

        `month`, `pn_code`: the columns of the row's month (`YYYY-MM`) and code.
        """
        by_codes: dict[tuple[str, ...], list[str]] = {}
        for one in months:
            codes = self.in_month(one).codes_of(part)
            by_codes.setdefault(codes, []).append(str(one))
        conditions = [
            month.in_(names) & pn_code.in_(codes) for codes, names in by_codes.items()
        ]
        return or_(false(), *conditions)


def read_codes(session: Session) -> CodeBook:
    """The codes of all months; one small statement."""
    return CodeBook(read_changes_of(session, (CODES_KEY,)))


def name_codes(codes: Iterable[str]) -> str:
    """Codes as they are printed, those in a row together: "PN1 to PN3", "PN0, PN4 to PN7"; a dash for none."""
    runs: list[list[str]] = []
    for code in sorted(codes):
        if runs and int(code[2:]) == int(runs[-1][-1][2:]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(_run(run) for run in runs) or "\N{EN DASH}"


def _run(codes: list[str]) -> str:
    if len(codes) == 1:
        return codes[0]
    joint = " to " if len(codes) > 2 else ", "
    return f"{codes[0]}{joint}{codes[-1]}"
