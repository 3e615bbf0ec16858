"""Children can read what we ask: Flesch-Kincaid grade 2 for 4-7, 3 for 8-11, 5 from 12 on, 2 in easy read at any age.

Syllables are counted with pyphen; "IRO" counts as one, as the name it is, and so does a number, which stands in for
each {brace}. A limit holds for each fixed text and for all questions of a band together; a single question, being
one short sentence, may be 1.5 above.
"""

from __future__ import annotations

import re

import pytest

from feedback_app.survey.catalogue import Catalogue
from tests.support.reading_grade import (
    AVOID,
    GRADE,
    asked,
    easy_questions,
    grade,
    questions,
    syllables,
    texts,
)

BANDS = ("4-7", "8-11", "12-17", "16-25")
SINGLE_QUESTION = 1.5
NEGATIVES = r"not|no|never|none|nobody|nothing|cannot|\w+n't"


def test_the_count_knows_an_easy_sentence_from_a_hard_one() -> None:
    assert grade("How do you feel about the place where you live?") < 2
    assert (
        grade(
            "To what extent is your accommodation perceived as adequate for individual requirements?"
        )
        > 11
    )
    assert syllables("IRO") == 1


@pytest.mark.parametrize("band", GRADE)
def test_each_fixed_text_can_be_read_at_that_age(
    catalogue: Catalogue, band: str
) -> None:
    hard = [
        f"{name}: {grade(body):.1f}: {body}"
        for name, text in texts(catalogue, band)
        if (body := " ".join(text.body)) and grade(body) > GRADE[band]
    ]
    assert hard == []


@pytest.mark.parametrize("band", GRADE)
def test_each_further_line_of_a_text_can_be_read_at_that_age(
    catalogue: Catalogue, band: str
) -> None:
    hard = [
        f"{name}, {line}: {grade(said):.1f}: {said}"
        for name, text in texts(catalogue, band)
        for line, said in text.extra.items()
        if grade(said) > GRADE[band] + SINGLE_QUESTION
    ]
    assert hard == []


@pytest.mark.parametrize("band", BANDS)
def test_each_question_can_be_read_at_that_age(catalogue: Catalogue, band: str) -> None:
    limit = GRADE[band] + SINGLE_QUESTION
    hard = [
        f"{q.id}: {grade(asked(q)):.1f}: {asked(q)}"
        for q in questions(catalogue, band)
        if grade(asked(q)) > limit
    ]
    assert hard == []


@pytest.mark.parametrize("band", BANDS)
def test_all_questions_of_an_age_together_keep_its_limit(
    catalogue: Catalogue, band: str
) -> None:
    assert grade(" ".join(asked(q) for q in questions(catalogue, band))) <= GRADE[band]


@pytest.mark.parametrize("band", BANDS)
def test_in_easy_read_each_question_can_be_read_whatever_the_age(
    catalogue: Catalogue, band: str
) -> None:
    said = [asked(question) for question in easy_questions(catalogue, band)]
    limit = GRADE["easy"] + SINGLE_QUESTION
    assert [f"{grade(one):.1f}: {one}" for one in said if grade(one) > limit] == []
    assert grade(" ".join(said)) <= GRADE["easy"]


@pytest.mark.parametrize("band", BANDS)
def test_in_easy_read_the_questions_together_are_easier_than_the_age_s_own(
    catalogue: Catalogue, band: str
) -> None:
    own = grade(" ".join(asked(question) for question in questions(catalogue, band)))
    assert (
        grade(" ".join(asked(question) for question in easy_questions(catalogue, band)))
        < own
    )


@pytest.mark.parametrize("band", BANDS)
def test_no_question_uses_a_word_of_the_office_or_a_negative(
    catalogue: Catalogue, band: str
) -> None:
    barred = re.compile(rf"\b(?:{AVOID}|{NEGATIVES})\b", re.IGNORECASE)
    # An answer that is named, in quotation marks, is no negative of the question's own.
    every = (*questions(catalogue, band), *easy_questions(catalogue, band))
    plain = [re.sub("“[^”]*”", "", asked(question)) for question in every]
    assert [said for said in plain if barred.search(said)] == []


@pytest.mark.parametrize("band", GRADE)
def test_no_answer_and_no_fixed_text_uses_a_word_of_the_office(
    catalogue: Catalogue, band: str
) -> None:
    barred = re.compile(rf"\b(?:{AVOID})\b", re.IGNORECASE)
    every = (
        *questions(catalogue, band),
        *(easy_questions(catalogue, band) if band in BANDS else ()),
    )
    said = [option.label for q in every for option in q.options]
    for _, text in texts(catalogue, band):
        said += [
            text.title,
            *text.body,
            *(o.label for o in text.options),
            text.button,
            text.box,
            *text.extra.values(),
        ]
    assert [line for line in said if barred.search(line)] == []
