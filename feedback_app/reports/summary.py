"""What a month's summary for the senior management team is made of (plan row 12), gathered from the database once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.labels import covered_labels
from feedback_app.month import Month
from feedback_app.privacy.covered import cover_words
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.figures.board import Board, month_board
from feedback_app.reports.figures.comments import (
    Comment,
    list_comments,
    unseal_words,
)
from feedback_app.reports.figures.reviews_held import ReviewMonth, count_reviews
from feedback_app.reports.figures.shares import FEWEST_FOR_PERCENT
from feedback_app.reports.figures_in_words import band_name
from feedback_app.reports.publishing.published import Published
from feedback_app.reports.publishing.stored import ReadyNumbers
from feedback_app.responses.comment_marks import covered_places, month_quotes
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.survey.model import Survey


@dataclass(frozen=True, slots=True)
class ListedComment:
    """One comment as it leaves: the question that the child saw, the age band, and the words less those covered."""

    question: str
    band: str
    words: str
    is_quote: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What is handed over.

    `ready` is None while the month runs: two copies of a running month would differ by the few children who answered
    in between. It is None too until the worker has chosen the numbers. `comments`: of texts that have been read, those
    chosen as quotes first, else in no order; `not_listed`: how many texts are left out, because they are unread or a
    concern was found in them. `reviews`: those of the month, from the case system; false where none was imported.
    `fewest`: how many answers a percentage needs.
    """

    board: Board
    ready: ReadyNumbers | None
    comments: tuple[ListedComment, ...]
    not_listed: int
    survey: Survey
    service_name: str
    created_on: dt.date
    reviews: ReviewMonth = field(default_factory=ReviewMonth)
    fewest: int = FEWEST_FOR_PERCENT

    @property
    def published_numbers(self) -> Published | None:
        """The numbers of answers that may leave."""
        return self.ready.published if self.ready else None

    @property
    def month(self) -> Month:
        """The month that the summary is about."""
        return self.board.month


def gather_month(
    session: Session, ring: KeyRing, settings: Settings, surveys: Sequence[Survey], month: Month, *,
    ready: ReadyNumbers | None, person_id: str, roles: Collection[str],
) -> Summary:  # fmt: skip
    """Gather the month. It opens the texts that have been read: the caller writes the audit entry first.

    `ready`: the numbers of answers that leave with it, as `find_numbers` found them; None while the month runs.
    """
    survey = max(surveys, key=lambda version: version.version)
    texts = list_comments(session, survey.key, month, person_id=person_id, roles=roles)
    listed = [text for text in texts if text.read and not text.concern]
    comments = _listed_comments(session, ring, surveys, month, listed)
    return Summary(
        board=month_board(session, survey.key, month, settings),
        ready=ready,
        comments=tuple(comments),
        not_listed=len(texts) - len(listed),
        survey=survey,
        service_name=settings.service_name,
        created_on=clock.today(),
        reviews=count_reviews(session, month),
        fewest=read_rules(session, month).fewest_answers,
    )


def _listed_comments(
    session: Session,
    ring: KeyRing,
    surveys: Sequence[Survey],
    month: Month,
    listed: Sequence[Comment],
) -> list[ListedComment]:
    covered = covered_places(session, [text.text_id for text in listed])
    quotes = set(month_quotes(session, str(month)))
    versions = {survey.version: survey for survey in surveys}
    comments = []
    for text in listed:
        question = versions[text.survey_version].find_question(text.band, text.question)
        comments.append(
            ListedComment(
                question.text if question else text.question,
                band_name(text.band),
                cover_words(
                    unseal_words(session, ring, text.text_id),
                    covered.get(text.text_id, ()),
                    covered_labels(),
                ),
                text.text_id in quotes,
            )
        )
    random.SystemRandom().shuffle(
        comments
    )  # the order of time would tell who wrote what
    return sorted(comments, key=lambda one: (not one.is_quote, one.question))
