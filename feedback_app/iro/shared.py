"""The answers that children chose to show their IRO: without month, invitation or order of time (settled.md)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.duties.texts import open_text
from feedback_app.models.response import Answer, AnswerOption, Response
from feedback_app.models.scope import responses_for
from feedback_app.models.text import SealedText
from feedback_app.privacy.keys import Keys
from feedback_app.survey.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Said:
    """One question as the child saw it, and what they answered: chosen labels and words."""

    question: str
    chosen: tuple[str, ...]
    words: str
    declined: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One child's answers, as far as their IRO may see them."""

    id: str
    band: str
    written_down: bool
    said: tuple[Said, ...]


def shared_with(session: Session, keys: Keys, catalogue: Catalogue, iro_id: str) -> tuple[Shown, ...]:
    """Every response that this IRO may read, ordered by its random id so that the order tells nothing."""
    responses = session.scalars(responses_for(iro_id, ("iro",)).order_by(Response.id)).all()
    ids = [response.id for response in responses]
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for answer in session.scalars(select(Answer).where(Answer.response_id.in_(ids))):
        states[answer.response_id][answer.question] = answer.state
    chosen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for option in session.scalars(select(AnswerOption).where(AnswerOption.response_id.in_(ids))):
        chosen[option.response_id, option.question].append(option.option)
    words = {
        (text.row_id, text.column_name): open_text(keys.text, text)
        for text in session.scalars(select(SealedText).where(SealedText.owner == "answer", SealedText.row_id.in_(ids)))
    }
    return tuple(
        Shown(
            response.id,
            response.band,
            response.channel == "verbal",
            tuple(_said(catalogue, response, states[response.id], chosen, words)),
        )
        for response in responses
    )


def _said(
    catalogue: Catalogue,
    response: Response,
    states: dict[str, str],
    chosen: dict[tuple[str, str], list[str]],
    words: dict[tuple[str, str], str],
) -> list[Said]:
    survey = catalogue.survey(response.survey, response.survey_version)
    questions = (*survey.bands[response.band], *survey.spotlight.get(response.band, ()))
    said = []
    for question in questions:
        state = states.get(question.id, "left")
        if state == "left":
            continue
        picked = chosen[response.id, question.id]
        labels = tuple(option.label for option in question.options if option.id in picked)
        said.append(Said(question.text, labels, words.get((response.id, question.id), ""), state == "declined"))
    return said
