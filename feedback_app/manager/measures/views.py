"""What the page of measures draws: where the twelve months stand, and the line that led there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flask_babel

from feedback_app.reports.charts import Point, SvgText, interval_chart, line_chart
from feedback_app.reports.figures.measures import LinePoint, MeasureRow
from feedback_app.reports.figures.shares import Share, wilson_interval

_: Callable[..., str] = flask_babel.gettext

EACH_THIRD = 3
"""Of twelve months every third has its name, so that they can be read on a phone."""


@dataclass(frozen=True, slots=True)
class DrawnMeasure:
    """A measure with its two charts; None under a base of ten."""

    row: MeasureRow
    interval: SvgText | None
    line: SvgText | None


def draw_measures(rows: tuple[MeasureRow, ...]) -> list[DrawnMeasure]:
    """Each measure with its charts."""
    return [DrawnMeasure(row, _interval(row), _line(row)) for row in rows]


def percent_in_words(share: Share) -> str:
    """ "75%, 12 of 16"; the counts alone under a base of ten."""
    count = _("%(count)s of %(base)s", count=share.count, base=share.base)
    percent = share.whole_percent
    return count if percent is None else f"{percent}%, {count}"


def interval_in_words(share: Share) -> str:
    """ "57% to 93%"; nothing under a base of ten."""
    if share.whole_percent is None:
        return ""
    low, high = share.percent_interval
    return _("%(low)s%% to %(high)s%%", low=low, high=high)


def _interval(row: MeasureRow) -> SvgText | None:
    share = row.year
    if share.whole_percent is None:
        return None
    return interval_chart(
        f"i-{row.anchor}",
        _("Twelve months, with its 95% interval"),
        share.count / share.base,
        wilson_interval(share.count, share.base),
        target=share.target,
        words=_(
            "%(share)s; 95%% interval %(interval)s",
            share=percent_in_words(share),
            interval=interval_in_words(share),
        ),
    )


def _line(row: MeasureRow) -> SvgText | None:
    if sum(point.share.whole_percent is not None for point in row.line) < 2:
        return None
    last = len(row.line) - 1
    return line_chart(
        f"l-{row.anchor}",
        _("Twelve months to each of the last twelve"),
        [
            Point(
                point.month.short_name[:3] if (last - number) % EACH_THIRD == 0 else "",
                _part(point),
            )
            for number, point in enumerate(row.line)
        ],
        target=row.year.target,
        words="; ".join(
            f"{point.month.name}: {percent_in_words(point.share)}" for point in row.line
        ),
    )


def _part(point: LinePoint) -> float | None:
    share = point.share
    return None if share.whole_percent is None else share.count / share.base
