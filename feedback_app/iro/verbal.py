"""Storing what an IRO wrote down as a child said it: the same questions, marked verbal and reported apart."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.duties import audit, invitations, responses
from feedback_app.models.invitation import Invitation
from feedback_app.month import london_day
from feedback_app.web.context import Instance


class WrongDay(ValueError):
    """The day is missing, in the future, or before the invitation; the message says which, in an officer's words."""


def day_given(invitation: Invitation, typed: str) -> date:
    """The day on which the child said it: typed, not in the future, not before the invitation (settled.md).

    Raises WrongDay.
    """
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise WrongDay("missing") from error
    if day > clock.today():
        raise WrongDay("future")
    if day < london_day(invitation.issued_at):
        raise WrongDay("before")
    return day


def record_verbal(
    session: Session, parts: Instance, invitation: Invitation, sent: responses.Sent, *, day: date, person_id: str
) -> bool:
    """Store it in the session's transaction; False when the invitation is answered or over already."""
    now = clock.now()
    if not invitations.claim_waiting(session, invitation.id, at=now):
        return False
    responses.store(session, parts.keys, invitation, sent, day=day, at=now, talk_days=parts.settings.talk_days)
    audit.write(session, parts.keys.audit, "verbal_recorded", person_id=person_id, about=invitation.id)
    return True
