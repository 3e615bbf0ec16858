"""What leaves with a month's report about answers, once nothing in it can point at a child (promise 25). Pure.

Printed with a month: for the whole service each question's base and measures in that month; for the twelve months to
the last full quarter all options, and by band the bases and measures (decision 0035). A month of 16 children is thin:
most of its options are chosen by fewer than five. So the twelve months carry the options.

All that leaves is chosen together with all that left before: see `left_before.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.publishing.places import (
    BASE,
    HEARD,
    channel_cell,
    measure_cell,
    option_cell,
)
from feedback_app.survey.model import Measure

FEWEST_HEARD = 10
"""A table of fewer children says nothing at all."""
FEWEST_OF_A_BAND = 50
"""A band's twelve months are printed from so many children on."""
FEWEST_FOR_OPTIONS = 100
"""And the single options of the whole service's twelve months."""

Numbers = Mapping[tuple[str, str], "PrintedNumber"]
"""(question, what) -> the number as it may leave."""


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as it may leave: `value` is None where it is hidden, `mark` says how that is put."""

    value: int | None
    mark: CellMark


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One printed table, a column of the report: a month, or twelve months, of the whole service or of one band."""

    bands: tuple[str, ...]
    pooled: bool
    numbers: Numbers

    def heard_cell(self) -> PrintedNumber:
        """Children heard: a count of work."""
        return self.numbers.get(("", HEARD)) or PrintedNumber(0, CellMark.SHOWN)

    def channel_cell(self, channel: str) -> PrintedNumber:
        """Children heard by one channel."""
        return self.numbers.get(("", channel_cell(channel))) or PrintedNumber(
            0, CellMark.SHOWN
        )

    def base_cell(self, question: str) -> PrintedNumber | None:
        """How many answered the question; None where nobody was asked."""
        return self.numbers.get((question, BASE))

    def option_cell(self, question: str, option: str) -> PrintedNumber | None:
        """How many chose the option; None where it was not offered, or is not printed of this table."""
        return self.numbers.get((question, option_cell(option)))

    def measures_taken(self, question: AskedQuestion) -> Sequence[Measure]:
        """The question's measures that can be taken in this table."""
        return (
            question.poolable_measures(self.bands) if self.pooled else question.measures
        )

    def measure_cells(
        self, question: AskedQuestion, measure: Measure
    ) -> tuple[PrintedNumber, PrintedNumber] | None:
        """Count and base of a measure, which may be the question's own numbers; None where it is not taken here."""
        if measure not in self.measures_taken(question):
            return None
        # What is missing as a number of its own is the question's own number: see CountTable.
        count = self.numbers.get(
            (question.id, measure_cell(measure, "count"))
        ) or self._only_option(question, measure)
        base = self.numbers.get(
            (question.id, measure_cell(measure, "base"))
        ) or self.numbers.get((question.id, BASE))
        return (count, base) if count and base else None

    def _only_option(
        self, question: AskedQuestion, measure: Measure
    ) -> PrintedNumber | None:
        """The count of the one option that counts for the measure."""
        counting = {
            option for band in self.bands for option in measure.counts.get(band, ())
        }
        for option in question.offered_options(self.bands):
            if option in counting:
                return self.numbers.get((question.id, option_cell(option)))
        return None


@dataclass(frozen=True, slots=True)
class Published:
    """What leaves with a month. `year_end`: the last of the twelve months. `bands`: band -> its twelve months."""

    month: Month
    year_end: Month
    questions: tuple[AskedQuestion, ...]
    whole: PublishedTable
    year: PublishedTable
    bands: Mapping[str, PublishedTable]


def months_needed(month: Month) -> tuple[Month, ...]:
    """The months that a report counts from: the twelve to the last full quarter's end, and those since."""
    first = month.last_full_quarter[-1].year_to_here[0]
    months = [first]
    while months[-1] != month:
        months.append(months[-1].add_months(1))
    return tuple(months)
