"""The periods that a report can be about, as its page's address names them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedback_app.month import Month
from feedback_app.reports.content.gather import ReportKind
from feedback_app.reports.figures.periods import Period

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"\d{4}")
_COUNCIL_YEAR = re.compile(r"(\d{4})-(\d{2})")
APRIL, MONTHS = 4, 12


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """What one report is about; `str()` is its address, by which everything of it is kept.

    `2026-10` a month, `2026-Q3` a quarter, `2026` a calendar year, `2025-26` April to March, else
    `2026-04--2026-06`.
    """

    address: str
    kind: ReportKind
    period: Period

    def __str__(self) -> str:
        return self.address

    @classmethod
    def of_month(cls, month: Month) -> ReportPeriod:
        """The month's own report."""
        return cls(str(month), "month", Period(month, month))

    @classmethod
    def of_quarter(cls, month: Month) -> ReportPeriod:
        """The report of the quarter that holds a month."""
        period = Period.of_kind("quarter", month)
        return cls(f"{month.year}-Q{(month.month + 2) // 3}", "quarter", period)

    @classmethod
    def of_calendar_year(cls, month: Month) -> ReportPeriod:
        """The report of the year from January to December that holds a month."""
        first = Month(month.year, 1)
        return cls(str(month.year), "year", Period(first, first.add_months(11)))

    @classmethod
    def of_council_year(cls, month: Month) -> ReportPeriod:
        """The report of the year from April to March that holds a month."""
        first = Month(month.year if month.month >= APRIL else month.year - 1, APRIL)
        address = f"{first.year}-{(first.year + 1) % 100:02d}"
        return cls(address, "year", Period(first, first.add_months(11)))

    @classmethod
    def of_months(cls, first: Month, last: Month) -> ReportPeriod:
        """The report of these months: a month's, a quarter's or a year's own where they are one. Raises ValueError."""
        period = Period(first, last)
        for known in (
            cls.of_month(first),
            cls.of_quarter(first),
            cls.of_calendar_year(first),
            cls.of_council_year(first),
        ):
            if known.period == period:
                return known
        return cls(f"{first}--{last}", "own", period)

    @classmethod
    def read_address(cls, address: str) -> ReportPeriod:
        """Read an address. Raises ValueError for anything that is none."""
        if found := _QUARTER.fullmatch(address):
            return cls.of_quarter(Month.parse(f"{found[1]}-{int(found[2]) * 3:02d}"))
        if _YEAR.fullmatch(address):
            return cls.of_calendar_year(Month.parse(f"{address}-01"))
        found = _COUNCIL_YEAR.fullmatch(address)
        if found and int(found[2]) == (int(found[1]) + 1) % 100 > MONTHS:
            return cls.of_council_year(Month.parse(f"{found[1]}-{APRIL:02d}"))
        first_month, dashes, last_month = address.partition("--")
        if dashes:
            period = Period(Month.parse(first_month), Month.parse(last_month))
            return cls(address, "own", period)
        return cls.of_month(Month.parse(address))

    @property
    def last_month(self) -> Month:
        """The last month, whose numbers of answers it prints."""
        return self.period.last
