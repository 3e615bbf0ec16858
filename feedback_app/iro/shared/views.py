"""The answers that children chose to show their IRO: without month, invitation or order of time (rule V1)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.response import sent_version_id
from feedback_app.models.scope import responses_for
from feedback_app.models.text import SealedText
from feedback_app.privacy.keys import Keys
from feedback_app.reports.answers_in_words import AnswerInWords, answers_in_words
from feedback_app.responses.texts import open_text
from feedback_app.survey.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Shown:
    """One child's answers, as far as their IRO may see them; `words` are its free texts by question."""

    id: str
    band: str
    written_down: bool
    answers: tuple[AnswerInWords, ...]
    words: dict[str, str]


def shared_with(
    session: Session, keys: Keys, catalogue: Catalogue, iro_id: str
) -> tuple[Shown, ...]:
    """Every response that this IRO may read, ordered by its random id so that the order tells nothing."""
    responses = session.scalars(
        responses_for(iro_id, ("iro",)).order_by(sent_version_id())
    ).all()
    ids = [response.sent_id for response in responses]
    words: dict[str, dict[str, str]] = {one: {} for one in ids}
    for text in session.scalars(
        select(SealedText).where(
            SealedText.owner == "answer", SealedText.row_id.in_(ids)
        )
    ):
        words[text.row_id][text.column_name] = open_text(keys.text, text)
    answers = answers_in_words(session, catalogue, responses)
    return tuple(
        Shown(
            one.sent_id,
            one.band,
            one.channel == "verbal",
            answers[one.id],
            words[one.sent_id],
        )
        for one in responses
    )
