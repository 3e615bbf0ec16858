"""How long it takes from what children said to what they are told was done about it ("You said, we did"). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from statistics import median

from feedback_app.models.action import Action
from feedback_app.month import london_day


def days_to_told(action: Action, today: date) -> int | None:
    """Days from the first day on which a child said it to the day on which children were told; until then to today.

    None where the action was not begun from a theme, so that nobody knows when it was said.
    """
    if action.said_on is None:
        return None
    told = london_day(action.published_at) if action.published_at else today
    return max((told - action.said_on).days, 0)


def median_days_to_told(actions: Iterable[Action], today: date) -> float | None:
    """The median of those that children are told now; None where there is none."""
    days = [
        found
        for action in actions
        if action.is_shown and (found := days_to_told(action, today)) is not None
    ]
    return float(median(days)) if days else None
