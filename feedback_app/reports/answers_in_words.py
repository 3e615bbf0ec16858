"""What a child answered, in the words that this child saw: the one place where stored ids become questions and labels.

A survey, a question or an option that is no longer there is shown by its id, so that no answer is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.survey.catalogue import Catalogue, UnknownSurvey
from feedback_app.survey.easy import as_read
from feedback_app.survey.model import Question


@dataclass(frozen=True, slots=True)
class AnswerInWords:
    """One question on the child's path and what was answered.

    `state`: given, left or declined. `chosen`: the labels of what was chosen, in the question's order. The free text,
    where there is one, stays sealed until somebody opens it.
    """

    question_id: str
    question: str
    state: str
    chosen: tuple[str, ...]

    @property
    def declined(self) -> bool:
        """Whether the child did not want to say."""
        return self.state == "declined"


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A survey's questions as a child of one band read them in one look. `questions`: id -> question, in order."""

    survey_title: str
    questions: Mapping[str, Question]

    def question_text(self, question_id: str) -> str:
        """The question's words; its id if there is no such question."""
        question = self.questions.get(question_id)
        return question.text if question else question_id

    def option_labels(
        self, question_id: str, chosen: Collection[str]
    ) -> tuple[str, ...]:
        """The labels of the chosen options, in the question's order; then the ids of options that are not there."""
        question = self.questions.get(question_id)
        options = question.options if question else ()
        labels = {option.id: option.label for option in options}
        known = [label for option_id, label in labels.items() if option_id in chosen]
        unknown = [option_id for option_id in sorted(chosen) if option_id not in labels]
        return (*known, *unknown)


def question_words(catalogue: Catalogue, row: Response | Invitation) -> QuestionWords:
    """The questions that the child of this response or invitation saw, in their survey's version, band and look."""
    try:
        survey = catalogue.find_survey(row.survey, row.survey_version)
    except UnknownSurvey:
        return QuestionWords(row.survey, {})
    questions = (*survey.bands.get(row.band, ()), *survey.spotlight.get(row.band, ()))
    read = [as_read(survey, row.band, row.look, question) for question in questions]
    return QuestionWords(survey.title, {question.id: question for question in read})


def answers_in_words(
    session: Session,
    catalogue: Catalogue,
    responses: Collection[Response],
    *,
    with_left: bool = False,
) -> Mapping[str, tuple[AnswerInWords, ...]]:
    """Response id -> its answers in the order they were asked. `with_left`: also the questions that were left empty.

    The caller has found the responses through `models/scope.py`.
    """
    ids = [response.id for response in responses]
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for answer in session.scalars(
        select(AnswerRow).where(AnswerRow.response_id.in_(ids))
    ):
        if with_left or answer.state != "left":
            states[answer.response_id][answer.question] = answer.state
    chosen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for option in session.scalars(
        select(AnswerOption).where(AnswerOption.response_id.in_(ids))
    ):
        chosen[option.response_id, option.question].add(option.option)
    return {
        response.id: _answers_of_response(
            question_words(catalogue, response),
            response.id,
            states[response.id],
            chosen,
        )
        for response in responses
    }


def question_text(catalogue: Catalogue, response: Response, question_id: str) -> str:
    """The question in the words that this child saw; its id where the survey has no such question any more."""
    return question_words(catalogue, response).question_text(question_id)


def _answers_of_response(
    words: QuestionWords,
    response_id: str,
    states: Mapping[str, str],
    chosen: Mapping[tuple[str, str], set[str]],
) -> tuple[AnswerInWords, ...]:
    in_order = [question_id for question_id in words.questions if question_id in states]
    unknown = sorted(states.keys() - words.questions.keys())
    answers = []
    for question_id in (*in_order, *unknown):
        labels = words.option_labels(
            question_id, chosen.get((response_id, question_id), ())
        )
        answers.append(
            AnswerInWords(
                question_id,
                words.question_text(question_id),
                states[question_id],
                labels,
            )
        )
    return tuple(answers)
