"""What each kind of file that a manager imports needs: how its rows are checked, and how they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.imports import (
    imported_cohorts,
    imported_reviews,
    imported_targets,
)
from feedback_app.imports.check import Checked
from feedback_app.imports.mapping import SheetKind
from feedback_app.imports.sheets import CouncilSheet
from feedback_app.manager.team.verbs import (
    Desk,
    TypedTarget,
    changed_months,
    earliest_month,
    latest_month,
    set_target,
)
from feedback_app.manager.team.views import Team, read_team
from feedback_app.models.work import WorkChange
from feedback_app.privacy.keys import Keys
from feedback_app.reports.figures.working_months import AtWork, WorkBook

KINDS: Mapping[str, SheetKind] = {
    kind.name: kind
    for kind in (imported_reviews.KIND, imported_targets.KIND, imported_cohorts.KIND)
}


@dataclass(frozen=True, slots=True)
class ImportDesk:
    """Who imports, and what they stand on. `survey`: of the month, by which it is known who is an IRO."""

    session: Session
    keys: Keys
    settings: Settings
    survey: str
    by: str

    def check_sheet(
        self, kind: SheetKind, sheet: CouncilSheet, columns: Mapping[str, int]
    ) -> Checked[Any]:
        """Every problem of a sheet of that kind, and what storing it would do."""
        if kind.name == "reviews":
            return imported_reviews.check_reviews(
                self.session,
                self.keys,
                sheet,
                columns,
                envelope_days=self.settings.envelope_days,
            )
        if kind.name == "targets":
            rules = _target_rules(self._team())
            return imported_targets.check_targets(self.session, sheet, columns, rules)
        return imported_cohorts.check_cohorts(self.session, sheet, columns)

    def store_entries(self, kind: SheetKind, checked: Checked[Any]) -> None:
        """Write what was checked, in the session's transaction."""
        if kind.name == "reviews":
            imported_reviews.store_reviews(
                self.session, self.keys, checked.entries, by=self.by
            )
        elif kind.name == "targets":
            rules = _target_rules(self._team())
            imported_targets.store_targets(checked.entries, rules, self._enter_target)
        else:
            imported_cohorts.store_cohorts(
                self.session, self.keys.audit, checked.entries, by=self.by
            )

    def _team(self) -> Team:
        return read_team(self.session, self.survey, self.settings)

    def _enter_target(
        self, book: WorkBook, known: AtWork, entry: imported_targets.TargetEntry
    ) -> WorkChange:
        desk = Desk(self.session, self.keys, book, self.by)
        typed = TypedTarget(
            entry.month,
            entry.target,
            only_month=entry.only_month,
            in_words=entry.in_words,
        )
        return set_target(replace(desk, reason=entry.reason), known, typed)


def _target_rules(team: Team) -> imported_targets.TargetRules:
    return imported_targets.TargetRules(
        iros={one.person_id: one.known for one in (*team.working, *team.left)},
        book=team.board.book,
        earliest=earliest_month(),
        latest=latest_month(),
        changed_months=changed_months,
    )
