"""How hard a text may be to read at an age: advice for whoever writes to children, and never a bar. Pure.

The grade is Flesch-Kincaid's. Syllables are counted by groups of vowels, which needs no dictionary and is off by a
syllable now and then; the survey's own words are counted more exactly by their test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GRADE = {"4-7": 2.0, "8-11": 3.0, "12-17": 5.0}
"""The grade that all that a band reads keeps to together, as for the survey's own words."""
SHORT_TEXT = 1.5
"""By so much one or two sentences may be above, as a single question may."""
LONG_SENTENCE = {"4-7": 10, "8-11": 14, "12-17": 18}
LONG_WORD = 3
"""Syllables from which a word is named."""

_WORD = re.compile(r"[^\W_][\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_SENTENCE = re.compile(r"[^.!?]+")
_VOWELS = re.compile(r"[aeiouy]+")
_ING = re.compile(r"(?<=[aeiouy])ing\b")
_SILENT = re.compile(
    r"(?:[^aeiouyl]|[aeiouy]l)e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouyscxzg])es$|(?<=[^aeiouy])e(?=ly$)"
)


@dataclass(frozen=True, slots=True)
class Advice:
    """Why a text may be hard to read: its grade and the limit, its longest sentence if that is long, its long words."""

    grade: float
    limit: float
    words_in_sentence: int
    long_words: tuple[str, ...]


def count_syllables(word: str) -> int:
    """How many syllables a word has, about. "IRO" counts as one, as the name it is, and so does a number."""
    if word == "IRO" or word[0].isdigit():
        return 1
    heard = _SILENT.sub("", _ING.sub("-ing", word.lower()))
    return max(1, len(_VOWELS.findall(heard)))


def school_grade(text: str) -> float:
    """The school grade of a text that has at least one word."""
    words = _WORD.findall(text)
    return (
        0.39 * len(words) / len(_sentences(text))
        + 11.8 * sum(map(count_syllables, words)) / len(words)
        - 15.59
    )


def reading_advice(text: str, band: str) -> Advice | None:
    """What makes the text hard for that band; None where nothing does, or nothing is written."""
    words = _WORD.findall(text)
    if not words:
        return None
    found, limit = school_grade(text), GRADE[band] + SHORT_TEXT
    if found <= limit:
        return None
    longest = max(len(_WORD.findall(sentence)) for sentence in _sentences(text))
    long_words = tuple(
        dict.fromkeys(word for word in words if count_syllables(word) >= LONG_WORD)
    )
    return Advice(
        found, limit, longest if longest > LONG_SENTENCE[band] else 0, long_words
    )


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.findall(text) if _WORD.search(part)]
