"""How long the present request may wait for the database: a child reads of a failure within 3 seconds (promise 52).

Only waiting is counted, so that a busy processor alone makes nothing fail. Commands and the worker wait without end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from time import monotonic

CHILD_SECONDS = 2.5
"""In all, for a page that anybody may ask for."""
STAFF_SECONDS = 15.0


@dataclass(slots=True)
class Budget:
    """What is left of a request's waiting, in seconds."""

    left: float


_budget: ContextVar[Budget | None] = ContextVar("patience", default=None)


def begin_budget(seconds: float) -> Token[Budget | None]:
    """From now on, this thread's waiting counts. The token goes to `end`."""
    return _budget.set(Budget(seconds))


def end_budget(token: Token[Budget | None]) -> None:
    """The request is over."""
    _budget.reset(token)


def seconds_left() -> float | None:
    """Seconds that may still be waited, never below 0; None where nobody waits for an answer."""
    budget = _budget.get()
    return None if budget is None else max(budget.left, 0.0)


@contextmanager
def spend_waiting() -> Iterator[float | None]:
    """Around something that waits: the seconds that it may take. What it took is gone."""
    budget = _budget.get()
    if budget is None:
        yield None
        return
    began = monotonic()
    try:
        yield max(budget.left, 0.0)
    finally:
        budget.left -= monotonic() - began
