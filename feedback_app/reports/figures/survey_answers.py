"""What children answered to any survey, for the manager's own screen: true counts, each with its base (rule R3).

One period beside the twelve months that end with it, and any part of the children beside the others. What is handed
over is counted in `publishing/published.py`, with small numbers hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from feedback_app.models.response import CHANNELS
from feedback_app.month import Month
from feedback_app.reports.figures.periods import (
    BRANCH_QUESTION,
    BRANCHES,
    WHOLE,
    Period,
    Slice,
    SliceBy,
)
from feedback_app.reports.figures.questions import AskedQuestion, asked_questions
from feedback_app.reports.figures.shares import (
    FEWEST_FOR_PERCENT,
    Share,
    fewest_answers,
    taking_from,
)
from feedback_app.reports.figures.sliced_tally import UNKNOWN, tally_slice
from feedback_app.reports.figures.tally import (
    ChildGroup,
    GroupFilter,
    Tally,
    every_group,
)
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.survey.model import BANDS, MODES, Measure, Survey

VALUES: dict[SliceBy, tuple[str, ...]] = {
    "band": BANDS,
    "branch": (*BRANCHES, UNKNOWN),
    "mode": (*MODES, UNKNOWN),
    "channel": CHANNELS,
}


@dataclass(frozen=True, slots=True)
class CountedColumn:
    """Whom a column counts: `kind` "period", "year" (the twelve months to its end) or what is compared, and which.

    A compared column counts the period alone, as `value` says: a band, a branch, a mode, a channel. `campaign`: the one
    whose children alone are counted.
    """

    kind: str
    months: frozenset[Month]
    value: str = ""
    campaign: str = ""

    @property
    def compares(self) -> bool:
        """Whether it is one of several parts of the children, side by side."""
        return self.kind not in ("period", "year")

    def counts_group(self, group: ChildGroup) -> bool:
        """Whether the column counts that group of children."""
        return (
            group.month in self.months
            and group.campaign == self.campaign
            and (not self.compares or group.beside == self.value)
        )


@dataclass(frozen=True, slots=True)
class MeasuredColumn:
    """A measure in one column; `band` is None where ages are counted together."""

    measure: Measure
    band: str | None
    share: Share


@dataclass(frozen=True, slots=True)
class CountedQuestion:
    """One question: a base for each column, and each option's shares in the same columns.

    `columns`: those of the survey, without a compared one in which nobody answered this question.
    `band`: of a question that ages were asked differently, the band that is counted, else None. `measures`: in
    the same columns.
    """

    asked: AskedQuestion
    band: str | None
    columns: tuple[CountedColumn, ...]
    bases: tuple[int, ...]
    left: int
    declined: int
    options: tuple[tuple[str, tuple[Share, ...]], ...]
    measures: tuple[tuple[MeasuredColumn, ...], ...]

    @property
    def anchor(self) -> str:
        """Its place in the page, for the list of questions to jump to."""
        return f"q-{self.asked.id}-{self.band}" if self.band else f"q-{self.asked.id}"

    @property
    def text(self) -> str:
        """The question as that band reads it; of all ages together, as the oldest do."""
        own = self.asked.in_bands.get(self.band or "")
        return own.text if own else self.asked.text


@dataclass(frozen=True, slots=True)
class SurveyAnswers:
    """A survey's answers. `heard`: children in each column. `channels`: how many answered by each in the period.

    `fewest`: from how many answers on there is a percentage.
    """

    period: Period
    columns: tuple[CountedColumn, ...]
    heard: tuple[int, ...]
    channels: tuple[tuple[str, int], ...]
    questions: tuple[CountedQuestion, ...]
    fewest: int = FEWEST_FOR_PERCENT


def has_branches(surveys: Sequence[Survey]) -> bool:
    """Whether the survey asks the child whether they were at the meeting."""
    return any(
        survey.find_question(band, BRANCH_QUESTION)
        for survey in surveys
        for band in BANDS
    )


def count_survey(
    session: Session,
    surveys: Sequence[Survey],
    period: Period,
    part: Slice = WHOLE,
    beside: SliceBy | None = None,
) -> SurveyAnswers:
    """Count the period and the twelve months to its end, by the rules of its last month.

    `surveys`: all versions of one survey. Of a campaign (`part.campaign`) the period's columns count those whom it
    asked, also those who answered in the two months after it (a paper form is keyed in late); the twelve months count
    everybody.
    """
    rules = read_rules(session, period.last)
    with taking_from(rules.fewest_answers):
        held = rules.with_targets(surveys)
        return _count_survey(session, held, period, part, beside)


def _count_survey(
    session: Session,
    surveys: Sequence[Survey],
    period: Period,
    part: Slice,
    beside: SliceBy | None,
) -> SurveyAnswers:
    key, year = surveys[-1].key, frozenset(period.year_to_end.months)
    months = frozenset(period.months)
    if part.campaign:
        months |= {period.last.add_months(1), period.last.add_months(2)}
        whole = tally_slice(session, key, year, replace(part, campaign=None))
        asked = tally_slice(session, key, months, part, beside=beside)
        tally = whole.add_groups(asked.mark_campaign(part.campaign))
    else:
        tally = tally_slice(session, key, months | year, part, beside=beside)
    columns = _columns(tally, months, year, beside, part.campaign or "")
    channels = tally
    if part.campaign or beside != "channel":
        channels = tally_slice(
            session, key, months, part, beside="channel", questions=()
        )
    questions: list[CountedQuestion] = []
    for question in asked_questions(surveys):
        questions += _counted(tally, columns, question)
    return SurveyAnswers(
        period=period,
        columns=columns,
        heard=tuple(tally.count_children(one.counts_group) for one in columns),
        channels=_channels_by_use(channels, months),
        questions=tuple(questions),
        fewest=fewest_answers(),
    )


def _columns(
    tally: Tally,
    months: frozenset[Month],
    year: frozenset[Month],
    beside: SliceBy | None,
    campaign: str,
) -> tuple[CountedColumn, ...]:
    """The period, the year to its end, and each part that is compared and was heard in the period."""
    whole = CountedColumn("period", months, campaign=campaign)
    columns = [whole]
    if months != year:
        columns.append(CountedColumn("year", year))
    if beside is not None:
        heard = {group.beside for group in tally.heard if whole.counts_group(group)}
        columns += [
            CountedColumn(beside, months, value, campaign)
            for value in VALUES[beside]
            if value in heard
        ]
    return tuple(columns)


def _channels_by_use(
    tally: Tally, months: frozenset[Month]
) -> tuple[tuple[str, int], ...]:
    counts = [
        (
            channel,
            tally.count_children(
                CountedColumn("channel", months, channel).counts_group
            ),
        )
        for channel in CHANNELS
    ]
    used = [(channel, count) for channel, count in counts if count]
    return tuple(sorted(used, key=lambda pair: -pair[1]))


def _counted(
    tally: Tally, columns: tuple[CountedColumn, ...], question: AskedQuestion
) -> list[CountedQuestion]:
    """The question for all ages, or once for each band that was asked something else (rule R2); none if nobody was."""
    bands: list[str | None] = [None]
    if question.by_band_only:
        bands = [band for band in BANDS if band in question.in_bands]
    found = [_question_counts(tally, columns, question, band) for band in bands]
    return [one for one in found if one.left or one.declined or any(one.bases)]


def _question_counts(
    tally: Tally,
    columns: tuple[CountedColumn, ...],
    question: AskedQuestion,
    band: str | None,
) -> CountedQuestion:
    def of_band(where: GroupFilter) -> GroupFilter:
        return lambda group: (band is None or group.band == band) and where(group)

    columns = tuple(
        column
        for column in columns
        if not column.compares
        or tally.count_base(question.id, of_band(column.counts_group))
    )
    filters = [of_band(column.counts_group) for column in columns]
    bases = tuple(tally.count_base(question.id, where) for where in filters)
    offered = question.offered_options([band]) if band else list(question.options)
    options = []
    for option in question.options:
        shares = tuple(
            Share(tally.count_chosen(question.id, option, where), base)
            for where, base in zip(filters, bases, strict=True)
        )
        if option in offered or any(share.count for share in shares):
            options.append((question.option_label(option, band), shares))
    measures = [
        tuple(
            MeasuredColumn(measure, band, share_of(tally, measure, where))
            for where in filters
        )
        for measure in question.measures
        if band is None or band in measure.counts
    ]
    return CountedQuestion(
        asked=question,
        band=band,
        columns=columns,
        bases=bases,
        left=tally.count_state(question.id, "left", filters[0]),
        declined=tally.count_state(question.id, "declined", filters[0]),
        options=tuple(options),
        measures=tuple(measures),
    )


def share_of(tally: Tally, measure: Measure, where: GroupFilter = every_group) -> Share:
    """The measure's share among the groups that the filter lets through."""

    def counts_in_measure(group: ChildGroup) -> bool:
        return (
            where(group)
            and group.band in measure.counts
            and (group.over5 or not measure.over5_only)
        )

    answered = tally.count_base(measure.question, counts_in_measure)
    left_out = tally.count_chosen(
        measure.question, measure.leave_out, counts_in_measure
    )
    count = tally.count_chosen(measure.question, measure.counts, counts_in_measure)
    return Share(count, answered - left_out, measure.target, measure.above)
