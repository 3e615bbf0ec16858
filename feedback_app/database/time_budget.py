"""A time budget for each request for waiting on the database: a child reads of a failure within 3 s (promise 52).

Only time spent waiting counts, so that a busy processor alone makes nothing fail. Commands and the worker have no
budget and wait without limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

CHILD_SECONDS = 2.5
"""Seconds in all for a page that needs no sign-in."""
STAFF_SECONDS = 15.0


@dataclass(slots=True)
class Budget:
    """The seconds of waiting that a request has left; below 0 when the last wait took longer."""

    left: float


_budget: ContextVar[Budget | None] = ContextVar("time_budget", default=None)


def begin_budget(seconds: float) -> None:
    """Start counting this request's waiting."""
    _budget.set(Budget(seconds))


def end_budget() -> None:
    """Stop counting: the request is over, and whatever follows in this thread waits without limit."""
    _budget.set(None)


def seconds_left() -> float | None:
    """Return the seconds left, at least 0; None without a budget."""
    budget = _budget.get()
    return None if budget is None else max(budget.left, 0.0)


@contextmanager
def spend_waiting() -> Iterator[float | None]:
    """Put around something that waits: yields the seconds it may take (None: no limit) and deducts what it took."""
    budget = _budget.get()
    if budget is None:
        yield None
        return
    began = monotonic()
    try:
        yield max(budget.left, 0.0)
    finally:
        budget.left -= monotonic() - began
