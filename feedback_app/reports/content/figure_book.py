"""Cells of tables and tidy figures, written in one act: what a table shows and what `figures` hold cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flask_babel

from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.document import Figure, WhyHidden
from feedback_app.reports.figures.shares import Share, fewest_answers
from feedback_app.reports.figures_in_words import printed_number, verdict_in_words
from feedback_app.reports.publishing.published import PrintedNumber
from feedback_app.reports.tables import CellValue, Tone

_: Callable[..., str] = flask_babel.gettext
HIDDEN: dict[CellMark, WhyHidden] = {
    CellMark.SHOWN: "",
    CellMark.FEW: "fewer than 5",
    CellMark.WITHHELD: "not shown",
}
MONTHS_IN_QUARTER = 3


@dataclass(frozen=True, slots=True)
class ShareCells:
    """The cells of one share: count, base, percent, both ends of the interval, verdict. Empty where hidden.

    `share` is None where no per cent may be given.
    """

    count: CellValue
    base: CellValue
    percent: CellValue
    low: CellValue
    high: CellValue
    verdict: str
    share: Share | None

    @property
    def verdict_tone(self) -> Tone:
        """The colour of the verdict; none without a target."""
        if self.share is None or self.share.target_state == "none":
            return "few" if self.verdict else ""
        return self.share.target_state


class FigureBook:
    """All figures of one document. `survey`: the title of the survey that they are about."""

    def __init__(self, survey: str) -> None:
        self.survey = survey
        self._figures: dict[tuple[str, str, str, str, str], Figure] = {}

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The tidy rows, in the order in which the tables came to be."""
        return tuple(self._figures.values())

    def add_count(
        self,
        months: Sequence[Month],
        question: str,
        option: str,
        number: PrintedNumber | int,
        *,
        band: str = "",
        survey: str = "",
        base: int | None = None,
        share: float | None = None,
    ) -> CellValue:
        """One count; a plain number is a count of work, which is shown as it is."""
        if isinstance(number, int):
            number = PrintedNumber(number, CellMark.SHOWN)
        self._put(
            Figure(
                months_key(months),
                survey or self.survey,
                band,
                question,
                option,
                number.value,
                base,
                share,
                why_hidden=HIDDEN[number.mark],
            )
        )
        return printed_number(number)

    def add_share(
        self,
        months: Sequence[Month],
        question: str,
        option: str,
        pair: tuple[PrintedNumber, PrintedNumber],
        *,
        band: str = "",
        target: float | None = None,
        above: bool = True,
        with_interval: bool = True,
    ) -> ShareCells:
        """A count of a base, with per cent and interval from so many answers on as the month asks for."""
        count, base = pair
        share, why = None, HIDDEN[count.mark] or HIDDEN[base.mark]
        if count.value is not None and base.value is not None:
            found = Share(count.value, base.value, target, above)
            if found.whole_percent is not None:
                share = found
            elif base.value < fewest_answers():
                why = "not enough answers yet"
        percent = low = high = None
        if share is not None and share.whole_percent is not None:
            percent = share.whole_percent / 100
            if with_interval:
                low, high = (round(end, 3) / 100 for end in share.percent_interval)
        self._put(
            Figure(
                months_key(months),
                self.survey,
                band,
                question,
                option,
                count.value,
                base.value,
                percent,
                low,
                high,
                why,
            )
        )
        return ShareCells(
            printed_number(count),
            printed_number(base),
            _cell(percent),
            _cell(low),
            _cell(high),
            verdict_in_words(share) if share else _no_verdict(why, target),
            share,
        )

    def _put(self, figure: Figure) -> None:
        """Keep a figure once. Raises ValueError where the same is said twice, with two numbers."""
        key = (
            figure.period,
            figure.survey,
            figure.band,
            figure.question,
            figure.option,
        )
        standing = self._figures.setdefault(key, figure)
        if standing != figure:
            raise ValueError(f"two numbers for one figure: {standing} and {figure}")


def months_key(months: Sequence[Month]) -> str:
    """How a period is written in data: `2026-10`, `2026-Q3`, `2026`, or its first and last day."""
    first, last = months[0], months[-1]
    if len(months) == 1:
        return str(first)
    if tuple(months) == first.quarter_months:
        return f"{first.year}-Q{(first.month + 2) // MONTHS_IN_QUARTER}"
    if tuple(months) == last.year_to_here and first.month == 1:
        return str(first.year)
    return f"{first.first}--{last.last}"


def _cell(share: float | None) -> CellValue:
    return "" if share is None else share


def _no_verdict(why: WhyHidden, target: float | None) -> str:
    if target is None or why != "not enough answers yet":
        return ""
    return _("Not enough answers yet")
