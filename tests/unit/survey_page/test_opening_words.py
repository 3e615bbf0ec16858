"""The first screen is short: how many words a child has before them, in every survey, band and look."""

from __future__ import annotations

import re

import pytest

from feedback_app.config import ROOT
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import EASY, LOOK_OF_BAND, Facts
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.views import Screen, SurveyPage, Way
from tests.support.surveys import NUMBERS

MOST_WORDS = {"4-7": 90}
MOST_FROM_8 = 110
CATALOGUE = load_catalogue(ROOT / "surveys")
EVERY = [
    pytest.param(survey.key, band, look, id=f"{survey.key} {band} {look}")
    for survey in CATALOGUE.surveys
    for band in survey.bands
    for look in (LOOK_OF_BAND[band], EASY)
]


def page_of(key: str, band: str, look: str, *, draft: bool = False) -> SurveyPage:
    """The page as a child gets it: with another look and other languages to choose."""
    ui = CATALOGUE.words.short_words(band)
    other = ui["usual"] if look == EASY else ui["easy"]
    return build_page(
        CATALOGUE,
        CATALOGUE.find_survey(key),
        band,
        look,
        None,
        Facts("in_person", frozenset()),
        NUMBERS,
        looks=(Way("?look=x", other),),
        languages=(Way("?language=pl", "Polski", "pl", "ltr"),),
    )


def words_in_sight(page: SurveyPage) -> list[str]:
    """Every word on the first screen before anything is opened, but for the bar above it."""
    first = page.screens[0]
    said = [
        first.title,
        *(line.striptags() for line in first.body),
        page.ui["more"],
        first.ask,
        page.ui["language"],
        *(way.name for way in page.looks),
        first.button,
    ]
    return re.findall(r"[^\s“”]+", " ".join(said))


def first_of(page: SurveyPage) -> Screen:
    return page.screens[0]


@pytest.mark.parametrize(("key", "band", "look"), EVERY)
def test_few_words_stand_before_start(key: str, band: str, look: str) -> None:
    found = words_in_sight(page_of(key, band, look))
    assert 40 < len(found) <= MOST_WORDS.get(band, MOST_FROM_8), " ".join(found)
