"""What the page of cohorts shows: the shares of this moment, and all that was entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flask_babel
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.person import Person
from feedback_app.models.report import COHORT_KINDS, Cohort
from feedback_app.month import Month
from feedback_app.reports.figures.cohort_shares import (
    Answered,
    CohortAnswers,
    count_cohort,
)
from feedback_app.reports.figures.periods import Period
from feedback_app.survey.catalogue import Catalogue

_: Callable[..., str] = flask_babel.gettext


@dataclass(frozen=True, slots=True)
class EnteredCohort:
    """One number with who entered it. `holds`: no later entry of the same kind, age and day takes its place."""

    cohort: Cohort
    author: str
    holds: bool


def current_shares(
    session: Session,
    catalogue: Catalogue,
    targets: tuple[tuple[str, str, int], ...],
    month: Month,
) -> list[CohortAnswers]:
    """Each survey with its cohort over the twelve months to the month; what names no survey or cohort is left out."""
    found = []
    for key, kind, percent in targets:
        surveys = [survey for survey in catalogue.surveys if survey.key == key]
        if surveys and kind in COHORT_KINDS:
            year = Period.of_kind("year", month)
            found.append(count_cohort(session, surveys, kind, percent / 100, year))
    return found


def entered_cohorts(session: Session) -> list[EnteredCohort]:
    """All that was entered, the latest day first."""
    rows = session.execute(
        select(Cohort, Person.name)
        .join(Person, Person.id == Cohort.author_id)
        .order_by(
            Cohort.on_date.desc(),
            Cohort.entered_at.desc(),
            Cohort.what,
            Cohort.band,
            Cohort.id,
        )
    )
    seen: set[tuple[object, ...]] = set()
    found = []
    for cohort, name in rows:
        place = (cohort.what, cohort.band, cohort.on_date)
        found.append(EnteredCohort(cohort, name, place not in seen))
        seen.add(place)
    return found


def share_words(row: Answered, target: float) -> str:
    """Whether so many of the cohort answered as should: a fact, without an interval."""
    missing = row.missing_for(target)
    if missing is None:
        return ""
    if missing == 0:
        return _("reached")
    return _("not reached: %(number)s more needed", number=missing)
