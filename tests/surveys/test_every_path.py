"""Every child comes to the end: each way through each survey is walked, for each band, meeting mode and age mark."""

from __future__ import annotations

import pytest

from feedback_app.survey.answers import read_answers
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import Answer, Facts
from feedback_app.survey.path import (
    MORE,
    questions_for,
    questions_on_path,
    spotlight_for,
)
from tests.support.every_path import every_case, facts_of, forms


def test_every_way_through_ends_at_the_last_question_and_keeps_one_answer_for_each_question_on_it(
    catalogue: Catalogue,
) -> None:
    walked = 0
    for survey, band, facts in every_case(catalogue):
        questions = questions_for(survey, band, facts)
        for form in forms(questions):
            answers, problems = read_answers(form, questions, facts)
            said = {a.question: a for a in answers}
            if more := form.get(MORE):
                said[MORE] = Answer(MORE, "given", tuple(more))
            on_path = questions_on_path(questions, said, facts)
            assert [a.question for a in answers] == [q.id for q in on_path]
            assert on_path[0] is questions[0]
            last = survey.core if more == ["send"] else questions[-1].id
            assert on_path[-1].id == last
            assert problems == ()
            walked += 1
    assert walked > 10_000


def test_every_question_is_reached_by_some_child(catalogue: Catalogue) -> None:
    for survey in catalogue.surveys:
        for band, questions in survey.bands.items():
            reached: set[str] = set()
            for facts in facts_of(band):
                possible = questions_for(survey, band, facts)
                for form in forms(possible):
                    reached |= {
                        answer.question
                        for answer in read_answers(form, possible, facts)[0]
                    }
            assert reached == {q.id for q in questions}, (survey.key, band)


def test_every_spotlight_question_has_its_month_and_stands_in_the_middle(
    catalogue: Catalogue,
) -> None:
    for survey, band, facts in every_case(catalogue):
        fitting = [q for q in survey.spotlight[band] if set(q.marks) <= facts.marks]
        turns = [
            spotlight_for(survey, band, facts.marks, 2027, 1 + n)
            for n in range(len(fitting))
        ]
        assert sorted(filter(None, turns)) == sorted(q.id for q in fitting)
        for question in fitting:
            ids = [q.id for q in questions_for(survey, band, facts, question.id)]
            assert ids[ids.index(question.id) + 1] == "know_iro"
            assert ids[-2:] == ["better", "best"]


AROUND = 6
"""Start, safe, a talk, whether the IRO may see it, who helped, and Send are a tap each."""
MORE_OR_SEND = 1


@pytest.mark.parametrize(
    ("key", "band", "most"),
    [
        ("rate-my-review", "4-7", 18),
        ("rate-my-review", "8-11", 23),
        ("rate-my-review", "12-17", 26),
        ("safeguarding", "8-11", 25),
        ("safeguarding", "12-17", 25),
        ("u-matter", "4-7", 20),
        ("u-matter", "8-11", 20),
        ("u-matter", "12-17", 20),
        ("u-matter", "16-25", 20),
    ],
)
def test_a_child_is_not_kept_long(
    catalogue: Catalogue, key: str, band: str, most: int
) -> None:
    """Taps on the longest way: one answer leads on by itself; after a tick, and below a box, Next is a tap."""
    survey = catalogue.find_survey(key)
    around = AROUND + (MORE_OR_SEND if survey.core else 0)
    around -= not survey.asks_iro_sees
    spotlight = next((q.id for q in survey.spotlight[band]), None)
    for facts in facts_of(band):
        questions = questions_for(survey, band, facts, spotlight)
        taps = {q.id: 2 if q.type == "multi" else 1 for q in questions}
        for form in forms(questions):
            if survey.core and form.get(MORE) != ["send"]:
                continue
            answers, _ = read_answers(form, questions, facts)
            assert around + sum(taps[a.question] for a in answers) <= most


def test_what_was_not_asked_has_no_answer(catalogue: Catalogue) -> None:
    survey = catalogue.find_survey("rate-my-review")
    questions = questions_for(survey, "8-11", Facts("in_person"))
    answers, _ = read_answers(
        {"q-at_meeting": ["no"], "q-said": ["all"], "q-remote": ["easy"]},
        questions,
        Facts(),
    )
    assert not {"said", "listened", "remote"} & {a.question for a in answers}
    assert Answer("why_not", "left") in answers
