"""`python -m bench.ranking.estimate`: what both lines find in texts of a writer whose texts were not learned from.

Each writer is left out in turn, the weights are learned from all others, and the texts left out are ranked by them. The
phrases of english.yaml stay as they are, so only those writers whom they were not written for are left out fairly: the
voices and the sets held out. `--nested` also draws the lines anew for each writer left out, without that writer's
texts (three minutes): that shows how much the lines owe to having been chosen by this same table.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bench.ranking.__main__ import share
from bench.ranking.labelled import HELD_OUT, Labelled, labelled, learned_from
from bench.ranking.learn import Seen, Weights, learn, seen
from feedback_app.ranking.learned import (
    GRAVE_HINTS,
    GRAVEST,
    RAISES_CONCERN,
    READ_FIRST,
    judge_score,
    score_text,
)
from feedback_app.ranking.rank import matched_reasons
from feedback_app.ranking.spelling import plain_text, split_words

WRITERS: Mapping[str, tuple[str, ...]] = {
    "author of the phrases": ("tune", "check", "check2", "check3", "tune2", "check4"),
    "voices1": ("voices1",),
    "voices2": ("voices2",),
    "voices3": ("voices3",),
    "held1": ("held1",),
    "held2": ("held2",),
}
"""Writer -> the splits that they wrote. The lines are drawn by these."""
TAUGHT: Mapping[str, tuple[str, ...]] = {
    "more": ("more",),
    "officers": ("officer1", "officer2"),
}
"""Texts that were mostly written to teach what was ranked wrongly before. They are left out in turn all the same, and
shown, but no line is drawn by them; they were set apart after their figures were seen (docs/ranking.md)."""
EVERYBODY = {**WRITERS, **TAUGHT}
LEARNED_FROM = frozenset(
    name for name, splits in EVERYBODY.items() if not {*splits} <= {*HELD_OUT}
)
FOUND_BY_LOWER, FALSE_BY_UPPER = 0.95, 0.15
HIGHEST = 5.0

Lines = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """One text left out: whether it is urgent, its score, and the reasons of the phrases."""

    urgent: bool
    score: float
    reasons: tuple[str, ...]

    def reaches(self, line: int, lines: Lines) -> bool:
        """Whether it reaches the lower line (0) or the upper one (1)."""
        judged = judge_score(self.score, self.reasons, lines=lines)
        return judged == "urgent" or (line == 0 and judged == "first")


def score_row(row: Labelled, by: Weights) -> Scored:
    """What these weights and the phrases find in a text."""
    found = split_words(plain_text(row.text))
    reasons, signs = matched_reasons(found)
    score = score_text(found.spoken, reasons, signs, by=by)[0]
    return Scored(row.label == "urgent", score, tuple(reasons))


@cache
def _seen() -> list[tuple[Labelled, Seen]]:
    return [(row, seen(row)) for row in learned_from()]


@cache
def learn_without(writers: frozenset[str]) -> Weights:
    """The weights that are learned from all texts but those of these writers."""
    out = {split for name in writers for split in EVERYBODY[name]}
    return learn([each for row, each in _seen() if row.split not in out])


def texts_of(writer: str) -> list[Labelled]:
    """A writer's English texts."""
    return [row for row in labelled(*EVERYBODY[writer]) if row.kind != "language"]


def left_out(writer: str, *also: str) -> list[Scored]:
    """The texts of this writer by weights that were learned without them (nor those of `also`)."""
    by = learn_without(frozenset({writer, *also}) & LEARNED_FROM)
    return [score_row(row, by) for row in texts_of(writer)]


def reached_shares(
    rows: Iterable[Scored], lines: Lines
) -> tuple[list[bool], list[bool]]:
    """Whether each urgent text reaches the lower line, and whether each ordinary one reaches the upper one."""
    rows = list(rows)
    return (
        [row.reaches(0, lines) for row in rows if row.urgent],
        [row.reaches(1, lines) for row in rows if not row.urgent],
    )


def draw_lines(by_writer: Mapping[str, list[Scored]]) -> Lines:
    """The highest lower line that finds 95% of every writer's urgent texts, and the lowest upper line that at most 15%
    of every writer's ordinary ones reach."""
    lower = min(_line_that_finds(rows) for rows in by_writer.values())
    upper = max(_line_that_spares(rows) for rows in by_writer.values())
    return lower, max(lower, upper)


def _line_that_finds(rows: list[Scored]) -> float:
    always = GRAVEST | GRAVE_HINTS
    scores = sorted(
        (
            math.inf if {*row.reasons} & always else row.score
            for row in rows
            if row.urgent
        ),
        reverse=True,
    )
    return min(scores[math.ceil(FOUND_BY_LOWER * len(scores)) - 1], HIGHEST)


def _line_that_spares(rows: list[Scored]) -> float:
    scores = sorted(
        (
            math.inf if {*row.reasons} & GRAVEST else row.score
            for row in rows
            if not row.urgent
        ),
        reverse=True,
    )
    return min(scores[int(FALSE_BY_UPPER * len(scores))] + 0.001, HIGHEST)


def main() -> None:
    """Print the figures of every writer left out, and who is the worst."""
    lines = (READ_FIRST, RAISES_CONCERN)
    scored = {writer: left_out(writer) for writer in WRITERS}
    print(f"The lines in use: read first from {lines[0]}, a concern from {lines[1]}\n")
    _table({writer: (rows, lines) for writer, rows in scored.items()})
    print("\nTexts written to teach, by which no line is drawn:\n")
    _table({name: (left_out(name), lines) for name in TAUGHT})
    print(
        "\nDrawn anew by all these texts: read first from {:.2f}, a concern from {:.2f}".format(
            *draw_lines(scored)
        )
    )
    if "--nested" in sys.argv:
        print("\nEach writer by lines that were drawn without them:\n")
        _table({writer: (scored[writer], _lines_without(writer)) for writer in WRITERS})


def _lines_without(writer: str) -> Lines:
    return draw_lines(
        {other: left_out(other, writer) for other in WRITERS if other != writer}
    )


def _table(rows: Mapping[str, tuple[list[Scored], Lines]]) -> None:
    print(
        "| left out | lines | urgent: from the lower line | urgent: from the upper"
        " | ordinary: from the lower | ordinary: from the upper |"
    )
    print("|---|---|---|---|---|---|")
    for writer, (scored, lines) in rows.items():
        cells = [
            share([row.reaches(line, lines) for row in scored if row.urgent is urgent])
            for urgent in (True, False)
            for line in (0, 1)
        ]
        print(
            f"| {writer} | {lines[0]:.2f}, {lines[1]:.2f} | {' | '.join(cells)} |",
            flush=True,
        )
    shares = {writer: reached_shares(*each) for writer, each in rows.items()}
    found, worst = min((sum(f) / len(f), writer) for writer, (f, _o) in shares.items())
    false, wolf = max((sum(o) / len(o), writer) for writer, (_f, o) in shares.items())
    print(
        f"\nWorst: of the urgent texts of {worst} the lower line finds {found:.1%};"
        f" of the ordinary ones of {wolf} {false:.1%} reach the upper line."
    )


if __name__ == "__main__":
    main()
