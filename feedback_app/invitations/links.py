"""A child's link in use: found for a visit or a send, and taken for one response (promises 1, 3, 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Select, Update, bindparam, or_, select, update
from sqlalchemy.orm import Session

from feedback_app.models.invitation import NO_ANSWER, Invitation, Link
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import Keys


@dataclass(frozen=True, slots=True)
class FoundLink:
    """One issue of an invitation, the older ones too, with the invitation's facts as they stand.

    `ends_at` and `issue_number` are the link's own, `id` and all else the invitation's.
    """

    ends_at: datetime
    issue_number: int
    id: str
    link_key_id: str
    outcome: str
    survey: str
    survey_version: int
    band: str
    look: str
    language: str
    over5: bool
    over16: bool
    over18: bool
    mode: str | None
    pn_code: str | None
    iro_id: str | None

    def is_open_at(self, at: datetime) -> bool:
        """Whether it opens its survey at that instant: not past its end, its invitation still waiting."""
        return at < self.ends_at and self.outcome == "waiting"


Invited = Invitation | FoundLink
"""Whatever knows an invitation's facts."""


def age_marks_of(invited: Invited) -> frozenset[str]:
    """The age marks as survey conditions name them: `over5`, `16+`, `16-17`, `18+`."""
    marks = (
        ("over5", invited.over5),
        ("16+", invited.over16),
        ("16-17", invited.over16 and not invited.over18),
        ("18+", invited.over18),
    )
    return frozenset(name for name, is_set in marks if is_set)


_LINK: Any = Link.__table__
_INVITATION: Any = Invitation.__table__
# Statements are built once, not at each send; links are read without the ORM: as objects of a session this search took
# a fifth of a whole send.
_FOUND = select(
    *(_LINK.c[name] for name in ("ends_at", "issue_number")),
    *(
        _INVITATION.c[name]
        for name in FoundLink.__dataclass_fields__
        if name not in ("ends_at", "issue_number")
    ),
).join_from(_LINK, _INVITATION)
_BY_TOKEN = _FOUND.where(_LINK.c.token_digest == bindparam("digest"))
_BY_WORDS = _FOUND.where(_LINK.c.words_digest == bindparam("digest"))
_THIS = update(_INVITATION).where(_INVITATION.c.id == bindparam("this"))
STILL_WAITING = _THIS.where(_INVITATION.c.outcome == "waiting")
THIS_ISSUE = STILL_WAITING.where(_INVITATION.c.issue_number == bindparam("issue"))
_CAN_BE_ANSWERED = _THIS.where(
    or_(*(_INVITATION.c.outcome == one for one in ("waiting", "ended", *NO_ANSWER)))
)
_NOTED = ("pn_code", "mode", "over5", "over16", "over18", "iro_id")
"""What can be put right while a link waits, and whose it is then."""
_CLAIMED = _CAN_BE_ANSWERED.returning(*(_INVITATION.c[name] for name in _NOTED))


def find_link(session: Session, keys: Keys, token: str) -> FoundLink | None:
    """The link of that token, ended ones too; None when no such token was ever issued."""
    return _find(
        session, _BY_TOKEN, keyed_digest(keys.digest.newest_key, "token", token)
    )


def find_by_words(session: Session, keys: Keys, words: str) -> FoundLink | None:
    """The link of those four words (lower case, one space between)."""
    return _find(
        session, _BY_WORDS, keyed_digest(keys.digest.newest_key, "words", words)
    )


def claim_answer(session: Session, invitation_id: str, *, at: datetime) -> bool:
    """Take the invitation for one response: one atomic UPDATE, true for exactly one of any number of sends (promise 3).

    An invitation that has ended can still be claimed: whether a late send counts is the caller's to judge (promise 5).
    """
    return change_invitation(
        session, invitation_id, _CAN_BE_ANSWERED, outcome="answered", outcome_at=at
    )


def claim_link(session: Session, link: FoundLink, *, at: datetime) -> FoundLink | None:
    """As `claim_answer`, of the link that a child sends by; with what is noted of the child at that very moment.

    On PostgreSQL a correction may be committed between the reading of the link and its claim. None = not claimed.
    """
    values = {"this": link.id, "outcome": "answered", "outcome_at": at}
    row = session.connection().execute(_CLAIMED, values).mappings().one_or_none()
    return replace(link, **row) if row is not None else None


def claim_waiting(session: Session, invitation_id: str, *, at: datetime) -> bool:
    """As `claim_answer`, for what an officer records: an invitation that has ended stays ended."""
    return change_invitation(
        session, invitation_id, STILL_WAITING, outcome="answered", outcome_at=at
    )


def claim_not_for_me(session: Session, link: FoundLink, *, at: datetime) -> bool:
    """Note that the link reached somebody it was not for: one atomic UPDATE, while the invitation waits.

    Only its present link can say so: with a card lost and issued again, the older card's finder ends nothing.
    """
    issue = link.issue_number
    return change_invitation(
        session, link.id, THIS_ISSUE, issue=issue, outcome="not_for_me", outcome_at=at
    )


def was_not_for_me(session: Session, invitation_id: str) -> bool:
    """Whether that was said already."""
    return (
        session.scalar(select(Invitation.outcome).where(Invitation.id == invitation_id))
        == "not_for_me"
    )


def change_invitation(
    session: Session, invitation_id: str, statement: Update, **values: Any
) -> bool:
    """Run one atomic UPDATE of an invitation; true for exactly one of any number that race for it."""
    done: CursorResult[Any] = session.connection().execute(
        statement, {"this": invitation_id, **values}
    )
    return done.rowcount == 1


def _find(session: Session, statement: Select[Any], digest: str) -> FoundLink | None:
    row = session.connection().execute(statement, {"digest": digest}).one_or_none()
    return FoundLink(*row) if row else None
