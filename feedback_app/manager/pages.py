"""What the manager's pages show beside the figures: which month, what is due, what to read next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.invitation import RATE_MY_REVIEW
from feedback_app.month import Month, working_days_until
from feedback_app.reports.figures.board import Board, latest_month
from feedback_app.reports.figures.comments import Comment
from feedback_app.survey.catalogue import Catalogue, UnknownSurvey
from feedback_app.survey.model import Survey


@dataclass(frozen=True, slots=True)
class Due:
    """The report's day. `when`: running (the month is not over), soon, today or past; `working_days` still to come."""

    when: str
    working_days: int
    on_holiday: bool


def report_due(found: Board) -> Due:
    """How the month's report stands today."""
    today = clock.today()
    if today > found.due:
        when = "past"
    elif today == found.ready:
        when = "today"
    else:
        when = "running" if today <= found.month.last else "soon"
    return Due(when, working_days_until(today, found.ready), found.ready != found.due)


def first_month(session: Session) -> Month:
    """The month that the room opens with: the latest in which a child was heard, else the present one."""
    return latest_month(session) or Month.containing(clock.today())


def survey_versions(catalogue: Catalogue) -> list[Survey]:
    """All versions of Rate my Review. Raises UnknownSurvey when there is none."""
    found = [survey for survey in catalogue.surveys if survey.key == RATE_MY_REVIEW]
    if not found:
        raise UnknownSurvey(RATE_MY_REVIEW)
    return found


def question_text(catalogue: Catalogue, comment: Comment) -> str:
    """The question that the text answers, in the words that this child saw."""
    survey = catalogue.find_survey(RATE_MY_REVIEW, comment.survey_version)
    question = survey.find_question(comment.band, comment.question)
    return question.text if question else comment.question


def question_words(catalogue: Catalogue, question_id: str) -> str:
    """The question in its newest words for the oldest who are asked it; "" where no version knows it."""
    for survey in reversed(survey_versions(catalogue)):
        for band in reversed(survey.bands):
            question = survey.find_question(band, question_id)
            if question is not None:
                return question.text
    return ""


def next_unread(every: Sequence[Comment], done: str) -> Comment | None:
    """The text to read after this one."""
    return next((one for one in every if not one.read and one.entry_id != done), None)
