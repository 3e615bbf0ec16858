"""An officer's own reviews, as the case system listed them: whom they could ask, and what is known of each already.

Another officer's are as unknown as those that never were. Nothing here looks at what a child answered (promise 22).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from feedback_app.invitations.references import open_review_reference
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.month import working_days_until
from feedback_app.privacy.keys import Keys
from feedback_app.rulebook.counted_codes import CountedCodes, read_codes
from feedback_app.typed_text import reference_key

TALK_COUNTS_FOR = 20
"""Working days before a review within which a talk counts as the talk before it. The first review of a child comes
within 20 working days and the next ones months apart (Care Planning Regulations 2010, reg. 33), so that a talk within
them was not the one before an earlier review; an older one may have been."""


def review_day() -> ColumnElement[date]:
    """The day of an imported review in a query: when it was held, else when it is due."""
    return func.coalesce(ImportedReview.held_on, ImportedReview.due_on)


@dataclass(frozen=True, slots=True)
class OwnReview:
    """One imported review. `day`: when it was held, else is due. `reference` is None once its time is over.

    `counted_part`: the half of the target, as models/draw.PARTS names it, for a child who is asked this month; None
    without a code, or with one outside of it.
    """

    id: str
    day: date
    is_held: bool
    pn_code: str | None
    mode: str | None
    band: str | None
    spoke_on: date | None
    reference: str | None
    counted_part: str | None = None

    @property
    def talk_before(self) -> date | None:
        """The day of the talk, where it certainly was the one before this review; else None.

        A tick that is wrong would say that a child was spoken with who was not: rather none.
        """
        spoke = self.spoke_on
        if spoke is None or spoke > self.day:
            return None
        return spoke if working_days_until(spoke, self.day) <= TALK_COUNTS_FOR else None

    def is_of_reference(self, typed: str) -> bool:
        """Whether that is this review's reference, however it was typed."""
        return bool(
            self.reference and reference_key(self.reference) == reference_key(typed)
        )


def reviews_between(
    session: Session, keys: Keys, iro_id: str, first: date, last: date
) -> list[OwnReview]:
    """That IRO's reviews of these days, both included, the latest first; with the references that are kept."""
    day, codes = review_day(), read_codes(session).codes_now
    rows = session.execute(
        _with_reference(iro_id)
        .where(day >= first, day <= last)
        .order_by(day.desc(), ImportedReview.id)
    )
    return [_own_review(keys, codes, review, sealed) for review, sealed in rows]


def count_reviews_between(
    session: Session, iro_id: str, first: date, last: date
) -> int:
    """How many reviews that IRO has on these days, both included."""
    day = review_day()
    counted = select(func.count()).where(
        ImportedReview.iro_id == iro_id, day >= first, day <= last
    )
    return session.scalar(counted) or 0


def find_own_review(
    session: Session, keys: Keys, iro_id: str, review_id: str
) -> OwnReview | None:
    """That review, if it is this IRO's; else None."""
    row = session.execute(
        _with_reference(iro_id).where(ImportedReview.id == review_id)
    ).one_or_none()
    return _own_review(keys, read_codes(session).codes_now, *row) if row else None


def reviews_to_draw_from(
    session: Session, keys: Keys, iro_id: str, part: str, first: date, last: date
) -> dict[str, OwnReview]:
    """Those of one half whose references are kept, each child once: reference key -> its latest review."""
    found: dict[str, OwnReview] = {}
    for one in reviews_between(session, keys, iro_id, first, last):
        if one.reference and one.is_held and one.counted_part == part:
            found.setdefault(reference_key(one.reference), one)
    return found


def _with_reference(iro_id: str) -> Select[ImportedReview, ReviewReference]:
    return (
        select(ImportedReview, ReviewReference)
        .outerjoin(ReviewReference, ReviewReference.review_id == ImportedReview.id)
        .where(ImportedReview.iro_id == iro_id)
    )


def _own_review(
    keys: Keys,
    codes: CountedCodes,
    review: ImportedReview,
    sealed: ReviewReference | None,
) -> OwnReview:
    day = review.held_on or review.due_on
    if day is None:  # the table's CHECK has_a_day rules it out
        raise ValueError("a review without a day")
    return OwnReview(
        id=review.id,
        day=day,
        is_held=review.held_on is not None,
        pn_code=review.pn_code,
        mode=review.mode,
        band=review.band,
        spoke_on=review.spoke_on,
        reference=open_review_reference(keys, sealed) if sealed else None,
        counted_part=codes.part_of(review.pn_code),
    )
