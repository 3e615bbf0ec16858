"""How much a text is like the urgent texts that were learned from: a sum of weights (bench/ranking/learn.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from feedback_app.ranking.features import Features, class_phrases, text_features

WEIGHTS_FILE = Path(__file__).with_name("weights.txt")

ENOUGH = -0.2
"""The score from which a text is urgent: see docs/ranking.md how it was chosen."""
GRAVEST = frozenset(
    ("wants to die", "touched or watched", "locked in", "not safe", "online pressure")
)
"""Reasons of the phrases that reach it whatever else a text says."""
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
        return ENOUGH - 1, {}
    whole = text_features(said, reasons, signs)
    best, made_by = sum_weights(whole, by), whole
    parts = split_sentences(said)
    for part in parts if len(parts) > 1 else ():
        alone = text_features([part], reasons, signs)
        if (weight := sum_weights(alone, by) - ONE_SENTENCE) > best:
            best, made_by = weight, alone
    if not GRAVEST.isdisjoint(reasons):
        best = max(best, ENOUGH)
    return best, made_by


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
    """Phrases for the classes that speak most for an urgent text, and WORDS when none speaks clearly."""
    by, phrases = feature_weights(), class_phrases()
    speaks: dict[str, float] = defaultdict(float)
    for name, share in found.items():
        kind, *names = name.split(" ")
        for each in names if kind in "kpn" else ():
            if each in phrases:
                speaks[phrases[each]] += share * by.get(name, 0.0) / len(names)
    clear = sorted(
        (phrase for phrase, weight in speaks.items() if weight >= LEAST_SHARE),
        key=lambda p: -speaks[p],
    )
    return clear[:MOST_SHOWN] or [WORDS]
