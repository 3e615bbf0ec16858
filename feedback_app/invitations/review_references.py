"""The council's reference for the child of an imported review: sealed as an envelope is, kept by the same clock."""

from __future__ import annotations

from datetime import date, timedelta

from feedback_app.invitations.references import reference_digest
from feedback_app.models.review import ReviewReference
from feedback_app.month import Month
from feedback_app.privacy.cipher import seal_text
from feedback_app.privacy.keys import Keys


def reference_lasts_until(held_or_due: date, envelope_days: int) -> date:
    """The last day on which a review's reference is kept: `envelope_days` after the last day of the review's month.

    `held_or_due`: the day it was held, else the day it is due.
    """
    return Month.containing(held_or_due).last + timedelta(days=envelope_days)


def seal_review_reference(
    keys: Keys, review_id: str, reference: str
) -> ReviewReference:
    """The row that keeps the reference of a review; it is not added to any session."""
    return ReviewReference(
        review_id=review_id,
        key_id=keys.envelope.current,
        value=seal_text(
            keys.envelope,
            reference,
            table="review_reference",
            column="value",
            row=review_id,
        ),
        reference_digest=reference_digest(keys, reference),
    )
