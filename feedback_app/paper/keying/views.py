"""The sheet: the questions of a paper form in its order, by its numbers and letters, as one page of fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.running import AuditEntry
from feedback_app.responses.read import Visit, facts_of
from feedback_app.survey.form_order import FormOption, FormQuestion, form_questions
from feedback_app.survey.types import ScreenKind, type_of
from feedback_app.survey_page.views import Screen, SurveyPage
from feedback_app.web import context


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """One question of the sheet: the form's, and what the page that a child would see says of its path.

    `show`: as `Screen.show`, as JSON for the script. `limit`: of its box; `box_for`: the option that it belongs to.
    """

    asked: FormQuestion
    kind: ScreenKind
    show: str
    limit: int
    box_for: str

    @property
    def anchor_id(self) -> str:
        """The id of its place on the page."""
        return f"ask-{self.asked.number}"

    @property
    def declined_id(self) -> str:
        """What "I don't want to say" sends; "" where it is not offered."""
        return self.asked.question.id if self.asked.can_be_declined else ""

    def stands_alone(self, one: FormOption) -> bool:
        """Whether an option stands alone among several ticks."""
        return one.option.exclusive

    def is_checkbox(self, one: FormOption) -> bool:
        """Whether several can be ticked, or this one beside any other."""
        return self.kind == "many" or one.field != self.asked.field


def build_sheet(
    page: SurveyPage, invitation: Invitation, visit: Visit
) -> Mapping[str, Any]:
    """The sheet's questions in the form's order, and where each problem's question stands: question id -> anchor."""
    parts = context.instance()
    asked = form_questions(
        parts.catalogue,
        parts.catalogue.find_survey(visit.survey, visit.version),
        visit.band,
        visit.look,
        facts_of(invitation),
        visit.spotlight,
        parts.settings.braces,
        has_iro=invitation.iro_id is not None,
    )
    screens = {one.name: one for one in page.screens if one.name}
    sheet = [_question_of(one, screens[one.field]) for one in asked]
    anchors = {one.asked.question.id: one.anchor_id for one in sheet}
    anchors |= {one.asked.box_field: one.anchor_id for one in sheet if one.asked.box}
    return {"sheet": sheet, "anchors": anchors}


def _question_of(asked: FormQuestion, screen: Screen) -> SheetQuestion:
    return SheetQuestion(
        asked,
        type_of(asked.question).screen,
        json.dumps(screen.show),
        screen.limit,
        screen.box_for,
    )


def officers_by_name(session: Session, but: str) -> dict[str, str]:
    """Id -> name of every IRO who works here, without this person: nobody keys in their own (rule D9)."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == "iro", Person.active, Person.id != but)
        .order_by(Person.name, Person.id)
    )
    return {row.id: row.name for row in rows}


def was_keyed_in_by(session: Session, person_id: str, invitation_id: str) -> bool:
    """Whether this person keyed that form in: their send arrived, and its acknowledgement may have been lost."""
    mine = select(AuditEntry.number).where(
        AuditEntry.what == "paper_recorded",
        AuditEntry.person_id == person_id,
        AuditEntry.about == invitation_id,
    )
    return session.scalar(mine.limit(1)) is not None
