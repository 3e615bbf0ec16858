"""What children answered in a month, for the manager's own screen: true counts, each with its base (settled.md).

What is handed over is counted in `published`, with small numbers hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.models.response import CHANNELS
from feedback_app.month import Month
from feedback_app.reports.figures.questions import AskedQuestion, asked_questions
from feedback_app.reports.figures.shares import Share
from feedback_app.reports.figures.tally import ChildGroup, GroupFilter, Tally, every_group, tally_answers
from feedback_app.survey.model import BANDS, Measure, Survey


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """Whom a column counts: `kind` "all", "channel" or "band", and which."""

    kind: str
    name: str

    def includes(self, group: ChildGroup) -> bool:
        """Whether the group belongs to it."""
        return self.kind == "all" or self.name == (group.channel if self.kind == "channel" else group.band)


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


def count_answers(session: Session, month: Month, surveys: Sequence[Survey]) -> MonthAnswers:
    """Count the month. `surveys`: all versions of one survey."""
    counted = tally_answers(session, surveys[-1].key, month)
    channels = [(c, counted.count_children(ColumnFilter("channel", c).includes)) for c in CHANNELS]
    return MonthAnswers(
        month,
        counted.count_children(),
        tuple(sorted((pair for pair in channels if pair[1]), key=lambda pair: -pair[1])),
        tuple(_figures(counted, question) for question in asked_questions(surveys) if _was_asked(counted, question)),
    )


def _was_asked(counted: Tally, question: AskedQuestion) -> bool:
    return any(counted.count_state(question.id, state) for state in ("given", "left", "declined"))


def _figures(counted: Tally, question: AskedQuestion) -> QuestionFigures:
    columns = tuple(_columns(counted, question))
    bases = tuple(counted.count_base(question.id, column.includes) for column in columns)
    options = tuple(
        (
            label,
            tuple(
                Share(counted.count_chosen(question.id, option, column.includes), base)
                for column, base in zip(columns, bases, strict=True)
            ),
        )
        for option, label in question.options.items()
    )
    return QuestionFigures(
        question,
        columns,
        bases,
        counted.count_state(question.id, "left"),
        counted.count_state(question.id, "declined"),
        options,
        tuple(figure for measure in question.measures for figure in _measured(counted, measure)),
    )


def _columns(counted: Tally, question: AskedQuestion) -> list[ColumnFilter]:
    """All, then each channel, then each band; ages alone where they were asked different things."""
    bands = [ColumnFilter("band", band) for band in BANDS if band in counted.heard_bands and band in question.in_bands]
    if question.by_band_only:
        return bands
    used = {group.channel for group in counted.heard}
    return [ColumnFilter("all", ""), *(ColumnFilter("channel", c) for c in CHANNELS if c in used), *bands]


def _measured(counted: Tally, measure: Measure) -> list[MeasureFigure]:
    bands = [band for band in BANDS if band in measure.counts and band in counted.heard_bands]
    if not measure.by_band_only:
        return [MeasureFigure(measure, None, _share(counted, measure, every_group))]
    return [
        MeasureFigure(measure, band, _share(counted, measure, ColumnFilter("band", band).includes)) for band in bands
    ]


def _share(counted: Tally, measure: Measure, where: GroupFilter) -> Share:
    def counts(group: ChildGroup) -> bool:
        return where(group) and group.band in measure.counts and (group.over5 or not measure.over5_only)

    base = counted.count_base(measure.question, counts) - counted.count_chosen(
        measure.question, measure.leave_out, counts
    )
    count = counted.count_chosen(measure.question, measure.counts, counts)
    return Share(count, base, measure.target, measure.above)
