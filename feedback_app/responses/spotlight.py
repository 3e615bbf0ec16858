"""Which spotlight question the manager chose for a month. It is settled once the month begins.

So a month's children are asked the same, a page is never contradicted by a later choice, and whoever asks at load and
at send finds the same.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.action import SpotlightChoice
from feedback_app.month import Month
from feedback_app.privacy.keys import KeyRing
from feedback_app.survey.model import Survey


class MonthHasBegun(ValueError):
    """Children are asked in that month already: what they are asked stays."""


class UnknownQuestion(LookupError):
    """The survey has no such spotlight question in any band."""


_TABLE: Any = SpotlightChoice.__table__
_CHOSEN = select(_TABLE.c.question).where(
    _TABLE.c.survey == bindparam("survey"), _TABLE.c.month == bindparam("month")
)
# Built once, and read without the ORM, for every page that a child opens (docs/decisions/0006).


def chosen_question(session: Session, survey: Survey, month: Month) -> str | None:
    """The question chosen for that month, or None where they take turns; asked only of a survey with spotlights."""
    if not any(survey.spotlight.values()):
        return None
    found: str | None = (
        session.connection()
        .execute(_CHOSEN, {"survey": survey.key, "month": str(month)})
        .scalar_one_or_none()
    )
    return found


def choose_question(
    session: Session,
    ring: KeyRing,
    survey: Survey,
    month: Month,
    question: str | None,
    *,
    person_id: str,
) -> None:
    """Have that question asked in a month to come; None lets them take turns again.

    Raises MonthHasBegun, UnknownQuestion.
    """
    if month <= Month.containing(clock.today()):
        raise MonthHasBegun(str(month))
    if question is not None and all(
        q.id != question for asked in survey.spotlight.values() for q in asked
    ):
        raise UnknownQuestion(question)
    session.execute(
        delete(SpotlightChoice).where(
            SpotlightChoice.survey == survey.key, SpotlightChoice.month == str(month)
        )
    )
    if question is not None:
        session.add(
            SpotlightChoice(
                survey=survey.key,
                month=str(month),
                question=question,
                chosen_by_id=person_id,
                chosen_at=clock.now(),
            )
        )
    audit.write_entry(
        session,
        ring,
        "spotlight_chosen",
        person_id=person_id,
        about=f"{survey.key} {month} {question or 'in turn'}",
    )
