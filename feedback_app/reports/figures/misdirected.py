"""Links opened by someone they were not meant for, who pressed "This is not for me": a count of work, no answers.

Whoever made the link sees it, so that the child it was meant for can be asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.month import Month, london_day
from feedback_app.rulebook.counted_codes import read_codes

NOT_FOR_ME = "not_for_me"


@dataclass(frozen=True, slots=True)
class MisdirectedLink:
    """One such link, by what its issuer knows of the child; the reference stays sealed."""

    survey: str
    band: str
    took_part: bool | None
    issued_on: date


def misdirected_in_month(
    session: Session, person_id: str, month: Month
) -> tuple[MisdirectedLink, ...]:
    """Those of this person's links of which it was said in that month."""
    begin, end = month.utc_bounds()
    return _rows(
        session,
        _links_of(person_id).where(
            Invitation.outcome_at >= begin, Invitation.outcome_at < end
        ),
    )


def misdirected_to_ask_again(
    session: Session, person_id: str, surveys: Sequence[str]
) -> tuple[MisdirectedLink, ...]:
    """Those of this person's links to these surveys that would still work, had they reached the right child."""
    return _rows(
        session,
        _links_of(person_id).where(
            Invitation.survey.in_(surveys), Invitation.ends_at > clock.now()
        ),
    )


def count_misdirected(session: Session, survey: str, month: Month) -> int:
    """How many links to that survey (its key) reached somebody they were not for in that month."""
    begin, end = month.utc_bounds()
    counted = select(func.count()).where(
        Invitation.outcome == NOT_FOR_ME,
        Invitation.survey == survey,
        Invitation.outcome_at >= begin,
        Invitation.outcome_at < end,
    )
    return session.scalar(counted) or 0


def _links_of(person_id: str) -> Select[Invitation]:
    return invitations_for(person_id).where(Invitation.outcome == NOT_FOR_ME)


def _rows(session: Session, wanted: Select[Invitation]) -> tuple[MisdirectedLink, ...]:
    codes = read_codes(session)
    found = []
    for row in session.scalars(
        wanted.order_by(Invitation.issued_at.desc(), Invitation.id)
    ):
        day = london_day(row.issued_at)
        part = codes.in_month(Month.containing(day)).says_took_part(row.pn_code)
        found.append(MisdirectedLink(row.survey, row.band, part, day))
    return tuple(found)
