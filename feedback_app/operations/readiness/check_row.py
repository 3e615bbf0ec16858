"""One thing that a service needs before children are asked: how it stands, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feedback_app.clock import LONDON

State = Literal["ok", "missing", "wrong"]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """`says`: what was found. `next_step`: what to do, "" where all is well. `alarm`: in short, for every page."""

    name: str
    state: State
    says: str
    next_step: str = ""
    alarm: str = ""


def is_ready(rows: list[CheckRow]) -> bool:
    """Whether nothing is wrong and nothing is missing."""
    return all(row.state == "ok" for row in rows)


def day_in_words(at: datetime) -> str:
    """The London day of an instant: 3 December 2026."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"


def instant_in_words(at: datetime) -> str:
    """The London day and time of an instant: 3 December 2026, 09:00."""
    return f"{day_in_words(at)}, {at.astimezone(LONDON):%H:%M}"
