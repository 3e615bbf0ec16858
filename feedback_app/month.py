"""The month as the service counts it: London days, the day the report is due, England's working days. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import holidays

from feedback_app.clock import LONDON

FRIDAY = 4
NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month. Months are ordered, and `str(Month(2026, 10))` is "2026-10"."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 1 <= self.year <= 9999:
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def containing(cls, day: dt.date) -> Month:
        """The month that a day belongs to. An instant must go through `london_day` first."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-10". Raises ValueError for anything else."""
        year, dash, month = text.partition("-")
        if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()):
            raise ValueError(f"not a month: {text!r}")
        return cls(int(year), int(month))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def name(self) -> str:
        """As people say it: "October 2026"."""
        return f"{self.short_name} {self.year}"

    @property
    def short_name(self) -> str:
        """Without the year: "October"."""
        return NAMES[self.month - 1]

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> Month:
        """The month after."""
        return self.add_months(1)

    @property
    def previous(self) -> Month:
        """The month before."""
        return self.add_months(-1)

    def add_months(self, months: int) -> Month:
        """So many months later, or earlier when negative."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Each of its days, in order."""
        return tuple(self.first + dt.timedelta(days=n) for n in range((self.next.first - self.first).days))

    @property
    def year_to_here(self) -> tuple[Month, ...]:
        """The twelve months that end with this one, oldest first."""
        return tuple(self.add_months(-n) for n in range(11, -1, -1))

    @property
    def quarter_months(self) -> tuple[Month, Month, Month]:
        """The three months of the calendar quarter that this month lies in."""
        first = Month(self.year, (self.month - 1) // 3 * 3 + 1)
        return first, first.add_months(1), first.add_months(2)

    @property
    def last_full_quarter(self) -> tuple[Month, Month, Month]:
        """The last quarter that is complete when this month ends: for March, January to March; for May the same."""
        months = self.quarter_months
        return months if self == months[-1] else months[0].previous.quarter_months

    def utc_bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """The UTC instants between which London's calendar shows this month: from the first, before the second."""
        return _midnight(self.first), _midnight(self.next.first)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)


def london_day(instant: dt.datetime) -> dt.date:
    """The day that London's calendar showed at that instant. Raises ValueError for an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(LONDON).date()


def due_date(month: Month) -> dt.date:
    """The first Friday of the next month, when the month's report is due (plan row 12). It may be a bank holiday."""
    first = month.next.first
    return first + dt.timedelta(days=(FRIDAY - first.weekday()) % 7)


@lru_cache(maxsize=1)
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday, and no bank holiday in England."""
    return day.weekday() <= FRIDAY and day not in _bank_holidays()


def last_working_day_before(day: dt.date) -> dt.date:
    """The day itself if it is a working day, else the last working day before it: when a report must be ready."""
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def working_days_until(today: dt.date, day: dt.date) -> int:
    """Working days still to come after today, up to and with `day`; 0 when it is today or has passed."""
    return sum(is_working_day(today + dt.timedelta(days=n)) for n in range(1, (day - today).days + 1))
