"""The measures of a survey: each a share with its target, over a month, over twelve months, and as a line.

What a verdict and a movement say stands in docs/rules.md (R4, R6) and below every table that shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.month import Month
from feedback_app.reports.figures.exact_tests import Movement, movement_of
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.shares import (
    FEWEST_FOR_PERCENT,
    Share,
    fewest_answers,
    taking_from,
)
from feedback_app.reports.figures.sliced_tally import tally_slice
from feedback_app.reports.figures.survey_answers import share_of
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.survey.model import BANDS, Measure, Survey


@dataclass(frozen=True, slots=True)
class LinePoint:
    """One point of the line: the share over the twelve months that end with the month."""

    month: Month
    share: Share


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure. `band`: None where ages are counted together (rule R2).

    `year`: the twelve months that end with the month; `before`: the twelve months before the month, without it.
    `line`: twelve points, oldest first, the last of them `year`.
    """

    measure: Measure
    band: str | None
    month: Share
    year: Share
    before: Share
    line: tuple[LinePoint, ...]

    @property
    def movement(self) -> Movement:
        """Whether the month is improbable, given what was usual in the twelve months before it."""
        return movement_of(self.month, self.before)

    @property
    def anchor(self) -> str:
        """Its place in the page."""
        return (
            f"m-{self.measure.id}-{self.band}" if self.band else f"m-{self.measure.id}"
        )


@dataclass(frozen=True, slots=True)
class SurveyMeasures:
    """A survey's measures in one month, in the order of the plan's rows. `heard`: children of the twelve months.

    `fewest`: from how many answers on there is a percentage.
    """

    month: Month
    heard: int
    rows: tuple[MeasureRow, ...]
    fewest: int = FEWEST_FOR_PERCENT


def measure_survey(
    session: Session, surveys: Sequence[Survey], month: Month
) -> SurveyMeasures:
    """Take all measures by the rules of the month. `surveys`: all versions of one survey.

    Four statements, over 23 months.
    """
    rules = read_rules(session, month)
    with taking_from(rules.fewest_answers):
        return _measure_survey(session, rules.with_targets(surveys), month)


def _measure_survey(
    session: Session, surveys: Sequence[Survey], month: Month
) -> SurveyMeasures:
    measures = [
        measure
        for question in asked_questions(surveys)
        for measure in question.measures
    ]
    span = Period(month.add_months(-22), month)
    tally = tally_slice(
        session,
        surveys[-1].key,
        span.months,
        questions={measure.question for measure in measures},
    )
    rows = [
        _measure_row(tally, measure, band, month)
        for measure in measures
        for band in _bands_of(tally, measure)
    ]
    year = frozenset(month.year_to_here)
    return SurveyMeasures(
        month=month,
        heard=tally.count_children(lambda group: group.month in year),
        rows=tuple(sorted(rows, key=lambda row: _row_order(row.measure.row))),
        fewest=fewest_answers(),
    )


def _bands_of(tally: Tally, measure: Measure) -> list[str | None]:
    """All ages together, or each band that the measure counts and that was heard."""
    if not measure.by_band_only:
        return [None]
    return [
        band for band in BANDS if band in measure.counts and band in tally.heard_bands
    ]


def _measure_row(
    tally: Tally, measure: Measure, band: str | None, month: Month
) -> MeasureRow:
    def share(months: Sequence[Month]) -> Share:
        wanted = frozenset(months)

        def counts_group(group: ChildGroup) -> bool:
            return group.month in wanted and (band is None or group.band == band)

        return share_of(tally, measure, counts_group)

    line = tuple(
        LinePoint(point, share(point.year_to_here)) for point in month.year_to_here
    )
    return MeasureRow(
        measure=measure,
        band=band,
        month=share([month]),
        year=line[-1].share,
        before=share(month.previous.year_to_here),
        line=line,
    )


def _row_order(row: str) -> tuple[int, str]:
    """Plan rows by number, then by letter: 9a, 9b, 10."""
    number = "".join(letter for letter in row if letter.isdigit())
    return int(number or 0), row
