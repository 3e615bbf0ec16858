"""Which children of a month have answered, by what was noted of them: no answer, no word, no reference."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.scope import responses_for
from feedback_app.month import Month, london_day


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    """One answered invitation. `asked_on` and `day`: the days on which it was made and answered."""

    response: Response
    iro: str
    asked_on: date


def answered_in_month(
    session: Session, month: Month, *, person_id: str, roles: Collection[str]
) -> list[AnsweredRow]:
    """The month's, by survey, IRO and day. Those of whose child this person is the IRO are another manager's."""
    rows = session.execute(
        responses_for(person_id, roles)
        .where(Response.month == str(month))
        .where(func.coalesce(Response.iro_id, "") != person_id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .outerjoin(Person, Person.id == Response.iro_id)
        .with_only_columns(Response, Invitation.issued_at, Person.name)
        .order_by(Response.survey, Person.name, Response.day, Response.invitation_id)
    )
    return [
        AnsweredRow(response, name or "", london_day(issued_at))
        for response, issued_at, name in rows
    ]


def find_answered(
    session: Session,
    invitation_id: str,
    *,
    person_id: str,
    roles: Collection[str],
) -> tuple[Response, Invitation] | None:
    """The newest version of that invitation's answers, with the invitation; None where it is not in the list."""
    row = session.execute(
        responses_for(person_id, roles)
        .where(Response.invitation_id == invitation_id)
        .where(func.coalesce(Response.iro_id, "") != person_id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .with_only_columns(Response, Invitation)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def former_versions(session: Session, response: Response) -> list[tuple[str, str]]:
    """Who put it right before, and why, oldest first."""
    rows = session.execute(
        select(Person.name, Response.reason)
        .join(Person, Person.id == Response.author_id)
        .where(Response.invitation_id == response.invitation_id, Response.version > 1)
        .order_by(Response.version)
    )
    return [(name, reason or "") for name, reason in rows]
