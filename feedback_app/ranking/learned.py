"""How much a text is like the urgent texts that were learned from: a sum of weights (bench/ranking/learn.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from feedback_app.ranking.features import (
    Features,
    class_phrases,
    telling_words,
    text_features,
)

Urgency = Literal["urgent", "first", "ordinary"]
"""urgent: raises a concern; first: read before ordinary texts."""

WEIGHTS_FILE = Path(__file__).with_name("weights.txt")

READ_FIRST, RAISES_CONCERN = -1.2, 0.3
"""The two lines: the score from which a text is read before ordinary ones, and the score from which it raises a
concern. docs/ranking.md says how they were chosen."""
GRAVEST = frozenset(
    ("wants to die", "touched or watched", "locked in", "not safe", "online pressure")
)
"""Reasons of the phrases that raise a concern whatever else a text says, also in what an officer wrote down."""
GRAVE_HINTS = frozenset(
    (
        "may be in despair",
        "may be touched or watched",
        "may be kept in or locked out",
        "may not be safe",
        "may be pressed online",
        "does not want to go home or stay",
    )
)
"""Reasons of the phrases that make a text be read first whatever else it says: they may mean the gravest things."""
FEWEST_WORDS = 3
ONE_SENTENCE = 0.4
MOST_WORDS_AT_ONCE = 40
MOST_SHOWN = 3
LEAST_SHARE = 0.1
WORDS = "words that often stand in urgent texts"


@cache
def feature_weights() -> Mapping[str, float]:
    """Feature -> how much it speaks for an urgent text, below 0 for an ordinary one; "" is where each text starts."""
    rows = (
        line.rsplit("\t", 1)
        for line in WEIGHTS_FILE.read_text(encoding="utf-8").splitlines()
        if line[:1] != "#"
    )
    return {name: int(weight) / 100 for name, weight in rows}


def score_text(
    spoken: Sequence[Sequence[str]],
    reasons: Sequence[str],
    signs: Sequence[str],
    by: Mapping[str, float] | None = None,
) -> tuple[float, Features]:
    """The score of a text and the features that made it.

    One sentence can outweigh the whole, so that many pleasant words do not hide it; it then has to say a little more.
    """
    said = [sentence for sentence in spoken if sentence]
    if not said:
        return READ_FIRST - 1, {}
    whole = text_features(said, reasons, signs)
    best, made_by = sum_weights(whole, by), whole
    parts = split_sentences(said)
    for part in parts if len(parts) > 1 else ():
        alone = text_features([part], reasons, signs)
        if (weight := sum_weights(alone, by) - ONE_SENTENCE) > best:
            best, made_by = weight, alone
    return best, made_by


def judge_score(
    score: float,
    reasons: Iterable[str],
    *,
    retold: bool = False,
    lines: tuple[float, float] = (READ_FIRST, RAISES_CONCERN),
) -> Urgency:
    """How soon a text with this score and these reasons of phrases is read.

    `retold`: somebody else wrote down what a child said. Such words raise a concern only through the gravest phrases.
    """
    found = frozenset(reasons)
    if found & GRAVEST or (score >= lines[1] and not retold):
        return "urgent"
    return "first" if score >= lines[0] or found & GRAVE_HINTS else "ordinary"


def split_sentences(said: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The sentences long enough to say something, the very long ones in pieces."""
    step = MOST_WORDS_AT_ONCE
    return [
        s[at : at + step]
        for s in said
        for at in range(0, len(s), step)
        if len(s) - at >= FEWEST_WORDS
    ]


def sum_weights(found: Features, by: Mapping[str, float] | None = None) -> float:
    """The sum of the weights of these features."""
    by = feature_weights() if by is None else by
    return by.get("", 0.0) + sum(
        share * by.get(name, 0.0) for name, share in found.items()
    )


def reasons_of(found: Features) -> list[str]:
    """Phrases for the classes that speak most for an urgent text, and WORDS when none speaks clearly.

    A phrase is shown only where the text holds a word that says what the phrase says.
    """
    by, phrases = feature_weights(), class_phrases()
    words = {name[2:] for name in found if name.startswith("w ")}
    said = {name for name, telling in telling_words().items() if telling & words}
    speaks: dict[str, float] = defaultdict(float)
    for name, share in found.items():
        kind, *names = name.split(" ")
        for each in names if kind in "kpn" else ():
            if each in said:
                speaks[phrases[each]] += share * by.get(name, 0.0) / len(names)
    clear = sorted(
        (phrase for phrase, weight in speaks.items() if weight >= LEAST_SHARE),
        key=lambda p: -speaks[p],
    )
    return clear[:MOST_SHOWN] or [WORDS]
