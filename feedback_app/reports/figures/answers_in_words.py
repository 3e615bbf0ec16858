"""What single children answered, in the words that they saw: questions and labels, as band and look have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.response import Answer, AnswerOption, Response
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.easy import as_read


@dataclass(frozen=True, slots=True)
class Said:
    """One question as the child saw it, and what they answered: chosen labels; whether they would not say.

    `id` is the question's; its free text, where there is one, stays sealed until somebody opens it.
    """

    id: str
    question: str
    chosen: tuple[str, ...]
    declined: bool


def said_in(session: Session, catalogue: Catalogue, responses: Collection[Response]) -> Mapping[str, tuple[Said, ...]]:
    """Response id -> its answers in the order they were asked; what was left empty is left out.

    The caller has found the responses through `models/scope.py`.
    """
    ids = [response.id for response in responses]
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for answer in session.scalars(select(Answer).where(Answer.response_id.in_(ids))):
        states[answer.response_id][answer.question] = answer.state
    chosen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for option in session.scalars(select(AnswerOption).where(AnswerOption.response_id.in_(ids))):
        chosen[option.response_id, option.question].add(option.option)
    return {one.id: tuple(_said(catalogue, one, states[one.id], chosen)) for one in responses}


def question_text(catalogue: Catalogue, response: Response, question_id: str) -> str:
    """The question in the words that this child saw; its id where the survey has no such question any more."""
    survey = catalogue.find_survey(response.survey, response.survey_version)
    question = survey.find_question(response.band, question_id)
    return as_read(survey, response.band, response.look, question).text if question else question_id


def _said(
    catalogue: Catalogue, response: Response, states: Mapping[str, str], chosen: Mapping[tuple[str, str], set[str]]
) -> list[Said]:
    survey = catalogue.find_survey(response.survey, response.survey_version)
    said = []
    for asked in (*survey.bands[response.band], *survey.spotlight.get(response.band, ())):
        state = states.get(asked.id, "left")
        if state == "left":
            continue
        question = as_read(survey, response.band, response.look, asked)
        picked = chosen[response.id, question.id]
        labels = tuple(option.label for option in question.options if option.id in picked)
        said.append(Said(question.id, question.text, labels, state == "declined"))
    return said
