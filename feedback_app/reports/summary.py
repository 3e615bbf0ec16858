"""What a month's summary for the senior management team is made of (plan row 12), gathered from the database once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.month import Month
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.figures.board import Board, month_board
from feedback_app.reports.figures.comments import list_comments, unseal_words
from feedback_app.reports.figures.reviews_held import ReviewMonth, count_reviews
from feedback_app.reports.figures_in_words import band_name
from feedback_app.reports.publishing.published import Published
from feedback_app.reports.publishing.stored import ReadyNumbers, find_numbers
from feedback_app.survey.model import Survey


@dataclass(frozen=True, slots=True)
class Summary:
    """What is handed over.

    `ready` is None while the month runs: two copies of a running month would differ by the few children who answered
    in between. It is None too until the worker has chosen the numbers. `comments`: age band and words of texts that
    have been read, in no order; `not_listed`: how many texts are left out, because they are unread or a concern was
    found in them. `reviews`: those of the month, from the case system; false where none was imported.
    """

    board: Board
    ready: ReadyNumbers | None
    comments: tuple[tuple[str, str], ...]
    not_listed: int
    survey: Survey
    service_name: str
    created_on: dt.date
    reviews: ReviewMonth = field(default_factory=ReviewMonth)

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
    person_id: str, roles: Collection[str],
) -> Summary:  # fmt: skip
    """Gather the month. It opens the texts that have been read: the caller writes the audit entry first."""
    survey = max(surveys, key=lambda version: version.version)
    today = clock.today()
    ready = find_numbers(session, surveys, month) if today > month.last else None
    texts = list_comments(session, survey.key, month, person_id=person_id, roles=roles)
    listed = [text for text in texts if text.read and not text.concern]
    comments = [
        (band_name(text.band), unseal_words(session, ring, text.text_id))
        for text in listed
    ]
    random.SystemRandom().shuffle(
        comments
    )  # the order of time would tell who wrote what
    return Summary(
        board=month_board(session, survey.key, month, settings),
        ready=ready,
        comments=tuple(comments),
        not_listed=len(texts) - len(listed),
        survey=survey,
        service_name=settings.service_name,
        created_on=today,
        reviews=count_reviews(session, month),
    )
