"""How many children of a cohort answered its survey, and what may be said of all of them (plan row 11b).

How many answered is a fact and has no interval: everybody was counted. What they said has one, which is exact for the
number of children that there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.models.report import Cohort
from feedback_app.reports.cohorts import find_cohort
from feedback_app.reports.figures.finite_population import CohortShare
from feedback_app.reports.figures.periods import Period, Slice
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.shares import taking_from
from feedback_app.reports.figures.sliced_tally import tally_slice
from feedback_app.reports.figures.survey_answers import share_of
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.survey.model import BANDS, Measure, Survey


@dataclass(frozen=True, slots=True)
class Answered:
    """How many children of a cohort answered. `band`: None for all of them; `cohort`: None where none is entered."""

    band: str | None
    answered: int
    cohort: Cohort | None

    @property
    def percent(self) -> int | None:
        """Whole percent of the cohort, halves up; None where there is no number to take it of."""
        if self.cohort is None or not self.cohort.number or self.is_over:
            return None
        return (200 * self.answered + self.cohort.number) // (2 * self.cohort.number)

    @property
    def is_over(self) -> bool:
        """Whether more children answered than there are: the number or its date is wrong."""
        return self.cohort is not None and self.answered > self.cohort.number

    def missing_for(self, target: float) -> int | None:
        """How many more answers reach the target, a share from 0 to 1; 0 where it is reached, None without a number."""
        if self.percent is None or self.cohort is None:
            return None
        needed = -(-round(target * 1000) * self.cohort.number // 1000)
        return max(0, needed - self.answered)


@dataclass(frozen=True, slots=True)
class CohortAnswers:
    """A cohort and its survey over one period. `target`: the share of children who should answer, from 0 to 1.

    `rows`: all ages, then each age of which a child answered or a number is entered. `measures`: what may be said of
    all children of the cohort, where their number is known.
    """

    kind: str
    survey: Survey
    target: float
    rows: tuple[Answered, ...]
    measures: tuple[tuple[Measure, CohortShare], ...]


def count_cohort(
    session: Session,
    surveys: Sequence[Survey],
    kind: str,
    target: float,
    period: Period,
) -> CohortAnswers:
    """Count the answers of the period against the cohort that holds on its last day.

    `surveys`: all versions of the survey; `kind`: one of COHORT_KINDS. Nobody of 18 and over is in a cohort.
    A question that was not put to every child has a base of those who answered it, and an interval as if all of the
    cohort could have: it is never too narrow. The rules are those of the period's last month.
    """
    rules = read_rules(session, period.last)
    with taking_from(rules.fewest_answers):
        held = rules.with_targets(surveys)
        return _count_cohort(session, held, kind, target, period)


def _count_cohort(
    session: Session,
    surveys: Sequence[Survey],
    kind: str,
    target: float,
    period: Period,
) -> CohortAnswers:
    asked = [
        measure
        for question in asked_questions(surveys)
        for measure in question.measures
        if not measure.by_band_only
    ]
    survey, day = surveys[-1], period.last.last
    tally = tally_slice(
        session,
        survey.key,
        period.months,
        Slice(under_18=True),
        questions={measure.question for measure in asked},
    )
    whole = Answered(
        None, tally.count_children(), find_cohort(session, kind, None, day)
    )
    rows = [whole]
    for band in BANDS:
        answered = tally.count_children(lambda group, band=band: group.band == band)  # type: ignore[misc]
        row = Answered(band, answered, find_cohort(session, kind, band, day))
        if row.answered or row.cohort:
            rows.append(row)
    measures: list[tuple[Measure, CohortShare]] = []
    if whole.cohort is not None and not whole.is_over:
        for measure in asked:
            share = share_of(tally, measure)
            number = whole.cohort.number
            measures.append((measure, CohortShare(share.count, share.base, number)))
    return CohortAnswers(kind, survey, target, tuple(rows), tuple(measures))
