"""`python -m bench.ranking.learn`: weigh the features of the labelled texts (none held out) into weights.txt.

A logistic regression without any library and always with the same outcome; about half a minute.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ranking.labelled import Labelled, learned_from
from feedback_app.ranking import learned
from feedback_app.ranking.features import Features, text_features
from feedback_app.ranking.learned import WEIGHTS_FILE, split_sentences
from feedback_app.ranking.rank import matched_reasons
from feedback_app.ranking.spelling import plain_text, split_words

ROUNDS = 20
SHRINK = 0.1
FEWEST_TEXTS = 3
LEAST_WEIGHT = 0.02
HALVINGS = 30
SEED = 55

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is weighed in one labelled text, as a whole and sentence by sentence (nothing when it has but one)."""

    urgent: bool
    whole: Features
    alone: tuple[Features, ...]


def seen(row: Labelled) -> Seen:
    found = split_words(plain_text(row.text))
    reasons, signs = matched_reasons(found)
    parts = split_sentences([sentence for sentence in found.spoken if sentence])
    alone = (
        tuple(text_features([part], reasons, signs) for part in parts)
        if len(parts) > 1
        else ()
    )
    return Seen(
        row.label == "urgent", text_features(found.spoken, reasons, signs), alone
    )


def learn(texts: Sequence[Seen]) -> Weights:
    """The weights, learned twice: from whole texts, then also from sentences.

    Each sentence of an ordinary text is ordinary; of an urgent one only that sentence is urgent which the first
    weights find the heaviest.
    """
    wholes = [(text.whole, text.urgent) for text in texts]
    first = weigh(wholes)
    sentences: list[tuple[Features, bool]] = []
    for text in texts:
        if text.urgent and text.alone:
            sentences.append(
                (
                    max(text.alone, key=lambda each: learned.sum_weights(each, first)),
                    True,
                )
            )
        else:
            sentences += [(each, False) for each in text.alone]
    return weigh([*wholes, *sentences])


def weigh(seen: Sequence[tuple[Features, bool]]) -> Weights:
    """Feature -> weight; "" -> where each text starts. Urgent and ordinary texts count alike in sum."""
    rows, urgent = (
        [each for each, _urgent in seen],
        [is_urgent for _each, is_urgent in seen],
    )
    count = Counter(name for row in rows for name in row)
    number = {
        name: at
        for at, name in enumerate(
            sorted(name for name, n in count.items() if n >= FEWEST_TEXTS), 1
        )
    }
    texts = [
        [
            (0, 1.0),
            *((number[name], share) for name, share in row.items() if name in number),
        ]
        for row in rows
    ]
    share = {
        True: len(rows) / 2 / sum(urgent),
        False: len(rows) / 2 / (len(rows) - sum(urgent)),
    }
    found = _ascend(
        texts, urgent, [share[each] / SHRINK for each in urgent], len(number) + 1
    )
    return {"": found[0]} | {name: found[at] for name, at in number.items()}


def _ascend(
    texts: Sequence[list[tuple[int, float]]],
    urgent: Sequence[bool],
    most: Sequence[float],
    size: int,
) -> list[float]:
    """The weights, text by text: each is given the pull, between nothing and `most`, that suits the others' best.

    This climbs the dual of the logistic regression one coordinate at a time (Yu, Huang and Lin, 2011).
    """
    found, order, rng = [0.0] * size, list(range(len(texts))), random.Random(SEED)
    pulls = [0.0] * len(texts)
    square = [sum(value * value for _at, value in text) for text in texts]
    for _round in range(ROUNDS):
        rng.shuffle(order)
        for each in order:
            side = 1.0 if urgent[each] else -1.0
            says = side * sum(found[at] * value for at, value in texts[each])
            pull = _best_pull(
                says - square[each] * pulls[each], square[each], most[each]
            )
            change, pulls[each] = side * (pull - pulls[each]), pull
            for at, value in texts[each]:
                found[at] += change * value
    return found


def _best_pull(says: float, square: float, most: float) -> float:
    """Where log(pull / (most - pull)) + square * pull + says crosses 0."""
    low, high = 0.0, most
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        if middle <= 0 or middle >= most:
            break
        if math.log(middle / (most - middle)) + square * middle + says > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def main() -> None:
    weights = learn([seen(row) for row in learned_from()])
    lines = [
        f"{name}\t{round(weight * 100)}"
        for name, weight in sorted(weights.items())
        if abs(weight) >= LEAST_WEIGHT
    ]
    head = "# feature (see features.py), hundredths: written by python -m bench.ranking.learn from invented texts"
    WEIGHTS_FILE.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
