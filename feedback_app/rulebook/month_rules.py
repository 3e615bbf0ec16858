"""What a month's figures are measured by: the targets of measures and cohorts, and when a figure has a colour.

Each holds from a month on. A report, a page or a line takes the rules of its last month, so that no past month is
measured anew by what was changed later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.month import Month
from feedback_app.privacy.suppress import FEWEST_SHOWN
from feedback_app.rulebook.counted_codes import CodeBook, CountedCodes
from feedback_app.rulebook.setting_changes import ChangeBook, read_changes
from feedback_app.survey.model import Measure, Survey

FEWEST_KEY, AMBER_KEY, SAID_KEY = "fewest_answers", "amber_percent", "fewest_said"
USUAL_FEWEST, USUAL_AMBER = 10, 75
NO_TARGET = "none"
"""How it is kept that a measure has no target, or that a cohort is not asked."""


@dataclass(frozen=True, slots=True)
class MonthRules:
    """The rules of one month.

    `fewest_answers`: from how many answers on there is a percentage and a verdict. `amber_percent`: from how much of
    a target for counts of work on the state is amber and not red.
    """

    book: ChangeBook
    month: Month

    @property
    def counted_codes(self) -> CountedCodes:
        """Which participation codes count."""
        return CodeBook(self.book).in_month(self.month)

    @property
    def fewest_answers(self) -> int:
        """How many answers a percentage needs."""
        return self._number(FEWEST_KEY, USUAL_FEWEST)

    @property
    def amber_percent(self) -> int:
        """How many per cent of a target are amber."""
        return self._number(AMBER_KEY, USUAL_AMBER)

    @property
    def fewest_said(self) -> int:
        """How many children must have said something before it is newly shown with what was done about it."""
        return self._number(SAID_KEY, FEWEST_SHOWN)

    def target_of(self, survey: str, measure: Measure) -> float | None:
        """The target of a measure, a share from 0 to 1; None where it has none."""
        kept = self.book.value_in(target_key(survey, measure.id), self.month, None)
        if kept is None:
            return measure.target
        return None if kept == NO_TARGET else int(kept) / 100

    def cohort_targets(self, settings: Settings) -> tuple[tuple[str, str, int], ...]:
        """Which survey is asked of which cohort, and how many per cent of it should answer."""
        return tuple(
            (survey, kind, self._number(cohort_key(survey), percent))
            for survey, kind, percent in settings.cohort_targets
        )

    def with_targets(self, surveys: Sequence[Survey]) -> tuple[Survey, ...]:
        """The same surveys with the targets of this month in their measures."""
        return tuple(
            replace(
                survey,
                measures=tuple(
                    replace(one, target=self.target_of(survey.key, one))
                    for one in survey.measures
                ),
            )
            for survey in surveys
        )

    def _number(self, key: str, default: int) -> int:
        return int(self.book.value_in(key, self.month, None) or default)


def read_rules(session: Session, month: Month) -> MonthRules:
    """The rules of that month; one statement."""
    return MonthRules(read_changes(session), month)


def target_key(survey: str, measure: str) -> str:
    """How a measure's target is kept."""
    return f"target {survey} {measure}"


def cohort_key(survey: str) -> str:
    """How the share of a cohort is kept that should answer."""
    return f"cohort {survey}"
