"""The words of the children's page are as easy as those of a survey, in each of three ages."""

from __future__ import annotations

import re

import pytest

from feedback_app.models.action import ACTION_BANDS
from feedback_app.reports.content.child_words import WORDS, BandWords
from tests.support.reading_grade import AVOID, GRADE, grade


def sentences(words: BandWords) -> list[str]:
    return [
        words.opening,
        words.opening_without,
        *words.facts.values(),
        *words.liked.values(),
        *words.after,
        words.liked_title,
        words.wanted_title,
        words.did_title,
        words.doing_title,
        words.cannot_title,
        words.after_title,
    ]


def test_there_are_words_for_each_age_that_actions_are_told_in() -> None:
    assert tuple(WORDS) == ACTION_BANDS
    for words in WORDS.values():
        assert len(words.facts) >= 3
        assert any("{childline}" in line for line in words.call)


@pytest.mark.parametrize("band", ACTION_BANDS)
def test_the_page_reads_as_easily_as_a_survey(band: str) -> None:
    said = sentences(WORDS[band])
    whole = " ".join(one if one.endswith(".") else f"{one}." for one in said)
    assert grade(whole) <= GRADE[band], grade(whole)
    hard = {one: round(grade(one), 1) for one in said if grade(one) > GRADE[band] + 1.5}
    assert not hard
    assert not re.search(rf"\b({AVOID})\b", whole)
