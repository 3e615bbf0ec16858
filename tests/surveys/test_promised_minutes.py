"""The first screen of every survey, age and look promises no less than the longest usual way takes, and no more."""

from __future__ import annotations

import re

import pytest

from feedback_app.survey.answers import read_answers
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.length import (
    ReadingLoad,
    count_words,
    minutes_of,
    reading_pace,
)
from feedback_app.survey.model import EASY, LOOK_OF_BAND, MARKS, Facts
from feedback_app.survey.path import MORE, questions_for
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.views import Screen, SurveyPage
from tests.support.every_path import forms
from tests.support.surveys import NUMBERS

FACTS = Facts("remote", frozenset(MARKS))
SURVEYS = [
    ("rate-my-review", "4-7"),
    ("rate-my-review", "8-11"),
    ("rate-my-review", "12-17"),
    ("safeguarding", "8-11"),
    ("safeguarding", "12-17"),
    ("u-matter", "4-7"),
    ("u-matter", "8-11"),
    ("u-matter", "12-17"),
    ("u-matter", "16-25"),
]


def promised(page: SurveyPage) -> int:
    found = re.search(r"about (\d+) minutes", " ".join(page.screens[0].body))
    assert found, page.screens[0].body
    return int(found[1])


def load_of(screen: Screen) -> ReadingLoad:
    """What stands on a screen for a child to read, and how often they tap there."""
    lines = [screen.title, *(line.striptags() for line in screen.body), screen.box]
    lines += [choice.label for choice in screen.choices]
    if screen.kind == "text":
        lines.append(screen.who.striptags() if screen.who else "")
    if screen.send is not None:
        lines += [screen.send.title, *(one.striptags() for one in screen.send.body)]
    asks_ticks = screen.kind == "many" and bool(screen.declines)
    return ReadingLoad(count_words(*lines), 2 if asks_ticks else 1)


def is_usual(screen: Screen) -> bool:
    """Whether a child meets it who says nothing out of the way: no question, and waiting for no answer."""
    return not (screen.declines or screen.aside) and all(
        op == "unless" for _field, op, _options in screen.show
    )


@pytest.mark.parametrize(("key", "band"), SURVEYS)
def test_the_minutes_are_those_of_the_longest_usual_way(
    catalogue: Catalogue, key: str, band: str
) -> None:
    survey = catalogue.find_survey(key)
    spotlight = next((q.id for q in survey.spotlight[band]), None)
    questions = questions_for(survey, band, FACTS, spotlight)
    ways = {
        frozenset(a.question for a in read_answers(form, questions, FACTS)[0])
        for form in forms(questions)
        if not survey.core or form.get(MORE) == ["send"]
    }
    assert len(ways) > 1 or band == "4-7"
    for look in (LOOK_OF_BAND[band], EASY):
        page = build_page(catalogue, survey, band, look, spotlight, FACTS, NUMBERS)
        loads = {screen.declines: load_of(screen) for screen in page.screens}
        around = sum(
            (load_of(screen) for screen in page.screens if is_usual(screen)),
            ReadingLoad(),
        )
        pace = reading_pace(band, look)
        longest = max(
            minutes_of(sum((loads[one] for one in way), around), pace) for way in ways
        )
        assert 0 <= promised(page) - longest < 1, (look, longest)


@pytest.mark.parametrize("band", ["4-7", "8-11", "12-17", "16-25"])
def test_the_yearly_survey_can_be_sent_after_its_core(
    catalogue: Catalogue, band: str
) -> None:
    survey = catalogue.find_survey("u-matter")
    page = build_page(catalogue, survey, band, LOOK_OF_BAND[band], None, FACTS, NUMBERS)
    asked = [
        screen for screen in page.screens if screen.declines or screen.id == "s-more"
    ]
    at = next(n for n, screen in enumerate(asked) if screen.id == "s-more")
    assert 8 <= at <= 12, "about ten questions"
    assert asked[at - 1].declines == survey.core
    rest = asked[at + 1 :]
    assert rest
    assert all((MORE, "unless", ("send",)) in screen.show for screen in rest)
    assert all(screen.when for screen in rest), (
        "said in words, for a page without script"
    )
    assert all(screen.kind != "text" for screen in rest), (
        "what is written is never lost"
    )
    more = next(c.label for c in asked[at].choices if c.id == "more")
    found = re.search(r"\(up to (\d+)\)", more)
    assert found
    assert len(rest) >= int(found[1]) >= 1


def test_whoever_keys_in_a_form_is_not_asked_whether_to_answer_more(
    catalogue: Catalogue,
) -> None:
    survey = catalogue.find_survey("u-matter")
    page = build_page(
        catalogue, survey, "8-11", "middle", None, FACTS, NUMBERS, by="paper"
    )
    assert "s-more" not in {screen.id for screen in page.screens}
    assert "hobbies" in {screen.declines for screen in page.screens}
