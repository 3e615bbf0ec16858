"""The only clock: aware UTC datetimes. The demo and the tests set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)
_set_everywhere: list[datetime] = []


def now() -> datetime:
    """Return the current time in UTC."""
    return _set_to.get() or (
        _set_everywhere[-1] if _set_everywhere else datetime.now(UTC)
    )


def today() -> date:
    """Return the current day in London, which decides months and deadlines (docs/rules.md, Month and target)."""
    return now().astimezone(LONDON).date()


@contextmanager
def set_clock(instant: datetime, *, everywhere: bool = False) -> Iterator[None]:
    """Make `now()` return `instant` inside the block; `everywhere` sets it for other threads too."""
    if instant.tzinfo is None:
        raise ValueError("the clock takes aware instants only")
    if everywhere:
        _set_everywhere.append(instant.astimezone(UTC))
        try:
            yield
        finally:
            _set_everywhere.pop()
    else:
        token = _set_to.set(instant.astimezone(UTC))
        try:
            yield
        finally:
            _set_to.reset(token)
