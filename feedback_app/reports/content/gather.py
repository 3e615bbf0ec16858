"""Everything that one report says, gathered from the database once. Nothing here is put into words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.publishing.stored import ReadyNumbers
from feedback_app.survey.catalogue import Catalogue

ReportKind = Literal["month", "quarter", "year", "own"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What `build_report` makes a document of."""

    kind: ReportKind
    period: Period
    ready: ReadyNumbers | None


def gather_report(
    session: Session, ring: KeyRing, settings: Settings, catalogue: Catalogue, period: Period, *,
    kind: ReportKind, ready: ReadyNumbers | None, person_id: str, roles: Collection[str],
) -> Gathered:  # fmt: skip
    """Gather a report. It opens the texts chosen as quotes: the caller writes the audit entry first.

    `ready`: the numbers of answers of the period's last month, as `find_numbers` found them; None while it runs.
    """
    raise NotImplementedError
