"""Writes a private calendar as iCalendar (RFC 5545), which Outlook and other calendar programs subscribe to."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from feedback_app.reports.month_calendar import CalendarDay, PrivateCalendar

ASK_AGAIN_HOURS = 4
"""How often a calendar program is asked to look again; each decides for itself."""


def write_calendar(calendar: PrivateCalendar, *, site: str, at: datetime) -> bytes:
    """The calendar's bytes: lines end in CRLF and are folded. `site`: the public address; `at`: when it is written."""
    written = Calendar()
    written.add("version", "2.0")
    written.add("prodid", "-//Rate my Review//My month//EN")
    written.add("method", "PUBLISH")
    written.add("calscale", "GREGORIAN")
    written.add("name", calendar.name)
    written.add("x-wr-calname", calendar.name)
    written.add(
        "refresh-interval",
        timedelta(hours=ASK_AGAIN_HOURS),
        parameters={"VALUE": "DURATION"},
    )
    written.add("x-published-ttl", f"PT{ASK_AGAIN_HOURS}H")
    host = urlsplit(site).hostname or "localhost"
    for day in calendar.days:
        written.add_component(_event(day, host, at))
    lines: bytes = written.to_ical()
    return lines


def _event(day: CalendarDay, host: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{day.id}@{host}")
    event.add("dtstamp", at)
    event.add("dtstart", day.day)
    event.add("dtend", day.day + timedelta(days=1))
    event.add("summary", day.title)
    event.add("description", f"{day.text}\n{day.address}")
    event.add("url", day.address)
    event.add("class", "PRIVATE")
    # Free, not busy: the day stays open for other appointments.
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return event
