"""Keeping what a member of staff keyed in for a child: said aloud to the IRO, or written on a paper form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.invitations.links import claim_answer, claim_waiting
from feedback_app.models.invitation import AT_REVIEW, NOT_AT_REVIEW, Invitation
from feedback_app.models.response import Response
from feedback_app.privacy.keys import Keys
from feedback_app.responses.interviews import InterviewNotes, store_notes
from feedback_app.responses.set_aside import keep_unplaced_words
from feedback_app.responses.store import Sent, store_response

AT_MEETING = "at_meeting"
"""The question whether the child was at the review. One answer says that they were not: `NOT_THERE`."""
NOT_THERE = "no"
DAYS_BACK = 62
"""Days for which what was said aloud or on paper can be written up."""


class WrongDay(ValueError):
    """The day is missing, in the future, or too long ago: `missing`, `future` or `before`."""


def earliest_day() -> date:
    """The first day that can be given: an officer writes up Monday's visits on Tuesday, November's on 1 December."""
    return clock.today() - timedelta(days=DAYS_BACK)


def day_given(typed: str) -> date:
    """The day on which the child gave it: typed, not in the future, not more than 62 days ago (rule M1).

    An invitation made on the spot does not bar the day before. Raises WrongDay.
    """
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise WrongDay("missing") from error
    if day > clock.today():
        raise WrongDay("future")
    if day < earliest_day():
        raise WrongDay("before")
    return day


def differs_from_code(
    invitation: Invitation, sent: Sent
) -> Literal["was_there", "was_not_there", ""]:
    """What was keyed in of the child's account where the participation code says the opposite; "" where it does not.

    Both are kept as they are, apart (rule M4): a slip of the pen is asked about, a child who sees it otherwise is not
    corrected.
    """
    said = {
        option
        for answer in sent.answers
        if answer.question == AT_MEETING
        for option in answer.options
    }
    if NOT_THERE in said and invitation.pn_code in AT_REVIEW:
        return "was_not_there"
    if said - {NOT_THERE} and invitation.pn_code in NOT_AT_REVIEW:
        return "was_there"
    return ""


def record_keyed_in(
    session: Session,
    keys: Keys,
    invitation: Invitation,
    sent: Sent,
    *,
    day: date,
    person_id: str,
    talk_days: int,
    notes: InterviewNotes | None = None,
    beside: Mapping[str, Sequence[str]] | None = None,
) -> bool:
    """Store it in the session's transaction; False when the invitation is answered or over already.

    `notes`: what the officer noted who heard it; None of a paper form. `beside`: what stands on a paper form and is no
    answer, kept for the safeguarding lead.
    A paper form counts after its link has ended too: paper travels by post. The same content again is True, once.
    """
    now = clock.now()
    claim = claim_answer if sent.channel == "paper" else claim_waiting
    if not claim(session, invitation.id, at=now):
        kept = _is_kept(
            session, invitation, sent, sent.content_digest(keys.digest.newest_key)
        )
        if kept:  # with other words in the margin than before, nothing is lost either
            keep_unplaced_words(
                session, keys, invitation.id, sent, at=now, beside=beside
            )
        return kept
    response_id = store_response(
        session, keys, invitation, sent, day=day, at=now, talk_days=talk_days
    )
    if notes:
        store_notes(session, response_id, notes)
    keep_unplaced_words(session, keys, invitation.id, sent, at=now, beside=beside)
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
