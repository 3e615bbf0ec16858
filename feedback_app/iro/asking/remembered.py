"""What an officer chose when they last asked a child: taken from their own invitations, so that nothing more is stored.

docs/decisions/0026 says why these are remembered, how, and what stands there before anything was chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.rulebook.counted_codes import CountedCodes

PARTS = {"took-part": "took_part", "did-not": "did_not"}
"""Half of the target, as an address names it -> as models/draw.PARTS does."""
UNDER_FOUR = "PN0"
"""The code that no short form offers: its ages begin at four."""
FIRST_CODE = {"took-part": "PN1", "did-not": "PN6"}
"""The code that stands there before an officer has asked anybody of that half."""
FIRST_MODE, FIRST_CHOSEN = "in_person", "officer_chose"
HABITS = ("next_due", "every_child", "officer_chose")
"""Ways of choosing that an officer keeps to. The others are true of one child and say nothing of the next."""
LOOKED_AT = 12
"""How many of an officer's latest children of a half say which code is theirs most often."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What stands chosen in the short form when it opens."""

    pn_code: str
    mode: str
    how_chosen: str


def codes_of_part(codes: CountedCodes, part: str) -> tuple[str, ...]:
    """The codes of a half (a key of PARTS) that its short form offers."""
    found = codes.codes_of(PARTS[part])
    return tuple(code for code in found if code != UNDER_FOUR)


def remember_choices(
    session: Session,
    person_id: str,
    survey: str,
    offered: Sequence[str],
    usual: str,
) -> Remembered:
    """That officer's choices for a child of a half, for the survey with that key.

    `offered`: the codes of the half this month; `usual`: the one that stands there before anything was chosen.

    Mode and way of choosing are those of the last time; the code is the most frequent of the last twelve of the half,
    of two as frequent the one that was noted last.
    """
    codes = session.scalars(
        _latest(person_id, survey)
        .with_only_columns(Invitation.pn_code)
        .where(Invitation.pn_code.in_(offered))
        .limit(LOOKED_AT)
    )
    counted = Counter(codes).most_common(1)
    first = usual if usual in offered else next(iter(offered), "")
    code = counted[0][0] if counted else first
    return Remembered(code or first, *last_habits(session, person_id, survey))


def last_habits(session: Session, person_id: str, survey: str) -> tuple[str, str]:
    """How the review was held and how the child was chosen, as that officer noted them the last time."""
    latest = _latest(person_id, survey)
    mode = session.scalar(latest.with_only_columns(Invitation.mode).limit(1))
    how_chosen = session.scalar(
        latest.with_only_columns(Invitation.how_chosen)
        .where(Invitation.how_chosen.in_(HABITS))
        .limit(1)
    )
    return mode or FIRST_MODE, how_chosen or FIRST_CHOSEN


def _latest(person_id: str, survey: str) -> Select[Invitation]:
    return (
        invitations_for(person_id)
        .where(Invitation.survey == survey)
        .order_by(Invitation.issued_at.desc(), Invitation.id)
    )
