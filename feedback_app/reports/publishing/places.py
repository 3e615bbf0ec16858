"""What each number of a published table is called, so that tables and relations can speak of the same number."""

from __future__ import annotations

from typing import NamedTuple

from feedback_app.survey.model import Measure

HEARD = "heard"
BASE = "base"


class CellPlace(NamedTuple):
    """Where a number stands: in which table ("2026-10", "4-7"), for which question, and what it counts there."""

    table: str
    question: str
    what: str


def option_cell(option: str) -> str:
    """`what` of the count of those who chose the option."""
    return f"option {option}"


def channel_cell(channel: str) -> str:
    """`what` of the count of children heard by the channel."""
    return f"channel {channel}"


def measure_cell(measure: Measure, part: str) -> str:
    """`what` of a measure's part ("count", "base"), where that is a number of its own."""
    return f"measure {measure.id} {part}"
