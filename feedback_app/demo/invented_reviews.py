"""Invented reviews, as a file of the case system would bring them: of the last month and of the present one."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.demo.children import (
    BANDS,
    CODES_DID_NOT,
    CODES_TOOK_PART,
    MEETING_MODES,
)
from feedback_app.demo.invented_staff import OFFICERS, WorkingYear
from feedback_app.invitations.issue import read_reference
from feedback_app.invitations.review_references import (
    reference_lasts_until,
    seal_review_reference,
)
from feedback_app.models.base import new_id
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.review import ImportedReview
from feedback_app.month import Month, london_day
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.web.context import Instance

SEED = 714
"""Another one than the year's: what is invented there stays as it is."""
REVIEWS_A_MONTH = 5
"""Of each officer, beside those of the children who were asked."""
CODES = (*CODES_TOOK_PART, *CODES_DID_NOT, "PN0")
DAYS_BEFORE = (2, 4, 7, 30, None)
"""How long before the review the officer spoke with the child last; 30 working days ago is too long to count."""


def add_reviews(
    parts: Instance,
    staff: Mapping[str, Person],
    year: WorkingYear,
    months: Sequence[Month],
) -> None:
    """Those of every officer while they work, read in by the manager today; with references that are still kept."""
    rng = random.Random(SEED)  # noqa: S311 (invented data, the same each time)
    with parts.database.short_write() as session:
        for officer in OFFICERS:
            iro = staff[officer.lower()]
            for month in months:
                _add_asked(session, parts, iro, staff["manager"], month)
                days = [day for day in month.days if year.works_on(officer, day)]
                _add_more(session, parts, rng, iro, staff["manager"], days)


def _add_asked(
    session: Session, parts: Instance, iro: Person, manager: Person, month: Month
) -> None:
    """Of the children who were asked in the month."""
    begin, end = month.utc_bounds()
    asked = session.scalars(
        select(Invitation)
        .where(
            Invitation.iro_id == iro.id,
            Invitation.issued_at >= begin,
            Invitation.issued_at < end,
        )
        .order_by(Invitation.issued_at, Invitation.id)
    ).all()
    for one in asked:
        day = max(month.first, london_day(one.issued_at) - timedelta(days=3))
        spoke_on = day - timedelta(days=2) if one.spoke_before else None
        review = _review(iro, manager, day, one.pn_code, one.mode, one.band, spoke_on)
        reference = read_reference(session, parts.keys, one)
        _add_review(session, parts, review, reference)


def _add_more(
    session: Session,
    parts: Instance,
    rng: random.Random,
    iro: Person,
    manager: Person,
    days: Sequence[date],
) -> None:
    """Of some more children, on working days of the officer's; none where they are away."""
    workdays = [day for day in days if day.weekday() < 5]
    for _child in range(REVIEWS_A_MONTH if workdays else 0):
        day = rng.choice(workdays)
        code: str | None = rng.choice(CODES)
        mode, band = rng.choice(MEETING_MODES), rng.choice(BANDS)
        before, number = rng.choice(DAYS_BEFORE), rng.randint(100000, 999999)
        spoke_on = day - timedelta(days=before) if before else None
        if day > clock.today():
            code, spoke_on = None, None
        band = "4-7" if code == "PN0" else band
        review = _review(iro, manager, day, code, mode, band, spoke_on)
        if spoke_on and number % 3:
            review.midway_on = day - timedelta(days=90)
        if spoke_on and number % 2:
            review.visited_on = spoke_on
        _add_review(session, parts, review, f"DEMO-{number}")


def _review(
    iro: Person,
    manager: Person,
    day: date,
    pn_code: str | None,
    mode: str | None,
    band: str,
    spoke_on: date | None,
) -> ImportedReview:
    return ImportedReview(
        id=new_id(),
        iro_id=iro.id,
        due_on=day,
        held_on=day if day <= clock.today() else None,
        pn_code=pn_code,
        mode=mode,
        band=band,
        spoke_on=spoke_on,
        imported_at=clock.now(),
        imported_by_id=manager.id,
    )


def _add_review(
    session: Session, parts: Instance, review: ImportedReview, reference: str | None
) -> None:
    """With its reference, as long as that would still be kept."""
    key = parts.keys.digest.newest_key
    review.case_digest = keyed_digest(key, "invented review", review.id)
    session.add(review)
    session.flush()
    day = review.held_on or review.due_on or clock.today()
    kept_until = reference_lasts_until(day, parts.settings.envelope_days)
    if reference and clock.today() <= kept_until:
        session.add(seal_review_reference(parts.keys, review.id, reference))
