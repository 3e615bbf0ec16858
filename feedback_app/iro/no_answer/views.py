"""The rows of "Asked, and no answer": what this officer noted, or ended, while it can still be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.issue import read_reference
from feedback_app.invitations.take_back import TAKEN_BACK
from feedback_app.models.invitation import NO_ANSWER, Envelope, Invitation
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.scope import invitations_for
from feedback_app.privacy.keys import Keys
from feedback_app.rulebook.counted_codes import read_codes


@dataclass(frozen=True, slots=True)
class NoAnswerRow:
    """One child who gave no answer. `outcome`: one of NO_ANSWER, or "ended" where the officer ended the link.

    The reference is shown as it is of a link that waits: without it the wrong one would be undone.
    """

    id: str
    outcome: str
    reference: str
    band: str
    took_part: bool | None
    noted_at: datetime

    @property
    def is_noted(self) -> bool:
        """Whether it was noted of the child, and not only the link ended."""
        return self.outcome in NO_ANSWER


def no_answer_rows(
    session: Session, keys: Keys, person_id: str
) -> tuple[NoAnswerRow, ...]:
    """What this officer noted or ended and can still undo, the latest first."""
    rows = session.scalars(
        invitations_for(person_id)
        .join(Envelope, Envelope.invitation_id == Invitation.id)
        .where(Invitation.outcome.in_(TAKEN_BACK), Invitation.ends_at > clock.now())
        .order_by(Invitation.outcome_at.desc(), Invitation.id)
    )
    codes = read_codes(session).codes_now
    return tuple(
        NoAnswerRow(
            row.id,
            row.outcome,
            read_reference(session, keys, row) or "",
            row.band,
            codes.says_took_part(row.pn_code),
            row.outcome_at,
        )
        for row in rows
        if row.outcome_at
    )


def whom_to_tell(session: Session) -> list[tuple[str, str, str]]:
    """Name, role and e-mail of each safeguarding lead and deputy who works here, leads first."""
    rows = session.execute(
        select(Person.name, PersonRole.role, Person.email)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role.in_(("lead", "deputy")), Person.active)
        .order_by(PersonRole.role.desc(), Person.name)
    )
    return [(row.name, row.role, row.email) for row in rows]
