"""Months as the service counts them: London days, the report's due date, England's working days. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

import holidays

from feedback_app.clock import LONDON
from feedback_app.typed_text import clean_line, plain_digits

FRIDAY = 4
FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Of any month that is asked for: the years around them can still be counted."""
NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBERED = re.compile(r"(\d{4})[-/.](\d{1,2})")
_TURNED = re.compile(r"(\d{1,2})[-/.](\d{4})")
_NAMED = re.compile(r"([a-z]{3,})\.?[\s,]*(\d{4})")


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
        digits = year + month
        if not (
            dash
            and len(year) == 4
            and len(month) == 2
            and digits.isascii()
            and digits.isdigit()
        ):
            raise ValueError(f"not a month: {text!r}")
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise ValueError(f"not a month of this service: {text!r}")
        return cls(int(year), int(month))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def name(self) -> str:
        """Return for example "October 2026"."""
        return f"{self.short_name} {self.year}"

    @property
    def short_name(self) -> str:
        """Return the month without the year: "October"."""
        return NAMES[self.month - 1]

    @property
    def first(self) -> dt.date:
        """Return the first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        """Return the last day of the month."""
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> Month:
        """Return the following month."""
        return self.add_months(1)

    @property
    def previous(self) -> Month:
        """Return the preceding month."""
        return self.add_months(-1)

    def add_months(self, months: int) -> Month:
        """Return the month so many months later; earlier if negative."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Return all days of the month in order."""
        return tuple(
            self.first + dt.timedelta(days=n)
            for n in range((self.next.first - self.first).days)
        )

    @property
    def year_to_here(self) -> tuple[Month, ...]:
        """Return the twelve months that end with this one, oldest first."""
        return tuple(self.add_months(-n) for n in range(11, -1, -1))

    @property
    def quarter_months(self) -> tuple[Month, Month, Month]:
        """Return the three months of the calendar quarter that contains this month."""
        first = Month(self.year, (self.month - 1) // 3 * 3 + 1)
        return first, first.add_months(1), first.add_months(2)

    @property
    def last_full_quarter(self) -> tuple[Month, Month, Month]:
        """Return the last quarter complete when this month ends: for March, January to March; for May the same."""
        months = self.quarter_months
        return months if self == months[-1] else months[0].previous.quarter_months

    @property
    def last_working_day(self) -> dt.date:
        """Return the last working day of the month."""
        return last_working_day_before(self.last)

    def utc_bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """Return the UTC instants at which this month begins and ends in London; the end is exclusive."""
        return _midnight(self.first), _midnight(self.next.first)


def read_month(typed: str) -> Month:
    """The month that somebody typed: "December 2026", "Dec 2026", "2026-12" or "12/2026". Raises ValueError."""
    text = plain_digits(clean_line(typed)).casefold()
    if found := _NUMBERED.fullmatch(text):
        return Month.parse(f"{found[1]}-{int(found[2]):02d}")
    if found := _TURNED.fullmatch(text):
        return Month.parse(f"{found[2]}-{int(found[1]):02d}")
    if found := _NAMED.fullmatch(text):
        for number, name in enumerate(NAMES, 1):
            if name.casefold().startswith(found[1]):
                return Month.parse(f"{found[2]}-{number:02d}")
    raise ValueError(f"not a month: {typed!r}")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)


def midnight_after(day: dt.date) -> dt.datetime:
    """Return the instant at which that day is over in London."""
    return _midnight(day + dt.timedelta(days=1))


def day_before_end(instant: dt.datetime) -> dt.date:
    """Return the last day of what ends at that instant: of midnight the day that is over then."""
    return london_day(instant - dt.timedelta(microseconds=1))


def london_day(instant: dt.datetime) -> dt.date:
    """Return the day in London at that instant. Raises ValueError for a datetime without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(LONDON).date()


def first_friday(month: Month) -> dt.date:
    """Return the first Friday of the month after this one; it may be a bank holiday."""
    first = month.next.first
    return first + dt.timedelta(days=(FRIDAY - first.weekday()) % 7)


def due_date(month: Month) -> dt.date:
    """Return the day on which the month's report is due (plan row 12): the first Friday of the next month.

    Where that is a bank holiday: the last working day before it that lies in the new month, else the next working day
    after it. Never a day of the month that is reported: December 2026 is due on Monday 4 January 2027.
    """
    day = first_friday(month)
    before = last_working_day_before(day)
    if before >= month.next.first:
        return before
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


@lru_cache(maxsize=1)
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: dt.date) -> bool:
    """Return True for Monday to Friday without England's bank holidays."""
    return day.weekday() <= FRIDAY and day not in _bank_holidays()


def last_working_day_before(day: dt.date) -> dt.date:
    """Return the day itself if it is a working day, else the last working day before it."""
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def first_working_day_from(day: dt.date) -> dt.date:
    """Return the day itself if it is a working day, else the next working day."""
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def working_days_until(today: dt.date, day: dt.date) -> int:
    """Count the working days after today up to and including `day`; 0 if it is today or past."""
    return sum(
        is_working_day(today + dt.timedelta(days=n))
        for n in range(1, (day - today).days + 1)
    )
