"""Measures by how the review was held, as they may leave: twelve months to a quarter's end (plan row 11b). Pure.

Chosen as what both say (`both_accounts.py`): what all children together answered counts as known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from feedback_app.reports.figures.survey_answers import share_of
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.reports.publishing.both_accounts import rolling_windows
from feedback_app.reports.publishing.in_turn import (
    CountedKinds,
    Unit,
    publish_in_turn,
)
from feedback_app.reports.publishing.published import PrintedNumber
from feedback_app.survey.model import MODES, Measure

Pair = tuple[PrintedNumber, PrintedNumber]
_UNKNOWN = "unknown"


def publish_modes(
    tallies: Mapping[Unit, Tally], measures: Sequence[Measure]
) -> dict[tuple[str, str], Pair]:
    """(measure, mode) -> count and base. `tallies`: of each quarter needed, its groups told apart by mode."""
    found: dict[tuple[str, str], Pair] = {}
    for measure in measures:
        counts = {unit: _counts(tally, measure) for unit, tally in tallies.items()}
        # Where every review's mode is noted, everybody knows it: then it hides nothing.
        some_unknown = any(own[f"{_UNKNOWN} base"] for own in counts.values())
        every = (*MODES, _UNKNOWN) if some_unknown else MODES
        numbers = publish_in_turn(counts, rolling_windows(list(counts)), _kinds(every))
        for mode in MODES:
            found[measure.id, mode] = numbers[f"{mode} count"], numbers[f"{mode} base"]
    return found


def _counts(tally: Tally, measure: Measure) -> dict[str, int]:
    counts = dict.fromkeys(("count", "base"), 0)
    for mode in (*MODES, _UNKNOWN):

        def held_so(group: ChildGroup, mode: str = mode) -> bool:
            return (group.beside or _UNKNOWN) == mode

        share = share_of(tally, measure, held_so)
        counts[f"{mode} count"], counts[f"{mode} base"] = share.count, share.base
        counts[f"{mode} others"] = share.base - share.count
        counts["count"] += share.count
        counts["base"] += share.base
    return counts


def _kinds(every: Sequence[str]) -> CountedKinds:
    return CountedKinds(
        sums=[
            ("count", [f"{mode} count" for mode in every]),
            ("base", [f"{mode} base" for mode in every]),
            *((f"{mode} base", [f"{mode} count", f"{mode} others"]) for mode in every),
        ],
        known=("count", "base"),
        guarded=(
            *(f"{mode} others" for mode in every),
            f"{_UNKNOWN} count",
            f"{_UNKNOWN} base",
        ),
    )
