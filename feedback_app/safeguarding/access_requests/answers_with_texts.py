"""A response's answers with its free texts opened, for the file of all that is held."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.response import Response
from feedback_app.models.text import SealedText
from feedback_app.privacy.cipher import UnsealError
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.answers_in_words import AnswerInWords, answers_in_words
from feedback_app.responses.texts import open_text
from feedback_app.safeguarding.queue.child_page import ChildPage, QuestionAndAnswer


def answers_with_texts(
    session: Session, ring: KeyRing, page: ChildPage, response: Response
) -> list[QuestionAndAnswer]:
    """Every question on the child's path with its answer, in the page's order, those left empty too."""
    of_response = (SealedText.owner == "answer") & (
        SealedText.row_id == response.sent_id
    )
    texts = {
        row.column_name: unseal_or_note(ring, row)
        for row in session.scalars(select(SealedText).where(of_response))
    }
    answers = answers_in_words(session, page.catalogue, [response], with_left=True)[
        response.id
    ]
    return [
        QuestionAndAnswer(
            answer.question,
            _answer_line(page, answer),
            texts.get(answer.question_id, ""),
        )
        for answer in answers
    ]


def helper_in_words(session: Session, ring: KeyRing, response: Response) -> str:
    """What was typed of who helped, where that was someone else; "" where nothing was."""
    row = session.scalar(
        select(SealedText).where(
            SealedText.owner == "response", SealedText.row_id == response.sent_id
        )
    )
    return unseal_or_note(ring, row) if row else ""


def unseal_or_note(ring: KeyRing, row: SealedText) -> str:
    """The words, or that they cannot be read any more."""
    try:
        return open_text(ring, row)
    except UnsealError:
        return str(_("These words cannot be opened: their key is gone."))


def _answer_line(page: ChildPage, answer: AnswerInWords) -> str:
    if answer.declined:
        return page.declined_label()
    return _("left empty") if answer.state == "left" else "; ".join(answer.chosen)
