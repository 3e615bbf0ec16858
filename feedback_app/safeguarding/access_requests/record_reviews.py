"""Reviews from the case system, as the file of all that is held shows them."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import labels
from feedback_app.invitations.own_reviews import review_day
from feedback_app.invitations.references import open_review_reference
from feedback_app.invitations.review_references import reference_lasts_until
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.privacy.cipher import UnsealError
from feedback_app.records.rules import rules_in_force
from feedback_app.reports.figures_in_words import band_name
from feedback_app.safeguarding.access_requests.record_parts import (
    Entry,
    Reading,
    Section,
    at_words,
    day_words,
)
from feedback_app.web.context import Instance


def review_section(reading: Reading) -> Section:
    """Those that have the reference of this link, while both are kept."""
    rows = reading.session.scalars(
        select(ImportedReview)
        .where(ImportedReview.id.in_(reading.found.reviews))
        .order_by(review_day(), ImportedReview.id)
    )
    entries = tuple(
        review_entry(reading.session, reading.parts, row, reading.role) for row in rows
    )
    return Section(_("Reviews from the case system with the same reference"), entries)


def review_entry(
    session: Session,
    parts: Instance,
    review: ImportedReview,
    role: Callable[[str | None], str],
) -> Entry:
    """All that is held of one review, and when it goes."""
    none = _("not in the file")
    sealed = session.get(ReviewReference, review.id)
    rules = {one.name: one for one in rules_in_force(session, parts.settings)}
    facts = []
    if sealed is not None:
        facts.append((_("Reference of the child"), _reference(parts, sealed)))
    facts += [
        (_("Due"), day_words(review.due_on) if review.due_on else none),
        (_("Held"), day_words(review.held_on) if review.held_on else none),
        (
            _("How the child took part in the review"),
            labels.label("pn_code", review.pn_code) if review.pn_code else none,
        ),
        (
            _("How the review was held"),
            labels.label("mode", review.mode) if review.mode else none,
        ),
        (
            _("Last day on which the IRO spoke with the child"),
            day_words(review.spoke_on) if review.spoke_on else none,
        ),
        (
            _("Day of the midway review"),
            day_words(review.midway_on) if review.midway_on else none,
        ),
        (
            _("Day on which the IRO visited the child"),
            day_words(review.visited_on) if review.visited_on else none,
        ),
        (_("Age group"), band_name(review.band) if review.band else none),
        (_("Whose review it is"), role(review.iro_id)),
        (_("Read in from a file"), at_words(review.imported_at)),
        (_("Read in by"), role(review.imported_by_id)),
    ]
    day = review.held_on or review.due_on
    if day and sealed is not None:
        kept_until = reference_lasts_until(day, rules["review_references"].days)
        facts.append((_("The reference is kept until"), day_words(kept_until)))
    if day:
        facts.append(
            (_("The review is deleted on"), day_words(rules["reviews"].ends_at(day)))
        )
    return Entry(_("A review"), tuple(facts))


def _reference(parts: Instance, sealed: ReviewReference) -> str:
    try:
        return open_review_reference(parts.keys, sealed)
    except UnsealError:
        return str(_("These words cannot be opened: their key is gone."))
