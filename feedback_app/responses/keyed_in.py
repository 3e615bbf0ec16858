"""Keeping what a member of staff keyed in for a child: said aloud to the IRO, or written on a paper form."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.invitations.links import claim_answer, claim_waiting
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.month import london_day
from feedback_app.privacy.keys import Keys
from feedback_app.responses.store import Sent, store_response


class WrongDay(ValueError):
    """The day is missing, in the future, or before the invitation: `missing`, `future` or `before`."""


def day_given(invitation: Invitation, typed: str) -> date:
    """The day on which the child gave it: typed, not in the future, not before the invitation (rule M1).

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


def record_keyed_in(
    session: Session,
    keys: Keys,
    invitation: Invitation,
    sent: Sent,
    *,
    day: date,
    person_id: str,
    talk_days: int,
) -> bool:
    """Store it in the session's transaction; False when the invitation is answered or over already.

    A paper form counts after its link has ended too: paper travels by post. The same content again is True, once.
    """
    now = clock.now()
    claim = claim_answer if sent.channel == "paper" else claim_waiting
    if not claim(session, invitation.id, at=now):
        return _is_kept(
            session, invitation, sent, sent.content_digest(keys.digest.newest_key)
        )
    store_response(
        session, keys, invitation, sent, day=day, at=now, talk_days=talk_days
    )
    what: audit.AuditEvent = (
        "paper_recorded" if sent.channel == "paper" else "verbal_recorded"
    )
    audit.write_entry(
        session, keys.audit, what, person_id=person_id, about=invitation.id
    )
    return True


def _is_kept(session: Session, invitation: Invitation, sent: Sent, digest: str) -> bool:
    kept = session.scalar(
        select(Response.content_digest).where(
            Response.invitation_id == invitation.id,
            Response.version == 1,
            Response.channel == sent.channel,
        )
    )
    return kept == digest
