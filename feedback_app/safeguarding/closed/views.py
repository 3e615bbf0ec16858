"""What the list of closed concerns shows: each with how it ended and by whom, and the counts of every month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.concerns.month_counts import ConcernsOfMonth, count_by_month
from feedback_app.models import scope
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import Concern
from feedback_app.month import Month
from feedback_app.safeguarding.queue.views import QueuePart, list_part


@dataclass(frozen=True, slots=True)
class ClosedConcerns:
    """A page of the closed concerns, the last closed first; `owners`: person id -> name; `months`: all concerns."""

    part: QueuePart[Concern]
    owners: Mapping[str, str]
    months: tuple[ConcernsOfMonth, ...]


def closed_concerns(
    session: Session, person_id: str, *, month: Month | None, source: str, page: int
) -> ClosedConcerns:
    """What this person may see of them, nothing about themselves (promise 59).

    `month`: of those raised in it alone; `source`: of those raised by it alone, "" for all.
    """
    mine = scope.concerns_for(person_id)
    closed = mine.where(Concern.state == "closed")
    if month is not None:
        begins, ends = month.utc_bounds()
        closed = closed.where(Concern.raised_at >= begins, Concern.raised_at < ends)
    if source:
        closed = closed.where(Concern.source == source)
    part = list_part(
        session, closed.order_by(Concern.closed_at.desc(), Concern.id), page
    )
    owner_ids = {row.owner_id for row in part.rows if row.owner_id}
    names = session.execute(
        select(Person.id, Person.name).where(Person.id.in_(owner_ids))
    )
    return ClosedConcerns(
        part,
        dict(names.all()),
        count_by_month(session, mine),
    )
