"""When the service is at work: London hours on England's working days, and time counted in them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from feedback_app.clock import LONDON
from feedback_app.month import is_working_day


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening and closing time, on London's clock, of each working day."""

    opens: time
    closes: time

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """The UTC instants at which that day's work begins and ends."""
        begin, end = (
            datetime.combine(day, at, LONDON).astimezone(UTC)
            for at in (self.opens, self.closes)
        )
        return begin, end

    def at_work(self, instant: datetime) -> bool:
        """Whether somebody is on duty then: from the opening minute, no longer at the closing minute."""
        day = instant.astimezone(LONDON).date()
        begin, end = self.day_bounds(day)
        return is_working_day(day) and begin <= instant < end

    def add_working_time(self, instant: datetime, span: timedelta) -> datetime:
        """The instant by which `span` of working time has gone by; nights, weekends and bank holidays do not count."""
        day, left, here = (
            instant.astimezone(LONDON).date(),
            span,
            instant.astimezone(UTC),
        )
        while True:
            if is_working_day(day):
                begin, end = self.day_bounds(day)
                here = max(here, begin)
                if here + left <= end:
                    return here + left
                left -= max(end - here, timedelta())
            day += timedelta(days=1)

    def closing_time(self, instant: datetime) -> datetime:
        """When nobody is at work any more: at once outside hours, else at the end of that day's work."""
        if not self.at_work(instant):
            return instant
        return self.day_bounds(instant.astimezone(LONDON).date())[1]


def working_day_after(day: date, number: int) -> date:
    """The working day that is so many working days after `day`."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day
