"""What the pages of comments show beside the texts: the question that each answers, and which to read next."""

from __future__ import annotations

from collections.abc import Sequence

from feedback_app.reports.figures.comments import Comment
from feedback_app.survey.catalogue import Catalogue


def question_text(catalogue: Catalogue, comment: Comment) -> str:
    """The question that the text answers, in the words that this child saw."""
    survey = catalogue.find_survey(comment.survey, comment.survey_version)
    question = survey.find_question(comment.band, comment.question)
    return question.text if question else comment.question


def next_unread(comments: Sequence[Comment], entry_id: str) -> Comment | None:
    """The first text that is not read yet, other than this one; None when all have been read."""
    unread = (
        comment
        for comment in comments
        if not comment.read and comment.entry_id != entry_id
    )
    return next(unread, None)
