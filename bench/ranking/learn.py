"""`python -m bench.ranking.learn`: weigh single words by the texts that may be learned from, into weights.txt.

A logistic regression without any library: a few thousand words, about a thousand texts, some seconds. The split check4
is never learned from: it was measured once, and gives the honest figure.
"""

from __future__ import annotations

import math
from collections import Counter

from bench.ranking.labelled import Labelled, labelled
from feedback_app.ranking.lists import WEIGHTS_FILE
from feedback_app.ranking.spelling import plain, words

LEARNED_FROM = ("tune", "check", "check2", "check3", "tune2")
ROUNDS = 300
SLOPE = 2.0
SHRINK = 3.3
FEWEST_TEXTS = 2


def weigh(texts: list[Labelled]) -> dict[str, float]:
    """Word -> weight; "" -> what every sentence starts with. Urgent and ordinary texts count alike in sum."""
    texts = [row for row in texts if row.kind != "language"]
    bags = [set[str]().union(*words(plain(row.text)).spoken) for row in texts]
    urgent = [row.label == "urgent" for row in texts]
    count = Counter(word for bag in bags for word in bag)
    bags = [{word for word in bag if count[word] >= FEWEST_TEXTS and not word.isdigit()} for bag in bags]
    each = {True: len(texts) / 2 / sum(urgent), False: len(texts) / 2 / (len(texts) - sum(urgent))}
    weights = dict.fromkeys((word for bag in bags for word in bag), 0.0) | {"": 0.0}
    for _round in range(ROUNDS):
        pull = dict.fromkeys(weights, 0.0)
        for bag, is_urgent in zip(bags, urgent, strict=True):
            chance = 1 / (1 + math.exp(-weights[""] - sum(weights[word] for word in bag)))
            off = (is_urgent - chance) * each[is_urgent]
            for word in bag:
                pull[word] += off
            pull[""] += off
        for word in weights:
            shrink = SHRINK * weights[word] if word else 0.0
            weights[word] += (pull[word] - shrink) / (SHRINK + SLOPE * (count[word] or len(bags)))
    return weights


def main() -> None:
    weights = weigh(labelled(*LEARNED_FROM))
    lines = [f"{word}\t{round(weight * 100)}" for word, weight in sorted(weights.items()) if abs(weight) >= 0.005]
    head = "# word, hundredths: written by python -m bench.ranking.learn from invented texts"
    WEIGHTS_FILE.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
