"""`python -m bench.ranking.estimate`: what the learned weights find in texts of a writer they did not learn from.

Each set of texts is left out in turn, the weights are learned from all others, and the set left out is ranked by them.
The phrases of english.yaml stay as they are, so only the voices, which they were not written for, are left out fairly;
and whoever wrote classes.yaml and `more` had read the voices, so the last row leaves `more` out as well.
"""

from __future__ import annotations

from bench.ranking.__main__ import share
from bench.ranking.labelled import Labelled, learned_from
from bench.ranking.learn import Weights, learn, seen
from feedback_app.ranking import learned
from feedback_app.ranking.rank import matched_reasons
from feedback_app.ranking.spelling import plain_text, split_words

LEFT_OUT = ("voices1", "voices2", "voices3", "check2", "check3", "tune2", "check4")
VOICES = LEFT_OUT[:3]
WISHED_RECALL, MOST_FALSE = 0.95, 0.15

Scores = list[tuple[bool, float]]


def reached(row: Labelled, by: Weights) -> float:
    """The score of a text by these weights."""
    found = split_words(plain_text(row.text))
    return learned.score_text(found.spoken, *matched_reasons(found), by=by)[0]


def left_out(split: str, without: tuple[str, ...] = ()) -> Scores:
    """Whether each text of this set is urgent, and its score by weights learned without the set (and `without`)."""
    rows = learned_from()
    by = learn([seen(row) for row in rows if row.split not in (split, *without)])
    return [
        (row.label == "urgent", reached(row, by)) for row in rows if row.split == split
    ]


def line(name: str, scores: Scores) -> str:
    """One row of the table."""
    urgent, ordinary = [
        sorted(score for is_urgent, score in scores if is_urgent is wanted)
        for wanted in (True, False)
    ]
    at_95 = urgent[int(len(urgent) * (1 - WISHED_RECALL))]
    at_15 = ordinary[-1 - int(len(ordinary) * MOST_FALSE)]
    found, false = [
        share([score >= learned.ENOUGH for score in scores])
        for scores in (urgent, ordinary)
    ]
    return (
        f"| {name} | {found} | {false} | {sum(s >= at_95 for s in ordinary) / len(ordinary):.0%} (from {at_95:.2f}) "
        f"| {sum(s > at_15 for s in urgent) / len(urgent):.0%} (above {at_15:.2f}) |"
    )


def main() -> None:
    print(
        "| left out | urgent ones ranked urgent | ordinary ones ranked urgent | false at 95% | found at 15% |"
    )
    print("|---|---|---|---|---|")
    scores = {split: left_out(split) for split in LEFT_OUT}
    for split in LEFT_OUT:
        print(line(split, scores[split]), flush=True)
    print(
        line("the three voices", [each for split in VOICES for each in scores[split]])
    )
    print(
        line(
            "the same without `more`",
            [each for split in VOICES for each in left_out(split, ("more",))],
        )
    )


if __name__ == "__main__":
    main()
