"""What officers ticked of the children they asked: spoke with them before, letter sent. A count of work, no answers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from feedback_app.models.invitation import Invitation
from feedback_app.month import Month


@dataclass(frozen=True, slots=True)
class DoneBefore:
    """How many children IROs asked in a month, and for how many of them each tick stands there."""

    asked: int
    spoke_before: int
    letter_sent: int


def count_done_before(session: Session, survey: str, month: Month) -> DoneBefore:
    """Those of invitations to that survey (its key) that were made in the month, whatever became of them."""
    begin, end = month.utc_bounds()
    ticks = (Invitation.spoke_before, Invitation.letter_sent)
    row = session.execute(
        select(func.count(), *(func.sum(cast(tick, Integer)) for tick in ticks)).where(
            Invitation.survey == survey,
            Invitation.iro_id.is_not(None),
            Invitation.issued_at >= begin,
            Invitation.issued_at < end,
        )
    ).one()
    return DoneBefore(*(number or 0 for number in row))
