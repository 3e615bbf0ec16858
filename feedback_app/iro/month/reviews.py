"""The list "Reviews this month": an officer's own imported reviews, and which of the children can be asked now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.invitations.own_reviews import (
    OwnReview,
    count_reviews_between,
    reviews_between,
)
from feedback_app.invitations.pick_for_me import asked_lately
from feedback_app.month import Month
from feedback_app.privacy.keys import Keys
from feedback_app.rulebook.at_once import sure_envelope_days
from feedback_app.typed_text import reference_key

ROWS_SHOWN = 8
"""So many rows stand open; the others are a tap away."""

RowState = Literal["can_ask", "to_come", "asked", "past"]
_ORDER: Sequence[RowState] = ("can_ask", "to_come", "asked", "past")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review on the list.

    `state`: "can_ask" has the button, "to_come" is not over yet, "asked" was asked by this officer lately (or the link
    waits), "past" has nothing to tap: the reference is gone, the child is under four, or it is too long ago to know
    whether they were asked.
    """

    review: OwnReview
    state: RowState


@dataclass(frozen=True, slots=True)
class MonthReviews:
    """The list of one month, and how many reviews this week has (the week of today, whatever the month)."""

    rows: tuple[ReviewRow, ...] = ()
    this_week: int = 0

    @property
    def shown_rows(self) -> tuple[ReviewRow, ...]:
        """The rows that stand open."""
        return self.rows[:ROWS_SHOWN]

    @property
    def folded_rows(self) -> tuple[ReviewRow, ...]:
        """The rows behind "Show all"."""
        return self.rows[ROWS_SHOWN:]


def reviews_of_month(
    session: Session,
    keys: Keys,
    settings: Settings,
    survey: str,
    iro_id: str,
    month: Month,
) -> MonthReviews:
    """That IRO's reviews of the month: who can be asked first, then what is to come, then the rest."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    week = count_reviews_between(session, iro_id, monday, monday + timedelta(days=6))
    found = reviews_between(session, keys, iro_id, month.first, month.last)
    if not found:
        return MonthReviews(this_week=week)
    known_days = sure_envelope_days(session, settings)
    asked = asked_lately(
        session,
        keys,
        survey,
        [one.reference for one in found if one.reference],
        iro_id,
        envelope_days=known_days,
    )
    # Whom an officer asked is known for as long as every envelope is kept, no longer (promise 22).
    known_from = today - timedelta(days=known_days)
    since = min(known_from, Month.containing(today).first)
    if month != Month.containing(today):
        since = known_from
    rows = [ReviewRow(one, _state(one, asked, today, since)) for one in found]
    return MonthReviews(tuple(sorted(rows, key=_place)), week)


def _state(review: OwnReview, asked: set[str], today: date, since: date) -> RowState:
    if review.reference and reference_key(review.reference) in asked:
        return "asked"
    if review.day > today:
        return "to_come"
    if review.reference and review.pn_code != "PN0" and review.day >= since:
        return "can_ask"
    return "past"


def _place(row: ReviewRow) -> tuple[int, int]:
    """What is to come soonest first, the rest latest first."""
    day = row.review.day.toordinal()
    return _ORDER.index(row.state), day if row.state == "to_come" else -day
