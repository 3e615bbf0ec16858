"""Easy read, at any age: every question and answer has its drawing, and nobody is spoken to as a small child."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.easy import in_easy_words
from feedback_app.survey.model import (
    BANDS,
    EASY,
    LOOK_OF_BAND,
    Question,
    Survey,
)
from feedback_app.survey.pictures import DRAWN
from feedback_app.survey.words import BRACE, TEXT_IDS, FixedText, UnknownText

TEMPLATES = Path(__file__).parents[2] / "feedback_app" / "templates"
MOST_SYMBOLS = 40
NOT_FOR_THE_CHILD = {"helper", "iro_aloud_start", "iro_aloud_end"}
UNKNOWN_READER = {
    "code",
    "scan_again",
    "dead_link",
    "not_found",
    "busy",
    "error",
    "down",
    "too_big",
    "said_and_done",
    "told",
    "accessibility",
}
"""Pages for whoever comes: nobody knows yet how they read, so they are easy for all."""
EASY_TEXTS = [id_ for id_ in TEXT_IDS if id_ not in NOT_FOR_THE_CHILD | UNKNOWN_READER]
CHILDISH = re.compile(r"\bgrown-ups?\b", re.IGNORECASE)


def every_question(catalogue: Catalogue) -> Iterator[tuple[Survey, str, Question]]:
    for survey in catalogue.surveys:
        for band in survey.bands:
            for question in (*survey.bands[band], *survey.spotlight[band]):
                yield survey, band, question


def every_text(
    catalogue: Catalogue, text_id: str
) -> Iterator[tuple[str, FixedText, FixedText, FixedText]]:
    """Where it is met, and how the band, plain words and easy words say it."""
    for survey in catalogue.surveys:
        for band in survey.bands:
            for iro in (True, False):
                try:
                    own = catalogue.words.find_text(text_id, survey.key, band, iro=iro)
                except UnknownText:
                    assert (text_id == "iro_sees" and not survey.asks_iro_sees) or (
                        text_id == "more" and not survey.core
                    )
                    continue
                plain = catalogue.words.find_text(
                    text_id, survey.key, band, iro=iro, plain=True
                )
                easy = catalogue.words.find_text(
                    text_id, survey.key, band, iro=iro, easy=True
                )
                yield f"{text_id}, {survey.key}, {band}", own, plain, easy


def lines(text: FixedText) -> tuple[str, ...]:
    return (
        text.title,
        *text.body,
        *(o.label for o in text.options),
        text.button,
        text.box,
        *text.extra.values(),
    )


@pytest.fixture(scope="module")
def symbols() -> list[str]:
    drawings = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True
    ).from_string(
        '{% from "child/drawings.html" import drawings %}{{ drawings(names) }}'
    )
    return re.findall(r'<symbol id="([^"]+)"', drawings.render(names=DRAWN))


def test_all_drawings_are_drawn_once_and_are_few(symbols: list[str]) -> None:
    assert sorted(symbols) == sorted(["i-who", *(f"p-{name}" for name in DRAWN)])
    assert len(symbols) <= MOST_SYMBOLS


def test_every_question_and_every_answer_of_every_survey_and_age_has_a_drawing(
    catalogue: Catalogue, symbols: list[str]
) -> None:
    seen = 0
    for survey, band, question in every_question(catalogue):
        said = in_easy_words(survey, band, question)
        named = [catalogue.pictures.of_question(said)]
        named += [
            catalogue.pictures.of_option(said.id, option) for option in said.options
        ]
        assert {f"p-{name}" for name in named} <= set(symbols), (
            survey.key,
            band,
            question.id,
        )
        seen += len(named)
    assert seen > 500


def test_the_answers_to_one_question_look_different(catalogue: Catalogue) -> None:
    for survey, band, question in every_question(catalogue):
        named = [
            catalogue.pictures.of_option(question.id, option)
            for option in question.options
        ]
        assert len(set(named)) == len(named), (survey.key, band, question.id, named)


SAYS_YES = re.compile(r"Yes\b")
SAYS_NO = re.compile(r"No\b(?! one)")


def test_a_sign_means_one_thing_wherever_it_stands(catalogue: Catalogue) -> None:
    """The first answer that begins with Yes has the tick, No the cross; the hand is "I did not want to"."""
    meant: dict[str, set[str]] = {"yes": set(), "hand": set(), "star": set()}
    for survey, band, question in every_question(catalogue):
        said = in_easy_words(survey, band, question)
        drawn = {o.id: catalogue.pictures.of_option(said.id, o) for o in said.options}
        for option in said.options:
            if option.face is None and drawn[option.id] in meant:
                meant[drawn[option.id]].add(option.id)
        yeses = [o for o in said.options if SAYS_YES.match(o.label)]
        if question.id != "last_review":  # whose answers say where it was
            assert all(drawn[o.id] == "yes" for o in yeses[:1]), question.id
        for option in said.options:
            if SAYS_NO.match(option.label):
                assert drawn[option.id] == "no", (survey.key, band, question.id)
    assert meant["yes"] == {"yes", "all", "most", "both", "told"}
    assert meant["hand"] == {"no_wish", "offered"}
    assert meant["star"] == {"no_need", "nothing"}


@pytest.mark.parametrize("text_id", EASY_TEXTS)
def test_every_screen_and_choice_of_the_fixed_texts_has_a_drawing(
    catalogue: Catalogue, text_id: str
) -> None:
    for where, _, _, easy in every_text(catalogue, text_id):
        named = [
            catalogue.pictures.of_option(text_id, option) for option in easy.options
        ]
        assert all(named), where
        assert len(set(named)) == len(named), where
    on_a_screen = set(EASY_TEXTS) - {
        "open",  # one for each survey
        "open_choice",
        "open_safe",
        "leave",
        "not_for_me",
        "iro_helps",
        "who_reads",
        "signal",
        "too_long",
        "help",
        "calls",
        "no_help",
        "privacy",
        "iro_sees",
        "paper",
    }
    assert text_id not in on_a_screen or catalogue.pictures.of_text(text_id)


def test_easy_words_keep_the_answers_that_are_stored(catalogue: Catalogue) -> None:
    for survey, band, question in every_question(catalogue):
        said = in_easy_words(survey, band, question)
        assert [o.id for o in said.options] == [o.id for o in question.options]
        assert len({o.label for o in said.options}) == len(said.options), (
            survey.key,
            band,
            question.id,
        )
        assert (said.show, said.when) == (question.show, question.when)


def test_no_easy_question_speaks_to_a_small_child(catalogue: Catalogue) -> None:
    for survey, band, question in every_question(catalogue):
        said = in_easy_words(survey, band, question)
        for line in (said.text, *(o.label for o in said.options)):
            assert not CHILDISH.search(line), (survey.key, band, question.id, line)
        assert band == "4-7" or not CHILDISH.search(said.hint)


@pytest.mark.parametrize("text_id", EASY_TEXTS)
def test_easy_and_plain_texts_say_what_the_text_says(
    catalogue: Catalogue, text_id: str
) -> None:
    for where, own, plain, easy in every_text(catalogue, text_id):
        for said in (plain, easy):
            assert [o.id for o in said.options] == [o.id for o in own.options], where
            assert set(said.extra) == set(own.extra), where
            assert said.default == own.default, where
            for name, line in own.extra.items():
                assert set(BRACE.findall(said.extra[name])) == set(
                    BRACE.findall(line)
                ), (where, name)
        assert set(BRACE.findall(" ".join(plain.body))) == set(
            BRACE.findall(" ".join(own.body))
        ), where


def test_every_survey_opens_with_a_drawing_but_for_12_and_over(
    catalogue: Catalogue,
) -> None:
    for survey in catalogue.surveys:
        for band in survey.bands:
            for look in {LOOK_OF_BAND[band], EASY} - {"older"}:
                assert catalogue.pictures.of_opening(survey.key, look) in DRAWN


# The envelope of a Word form is one of paper, and no image of speech.
@pytest.mark.parametrize("text_id", [one for one in EASY_TEXTS if one != "paper"])
def test_neither_easy_nor_plain_texts_speak_of_an_envelope(
    catalogue: Catalogue, text_id: str
) -> None:
    for where, _, plain, easy in every_text(catalogue, text_id):
        assert "envelope" not in BRACE.sub(
            "", " ".join((*lines(plain), *lines(easy)))
        ), where


@pytest.mark.parametrize("text_id", EASY_TEXTS)
def test_no_easy_text_speaks_to_a_small_child(
    catalogue: Catalogue, text_id: str
) -> None:
    for where, _, _, easy in every_text(catalogue, text_id):
        assert not CHILDISH.search(" ".join(lines(easy))), where


def test_the_numbers_to_call_are_as_many_in_easy_words(catalogue: Catalogue) -> None:
    for text_id in ("help", "open_safe", "safe_help"):
        for where, own, _, easy in every_text(catalogue, text_id):
            assert set(BRACE.findall(" ".join(easy.body))) >= set(
                BRACE.findall(" ".join(own.body))
            ), where


def test_a_care_leaver_reads_of_their_own_adviser_and_helpline(
    catalogue: Catalogue,
) -> None:
    for text_id in (
        "open",
        "open_safe",
        "talk_to",
        "who_reads",
        "safe_help",
        "help",
    ):
        easy = catalogue.words.find_text(text_id, "u-matter", BANDS[-1], easy=True)
        assert not re.search(r"IRO|childline", " ".join(lines(easy))), text_id
