"""What officers noted beside what children say, as it may leave: twelve months to a quarter's end (rule V4). Pure.

The comparisons are parts of the answers that leave as well: who says they were there, whose words it was. So how many
gave each answer counts as known, in each quarter and in all four, and no comparison gives a small number away by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_app.month import Month
from feedback_app.reports.figures.iro_says import (
    THERE,
    Agreement,
    IroSays,
    add_up,
)
from feedback_app.reports.publishing.in_turn import (
    CountedKinds,
    Unit,
    publish_in_turn,
)
from feedback_app.reports.publishing.published import PrintedNumber

CAME, STAYED_AWAY = "came", "stayed away"
FOR_PN2, FOR_PN5, FOR_PN6, TOLD_BY_IRO = "PN2", "PN5", "PN6", "told by the IRO"
TALK_NOTED = "talk noted"
COMPARED = (CAME, STAYED_AWAY, FOR_PN2, FOR_PN5, FOR_PN6, TOLD_BY_IRO, TALK_NOTED)
"""What is compared, in the order in which it is shown."""
IN_PARTS = (FOR_PN2, FOR_PN5, FOR_PN6, TOLD_BY_IRO)
"""Those that a child can bear out in part."""
AGREE, PARTLY, DIFFER, ALL = "agree", "partly", "differ", "compared"
QUARTERS_IN_YEAR = 4
MOST_QUARTERS = 12
"""Three years: answers are held for two, so that nothing is left out."""


@dataclass(frozen=True, slots=True)
class PrintedAgreement:
    """One comparison as it may leave. `partly`: None where an answer is yes or no alone."""

    compared: PrintedNumber
    agree: PrintedNumber
    partly: PrintedNumber | None
    differ: PrintedNumber


def quarters_needed(first: Month, year_end: Month) -> tuple[Unit, ...]:
    """The quarters that the sums are made of, oldest first. `first`: the first month in which a child answered.

    `year_end`: the last month of a quarter. All quarters since the first are needed, so that each time the same is
    chosen for those before; four at least, and MOST_QUARTERS at most.
    """
    end = year_end.quarter_months
    quarters = [end]
    while len(quarters) < MOST_QUARTERS and (
        quarters[0][0] > first or len(quarters) < QUARTERS_IN_YEAR
    ):
        quarters.insert(0, quarters[0][0].previous.quarter_months)
    return tuple(quarters)


def rolling_windows(units: Sequence[Unit]) -> list[Sequence[Unit]]:
    """Four quarters to each quarter's end, in order; fewer to the first ends, before which nobody was asked."""
    return [
        units[max(0, end - QUARTERS_IN_YEAR) : end] for end in range(1, len(units) + 1)
    ]


def publish_accounts(
    found: Mapping[Unit, IroSays],
) -> Mapping[str, PrintedAgreement]:
    """Comparison -> its numbers over the last four quarters. `found`: of each quarter needed, oldest first."""
    counts = {unit: _counts(says) for unit, says in found.items()}
    numbers = publish_in_turn(counts, rolling_windows(list(counts)), _kinds())
    return {
        name: PrintedAgreement(
            numbers[f"{name} {ALL}"],
            numbers[f"{name} {AGREE}"],
            numbers.get(f"{name} {PARTLY}"),
            numbers[f"{name} {DIFFER}"],
        )
        for name in COMPARED
    }


def _counts(says: IroSays) -> dict[str, int]:
    by_name: dict[str, Agreement] = {
        CAME: add_up(says.there, "PN1", "PN2", "PN3"),
        STAYED_AWAY: add_up(says.there, "PN5", "PN6", "PN7"),
        FOR_PN2: add_up(says.own_views, "PN2"),
        FOR_PN5: add_up(says.own_views, "PN5"),
        FOR_PN6: add_up(says.own_views, "PN6"),
        TOLD_BY_IRO: add_up(says.by_speaker, "iro"),
        TALK_NOTED: says.noted_talk,
    }
    counts: dict[str, int] = {}
    for name, one in by_name.items():
        counts[f"{name} {AGREE}"] = one.agree
        if name in IN_PARTS:
            counts[f"{name} {PARTLY}"] = one.partly
        counts[f"{name} {DIFFER}"] = one.differ
        counts[f"{name} {ALL}"] = one.compared_children
    for whole, options, parts in _SAME_ANSWERS:
        question, chosen = options
        total = sum(says.answers.get((question, option), 0) for option in chosen)
        counts[whole] = total
        counts[f"{whole} of others"] = total - sum(counts[part] for part in parts)
    return counts


def _kinds() -> CountedKinds:
    sums: list[tuple[str, list[str]]] = [
        (
            f"{name} {ALL}",
            [
                f"{name} {each}"
                for each in (AGREE, PARTLY, DIFFER)
                if each != PARTLY or name in IN_PARTS
            ],
        )
        for name in COMPARED
    ]
    others = []
    for whole, _options, parts in _SAME_ANSWERS:
        sums.append((whole, [*parts, f"{whole} of others"]))
        others.append(f"{whole} of others")
    return CountedKinds(
        sums=sums,
        known=[whole for whole, _options, _parts in _SAME_ANSWERS],
        guarded=others,
    )


_SAME_ANSWERS: tuple[tuple[str, tuple[str, tuple[str, ...]], tuple[str, ...]], ...] = (
    (
        "says they were there",
        ("at_meeting", THERE),
        (f"{CAME} {AGREE}", f"{STAYED_AWAY} {DIFFER}"),
    ),
    (
        "says they were not there",
        ("at_meeting", ("no",)),
        (f"{CAME} {DIFFER}", f"{STAYED_AWAY} {AGREE}"),
    ),
    (
        "sounded like them",
        ("sounded_like_me", ("yes",)),
        tuple(f"{name} {AGREE}" for name in (FOR_PN2, FOR_PN5, FOR_PN6)),
    ),
    (
        "sounded like them in part",
        ("sounded_like_me", ("some",)),
        tuple(f"{name} {PARTLY}" for name in (FOR_PN2, FOR_PN5, FOR_PN6)),
    ),
    (
        "did not sound like them",
        ("sounded_like_me", ("no",)),
        tuple(f"{name} {DIFFER}" for name in (FOR_PN2, FOR_PN5, FOR_PN6)),
    ),
    (
        "sounded like them as anybody told",
        ("sounded_like_me", ("yes",)),
        (f"{TOLD_BY_IRO} {AGREE}",),
    ),
    (
        "sounded like them in part as anybody told",
        ("sounded_like_me", ("some",)),
        (f"{TOLD_BY_IRO} {PARTLY}",),
    ),
    (
        "did not sound like them as anybody told",
        ("sounded_like_me", ("no",)),
        (f"{TOLD_BY_IRO} {DIFFER}",),
    ),
    ("says they talked", ("talked_before", ("yes",)), (f"{TALK_NOTED} {AGREE}",)),
    ("says they did not", ("talked_before", ("no",)), (f"{TALK_NOTED} {DIFFER}",)),
)
"""The whole answer, its question and options, and the comparisons that are parts of it."""
