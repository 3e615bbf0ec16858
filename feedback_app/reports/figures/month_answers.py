"""What children answered in a month, for the manager's own screen: true counts, each with its base (rule R3).

What is handed over is counted in `publishing/published.py`, with small numbers hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.models.response import CHANNELS
from feedback_app.month import Month
from feedback_app.reports.figures.questions import AskedQuestion, asked_questions
from feedback_app.reports.figures.shares import Share
from feedback_app.reports.figures.tally import (
    ChildGroup,
    GroupFilter,
    Tally,
    every_group,
    tally_answers,
)
from feedback_app.survey.model import BANDS, Measure, Survey


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """Whom a column counts: `kind` "all", "channel" or "band", and which."""

    kind: str
    name: str

    def includes(self, group: ChildGroup) -> bool:
        """Whether the column counts the group."""
        if self.kind == "all":
            return True
        return self.name == (group.channel if self.kind == "channel" else group.band)


@dataclass(frozen=True, slots=True)
class MeasureFigure:
    """A measure's share; `band` is None where ages are counted together."""

    measure: Measure
    band: str | None
    share: Share


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question: a base for each column, and each option's shares in the same columns."""

    asked: AskedQuestion
    columns: tuple[ColumnFilter, ...]
    bases: tuple[int, ...]
    left: int
    declined: int
    options: tuple[tuple[str, tuple[Share, ...]], ...]
    measures: tuple[MeasureFigure, ...]


@dataclass(frozen=True, slots=True)
class MonthAnswers:
    """A month's answers. `channels`: how many children answered by each, the most used first."""

    month: Month
    heard: int
    channels: tuple[tuple[str, int], ...]
    questions: tuple[QuestionFigures, ...]


def count_answers(
    session: Session, month: Month, surveys: Sequence[Survey]
) -> MonthAnswers:
    """Count the month. `surveys`: all versions of one survey."""
    tally = tally_answers(session, surveys[-1].key, month)
    questions = [
        question for question in asked_questions(surveys) if _was_asked(tally, question)
    ]
    figures = tuple(_question_figures(tally, question) for question in questions)
    return MonthAnswers(month, tally.count_children(), _channels_by_use(tally), figures)


def _channels_by_use(tally: Tally) -> tuple[tuple[str, int], ...]:
    counts = [
        (channel, tally.count_children(ColumnFilter("channel", channel).includes))
        for channel in CHANNELS
    ]
    used = [(channel, count) for channel, count in counts if count]
    return tuple(sorted(used, key=lambda pair: -pair[1]))


def _was_asked(tally: Tally, question: AskedQuestion) -> bool:
    return any(
        tally.count_state(question.id, state) for state in ("given", "left", "declined")
    )


def _question_figures(tally: Tally, question: AskedQuestion) -> QuestionFigures:
    columns = tuple(_columns(tally, question))
    bases = tuple(tally.count_base(question.id, column.includes) for column in columns)
    options = []
    for option, label in question.options.items():
        counts = [
            tally.count_chosen(question.id, option, column.includes)
            for column in columns
        ]
        shares = tuple(
            Share(count, base) for count, base in zip(counts, bases, strict=True)
        )
        options.append((label, shares))
    measures: list[MeasureFigure] = []
    for measure in question.measures:
        measures += _measure_figures(tally, measure)
    return QuestionFigures(
        asked=question,
        columns=columns,
        bases=bases,
        left=tally.count_state(question.id, "left"),
        declined=tally.count_state(question.id, "declined"),
        options=tuple(options),
        measures=tuple(measures),
    )


def _columns(tally: Tally, question: AskedQuestion) -> list[ColumnFilter]:
    """All, then each channel, then each band; ages alone where they were asked different things."""
    asked_bands = [
        band
        for band in BANDS
        if band in tally.heard_bands and band in question.in_bands
    ]
    bands = [ColumnFilter("band", band) for band in asked_bands]
    if question.by_band_only:
        return bands
    used = {group.channel for group in tally.heard}
    channels = [
        ColumnFilter("channel", channel) for channel in CHANNELS if channel in used
    ]
    return [ColumnFilter("all", ""), *channels, *bands]


def _measure_figures(tally: Tally, measure: Measure) -> list[MeasureFigure]:
    """One figure for all ages, or one for each band that was heard."""
    if not measure.by_band_only:
        return [MeasureFigure(measure, None, _share(tally, measure, every_group))]
    figures = []
    for band in BANDS:
        if band in measure.counts and band in tally.heard_bands:
            share = _share(tally, measure, ColumnFilter("band", band).includes)
            figures.append(MeasureFigure(measure, band, share))
    return figures


def _share(tally: Tally, measure: Measure, where: GroupFilter) -> Share:
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
