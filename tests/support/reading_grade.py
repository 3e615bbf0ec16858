"""The Flesch-Kincaid grade of what children are asked, with syllables counted by pyphen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyphen

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.easy import in_easy_words
from feedback_app.survey.model import Question
from feedback_app.survey.words import FixedText

GRADE = {
    "4-7": 2.0,
    "8-11": 3.0,
    "12-17": 5.0,
    "16-25": 5.0,
    "easy": 2.0,
    "easy-16-25": 2.0,
}
"""The hardest grade of what each age reads."""
AVOID = r"contact\w*|placements?|LAC|respite|siblings? groups?|abscond\w*|care plans?"
"""Words of the office."""
_PARTS_OF = pyphen.Pyphen(lang="en_GB")


def syllables(word: str) -> int:
    return (
        1 if word == "IRO" or word[0].isdigit() else len(_PARTS_OF.positions(word)) + 1
    )


def grade(said: str) -> float:
    plain = re.sub(r"\{\w+\}", "1", said)
    words = re.findall(r"[A-Za-z0-9][A-Za-z0-9'-]*", plain)
    sentences = len(
        [part for part in re.split(r"[.!?]+(?:\s|$)", plain) if part.strip()]
    )
    return (
        0.39 * len(words) / max(1, sentences)
        + 11.8 * sum(map(syllables, words)) / len(words)
        - 15.59
    )


def asked(question: Question) -> str:
    return f"{question.text} {question.hint}".strip()


def questions(catalogue: Catalogue, band: str) -> Iterator[Question]:
    for survey in catalogue.surveys:
        yield from (*survey.bands.get(band, ()), *survey.spotlight.get(band, ()))


def easy_questions(catalogue: Catalogue, band: str) -> list[Question]:
    """The band's questions as easy read says them, whichever band's words those are."""
    return [
        in_easy_words(survey, band, question)
        for survey in catalogue.surveys
        for question in (*survey.bands.get(band, ()), *survey.spotlight.get(band, ()))
    ]


def texts(catalogue: Catalogue, band: str) -> Iterator[tuple[str, FixedText]]:
    for key, text in catalogue.words.texts.items():
        if key.band == band:
            yield f"{key.text_id} of {key.survey}", text
