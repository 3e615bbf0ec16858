"""What the answers' page draws: a chart for each question, whose numbers stand in the table beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flask_babel

from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.charts import Bar, SvgText, bar_chart
from feedback_app.reports.figures.survey_answers import (
    CountedColumn,
    CountedQuestion,
    SurveyAnswers,
)

_: Callable[..., str] = flask_babel.gettext


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """One question with its chart; None where no column of it has answers enough for a percentage."""

    counted: CountedQuestion
    chart: SvgText | None


def column_name(column: CountedColumn, found: SurveyAnswers) -> str:
    """What stands above a column."""
    if column.kind == "period" and column.campaign:
        return _("This campaign")
    if column.kind == "period":
        return wording.period_name(found.period)
    if column.kind == "year":
        return _("12 months to %(month)s", month=found.period.last.name)
    return wording.compared_name(column.kind, column.value)


def draw_questions(found: SurveyAnswers) -> list[DrawnQuestion]:
    """Each question with a bar for the period, and a hatched one for the twelve months to its end."""
    shown = [
        number for number, column in enumerate(found.columns) if not column.compares
    ]
    return [
        DrawnQuestion(question, _chart(found, question, shown))
        for question in found.questions
    ]


def _chart(
    found: SurveyAnswers, question: CountedQuestion, shown: list[int]
) -> SvgText | None:
    bars: list[Bar] = []
    for label, shares in question.options:
        named = False
        for number in shown:
            share = shares[number]
            percent = share.whole_percent
            if percent is None:
                continue
            bars.append(
                Bar(
                    label="" if named else label,
                    part=share.count / share.base,
                    words=_(
                        "%(percent)s%%, %(count)s of %(base)s",
                        percent=percent, count=share.count, base=share.base,
                    ),
                    pale=found.columns[number].kind == "year",
                )
            )  # fmt: skip
            named = True
    if not bars:
        return None
    return bar_chart(f"c-{question.anchor}", question.text, bars)
