"""How many concerns were raised and wishes to talk came in, and what became of them: counts alone, nothing of a child.

What stands about the person who makes the report is left out, as everywhere (`models/scope.py`, promise 59).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.models import scope
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.month import Month, london_day
from feedback_app.working_hours import Hours

CONCERNS, BY_CHILD, BY_RANKING, OTHERWISE = "concerns", "child", "ranking", "otherwise"
IN_TIME, LATE = "looked at in time", "looked at late"
REQUESTS, MET, NOT_MET = "requests", "met", "not met"
ADVOCATE, ANOTHER = "advocate", "another"
_BY = {"child": BY_CHILD, "answer": BY_CHILD, "ranking": BY_RANKING}

CountsByMonth = Mapping[Month, Mapping[str, int]]


def count_concerns(
    session: Session, settings: Settings, months: Sequence[Month], person_id: str
) -> CountsByMonth:
    """Concerns by the month they were raised in. In time: seen before the deputy would be told, in working time."""
    hours = Hours(settings.duty_opens, settings.duty_closes)
    span = timedelta(hours=settings.deputy_hours)
    begin, end = months[0].utc_bounds()[0], months[-1].utc_bounds()[1]
    found: dict[Month, Counter[str]] = defaultdict(Counter)
    for concern in session.scalars(
        scope.concerns_for(person_id).where(
            Concern.raised_at >= begin,
            Concern.raised_at < end,
            Concern.complaint_id.is_(None),
        )
    ):
        counts = found[Month.containing(london_day(concern.raised_at))]
        counts[CONCERNS] += 1
        counts[_BY.get(concern.source, OTHERWISE)] += 1
        due = hours.add_working_time(concern.raised_at, span)
        in_time = concern.seen_at is not None and concern.seen_at <= due
        counts[IN_TIME if in_time else LATE] += 1
    return dict(found)


def count_requests(
    session: Session, months: Sequence[Month], person_id: str
) -> CountsByMonth:
    """Wishes to talk by the month they came in. Met: done by the day that the child was told."""
    begin, end = months[0].utc_bounds()[0], months[-1].utc_bounds()[1]
    found: dict[Month, Counter[str]] = defaultdict(Counter)
    for request in session.scalars(
        scope.requests_for(person_id).where(
            ContactRequest.asked_at >= begin, ContactRequest.asked_at < end
        )
    ):
        counts = found[Month.containing(london_day(request.asked_at))]
        counts[REQUESTS] += 1
        done = request.done_at
        met = done is not None and london_day(done) <= request.due_on
        counts[MET if met else NOT_MET] += 1
        counts[ADVOCATE if request.wanted == "advocate" else ANOTHER] += 1
    return dict(found)
