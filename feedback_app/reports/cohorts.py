"""Cohorts: how many children of a kind there were on a date, as they were typed in or imported (plan row 11b)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.report import Cohort
from feedback_app.privacy.keys import KeyRing


def enter_cohort(
    session: Session,
    audit_ring: KeyRing,
    *,
    what: str,
    band: str | None,
    on_date: date,
    number: int,
    source: str,
    person_id: str,
) -> Cohort | None:
    """Add a cohort in the session's transaction; None where the same number stands for that day already.

    `what`: one of COHORT_KINDS. `number`: children, 0 or more. A number that differs from what stands is a new row,
    and holds from now on; the former one stays in the history.
    """
    standing = find_cohort(session, what, band, on_date)
    if standing and (standing.on_date, standing.number) == (on_date, number):
        return None
    row = Cohort(
        what=what,
        band=band,
        on_date=on_date,
        number=number,
        source=source,
        entered_at=clock.now(),
        author_id=person_id,
    )
    session.add(row)
    session.flush()
    audit.write_entry(
        session, audit_ring, "cohort_entered", person_id=person_id, about=row.id
    )
    return row


def find_cohort(
    session: Session, what: str, band: str | None, day: date
) -> Cohort | None:
    """The cohort that holds on a day: of the latest date up to it the row entered last; None where there is none."""
    return session.scalar(
        select(Cohort)
        .where(
            Cohort.what == what,
            func.coalesce(Cohort.band, "") == (band or ""),
            Cohort.on_date <= day,
        )
        .order_by(Cohort.on_date.desc(), Cohort.entered_at.desc(), Cohort.id)
        .limit(1)
    )
