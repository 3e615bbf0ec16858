"""What is weighed in a text: its words, parts of words, pairs of words, and above all words that are alike.

A hint says in other words each time what others have hinted before: "my uncle comes in at night", "grandad sits on my
bed when it is dark". Words alike in meaning (classes.yaml: KIN, NIGHT, BEDROOM) and what stands near what make them
the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

from feedback_app.ranking.lists import shipped_phrases, word_forms
from feedback_app.ranking.spelling import A_FIGURE, A_NAME

CLASSES_FILE = Path(__file__).with_name("classes.yaml")

START, END = "^", "$"
PART_LENGTHS = (3, 4, 5)
FARTHEST = 4
STEP_OF_LENGTH, MOST_STEPS = 4, 8
PART, CLASS, BESIDE, NEAR, RULE = 0.5, 1.0, 0.7, 0.7, 0.3
"""How much a part of a word, a class, two classes side by side, two that are near and a rule's reason count beside a
word: chosen by the estimate on writers left out (docs/ranking.md)."""

Features = dict[str, float]


def text_features(
    spoken: Sequence[Sequence[str]], reasons: Iterable[str], signs: Iterable[str]
) -> Features:
    """Each feature of some sentences with its share; the squares of all shares add up to 1.

    The first letter of a name says what it is: w a word, b two words side by side, c a part of a word, k a class,
    p two classes side by side, n two classes near each other, r and s what the phrases and the signs found, l how long.
    """
    found: Features = {}
    for sentence in spoken:
        _add_words(found, sentence)
        _add_classes(found, sentence)
    for kind, names in (("r", tuple(reasons)), ("s", tuple(signs))):
        found |= dict.fromkeys(
            [f"{kind} {name}" for name in names] + [kind] * bool(names), RULE
        )
    found[f"l{min(MOST_STEPS, sum(map(len, spoken)) // STEP_OF_LENGTH)}"] = 1.0
    length = math.sqrt(sum(share * share for share in found.values()))
    return {name: share / length for name, share in found.items()}


def _add_words(found: Features, sentence: Sequence[str]) -> None:
    for word in sentence:
        found[f"w {word}"] = 1.0
        for part in _parts(word):
            found[part] = PART
    row = [START, *sentence, END]
    for first, second in pairwise(row):
        found[f"b {first} {second}"] = 1.0


def _parts(word: str) -> list[str]:
    framed = f"<{word}>"
    return [
        f"c {framed[at : at + n]}"
        for n in PART_LENGTHS
        for at in range(len(framed) - n + 1)
    ]


def _add_classes(found: Features, sentence: Sequence[str]) -> None:
    known = word_classes()
    of = [known.get(word, ()) for word in sentence]
    found |= {f"k {name}": CLASS for names in of for name in names}
    row = [
        names[0] if names else word for names, word in zip(of, sentence, strict=True)
    ]
    framed = [START, *row, END]
    for first, second in pairwise(framed):
        found[f"p {first} {second}"] = BESIDE
    for at, first in enumerate(row):
        for later in range(at + 2, min(at + 1 + FARTHEST, len(row))):
            if of[at] and of[later]:
                found[f"n {first} {row[later]}"] = NEAR


@cache
def word_classes() -> Mapping[str, tuple[str, ...]]:
    """Word -> the classes it belongs to, the first one leading; read once."""
    found: dict[str, dict[str, None]] = {A_NAME: {A_NAME: None}, A_FIGURE: {}}
    for name, words in _file()["words"].items():
        for form in _spelt_forms(words):
            found.setdefault(form, {})[name] = None
    found[A_FIGURE] |= {"FIGURE": None}
    return {word: tuple(names) for word, names in found.items()}


def _spelt_forms(words: str) -> list[str]:
    """All forms of these words, spelt as the list of phrases spells them."""
    same = shipped_phrases().same
    forms = [form for word in words.split() for form in word_forms(word)]
    return [same[form][0] if len(same.get(form, ())) == 1 else form for form in forms]


def class_phrases() -> Mapping[str, str]:
    """Class -> the phrase that is shown for it; classes that say nothing by themselves have none."""
    return _file()["shown"]


@cache
def telling_words() -> Mapping[str, frozenset[str]]:
    """Class -> the words for which its phrase is shown: those of it that say what the phrase says."""
    unsaid = {
        name: frozenset(_spelt_forms(words))
        for name, words in _file()["unsaid"].items()
    }
    found: dict[str, set[str]] = {name: set() for name in class_phrases()}
    for word, names in word_classes().items():
        for name in names:
            if name in found and word not in unsaid.get(name, ()):
                found[name].add(word)
    return {name: frozenset(words) for name, words in found.items()}


@cache
def _file() -> dict[str, dict[str, str]]:
    text = CLASSES_FILE.read_text(encoding="utf-8")
    read: dict[str, dict[str, str]] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # nosec B506
    return read
