"""The numbers on a paper form: one place in the survey, one number, whatever a child's own form leaves out."""

from __future__ import annotations

import pytest

from feedback_app.config import ROOT
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.form_order import FIXED, FormQuestion, form_questions
from feedback_app.survey.model import LOOK_OF_BAND, Facts, Survey
from tests.support.surveys import NUMBERS

CATALOGUE = load_catalogue(ROOT / "surveys")
NOTHING = Facts()
KINDS = [
    (survey, band) for survey in CATALOGUE.newest_surveys() for band in survey.bands
]


def on_form(
    survey: Survey,
    band: str,
    look: str = "",
    facts: Facts = NOTHING,
    spotlight: str | None = None,
    *,
    has_iro: bool = True,
) -> tuple[FormQuestion, ...]:
    return form_questions(
        CATALOGUE,
        survey,
        band,
        look or LOOK_OF_BAND[band],
        facts,
        spotlight,
        NUMBERS,
        has_iro=has_iro,
    )


@pytest.mark.parametrize(("survey", "band"), KINDS)
def test_a_number_is_one_question_in_every_form_of_a_band(
    survey: Survey, band: str
) -> None:
    months = [None, *(one.id for one in survey.spotlight.get(band, ()))]
    known: dict[int, str] = {}
    for look in (LOOK_OF_BAND[band], "easy"):
        for mode in (None, "in_person", "remote"):
            for marks in (frozenset[str](), frozenset({"16+", "16-17"})):
                for month in months:
                    asked = on_form(survey, band, look, Facts(mode, marks), month)
                    numbers = [one.number for one in asked]
                    assert numbers == sorted(set(numbers))
                    for one in asked:
                        name = one.question.id
                        if name == month:
                            name = "the month's"
                        assert known.setdefault(one.number, name) == name
    assert sorted(known) == list(range(1, len(known) + 1))


@pytest.mark.parametrize(("survey", "band"), KINDS)
def test_letters_follow_the_answers(survey: Survey, band: str) -> None:
    for one in on_form(survey, band):
        assert list(one.letter_options.values()) == [o.id for o in one.question.options]
        assert (
            "".join(one.letter_options) == "abcdefghijklmn"[: len(one.letter_options)]
        )


def test_the_fixed_questions_come_last_and_only_where_they_are_asked() -> None:
    reviews = CATALOGUE.find_survey("rate-my-review")
    yearly = CATALOGUE.find_survey("u-matter")
    assert [one.field for one in on_form(reviews, "8-11")][-4:] == list(FIXED)
    assert [one.field for one in on_form(yearly, "8-11")][-3:] == list(FIXED)[:3]
    alone = on_form(reviews, "8-11", has_iro=False)
    assert [one.field for one in alone][-3:] == list(FIXED)[:3]
    assert "b" not in alone[-1].letter_options, (
        "no letter moves up for an IRO who is not there"
    )
    assert alone[-1].letter_options["c"] == "carer"


def test_not_safe_is_a_field_of_its_own() -> None:
    asked = on_form(CATALOGUE.find_survey("safeguarding"), "8-11")
    talk = next(one for one in asked if one.field == "talk_to")
    assert [one.field for one in talk.options[:2]] == ["not_safe", "talk_to"]
