"""Whoever writes to children is told where it may be hard to read; the count is near the one the surveys keep to."""

from __future__ import annotations

import re
import statistics

import pytest

from bench.support import quick
from feedback_app.survey import reading_grade as reading
from feedback_app.survey.catalogue import Catalogue
from tests.support import reading_grade as exact

BANDS = ("4-7", "8-11", "12-17")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return quick.surveys()


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("the", 1), ("are", 1), ("like", 1), ("little", 2), ("asked", 1), ("wanted", 2), ("makes", 1), ("boxes", 2),
        ("being", 2), ("review", 2), ("together", 3), ("lonely", 2), ("IRO", 1), ("2026", 1), ("hmm", 1),
    ],
)  # fmt: skip
def test_syllables_are_those_one_hears(word: str, number: int) -> None:
    assert reading.count_syllables(word) == number


@pytest.mark.parametrize("band", BANDS)
def test_nearly_all_that_the_surveys_say_passes_without_advice(
    catalogue: Catalogue, band: str
) -> None:
    said = [
        " ".join(text.body) for _, text in exact.texts(catalogue, band) if text.body
    ]
    said += [exact.asked(question) for question in exact.questions(catalogue, band)]
    plain = [re.sub(r"\{\w+\}", "1", text) for text in said]
    assert (
        sum(reading.reading_advice(text, band) is not None for text in plain)
        <= len(plain) / 20
    )
    off = statistics.mean(
        reading.school_grade(text) - exact.grade(text) for text in plain
    )
    assert 0 <= off < 1.2


def test_a_long_sentence_and_long_words_are_named() -> None:
    hard = "We will endeavour to accommodate requirements that individuals may from time to time communicate to us."
    found = reading.reading_advice(hard, "12-17")
    assert found is not None
    assert found.grade > found.limit == 6.5
    assert found.words_in_sentence == 0
    assert found.long_words[:2] == ("endeavour", "accommodate")
    young = reading.reading_advice(hard, "4-7")
    assert young is not None
    assert young.words_in_sentence == 16


@pytest.mark.parametrize(
    "text", ["", "  ", "…", "!!!", "We ask you first.", "\N{GRINNING FACE}"]
)
def test_nothing_to_say_of_nothing_or_of_easy_words(text: str) -> None:
    assert reading.reading_advice(text, "4-7") is None


def test_letters_of_other_alphabets_are_counted_and_break_nothing() -> None:
    assert reading.reading_advice("Привет. مرحبا بك. Ń", "8-11") is None
