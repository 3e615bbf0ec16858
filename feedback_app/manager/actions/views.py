"""What the pages of actions show: the words of the question that an action can be begun from."""

from __future__ import annotations

from feedback_app.survey.catalogue import Catalogue


def question_words(catalogue: Catalogue, question_id: str) -> str:
    """The question in its newest words for the oldest who are asked it; "" where no version knows it."""
    for survey in reversed(catalogue.monthly_versions()):
        for band in reversed(survey.bands):
            question = survey.find_question(band, question_id)
            if question is not None:
                return question.text
    return ""
