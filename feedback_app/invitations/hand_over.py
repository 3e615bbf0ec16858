"""The links of somebody who cannot open them any more: handed to another, who sees their references then, or ended.

That is somebody who leaves, whose account is switched off, or whose role is taken away. Both can be taken back while a
link still waits, or its last day is to come.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.invitations.issue import end_invitation
from feedback_app.invitations.links import STILL_WAITING, change_invitation
from feedback_app.invitations.take_back import reopen_invitation
from feedback_app.models.invitation import Invitation
from feedback_app.privacy.keys import Keys

OPENED_BY = ("iro", "manager")
"""The roles that open links: an IRO's those of their own children, a manager's those of groups."""


def open_links_of(
    session: Session, person_id: str, roles: Collection[str] = OPENED_BY
) -> Sequence[Invitation]:
    """The invitations without an answer that this person made, or whose IRO they are, which these roles open."""
    return session.scalars(
        select(Invitation)
        .where(
            or_(Invitation.issuer_id == person_id, Invitation.iro_id == person_id),
            Invitation.outcome == "waiting",
            _opened_by(roles),
        )
        .order_by(Invitation.id)
    ).all()


def hand_links_over(
    session: Session,
    keys: Keys,
    person_id: str,
    to: str | None,
    *,
    by: str | None,
    roles: Collection[str] = OPENED_BY,
) -> int:
    """Give those that these roles open to the person `to`, or end them where that is None; how many."""
    done = 0
    for one in open_links_of(session, person_id, roles):
        if to is None:
            changed = end_invitation(session, keys, one, person_id=by)
            one.handed_over_by_id = person_id if changed else None
        else:
            changed = _give(session, keys, one, to, person_id, by=by)
        done += changed
    return done


def take_links_back(
    session: Session,
    keys: Keys,
    person_id: str,
    *,
    by: str,
    roles: Collection[str] = OPENED_BY,
) -> int:
    """Give back what was handed over or ended when this person could not open it any more, as far as it still can be.

    `roles`: those the person has now, which open some of it or all. How many.
    """
    theirs = session.scalars(
        select(Invitation)
        .where(Invitation.handed_over_by_id == person_id, _opened_by(roles))
        .order_by(Invitation.id)
    ).all()
    return sum(
        _give(session, keys, one, person_id, None, by=by)
        if one.outcome == "waiting"
        else reopen_invitation(session, keys, one, person_id=by)
        for one in theirs
    )


def _opened_by(roles: Collection[str]) -> ColumnElement[bool]:
    """An IRO opens the links of their own children, a manager those of groups, which have no IRO."""
    return or_(
        false(),
        *(Invitation.iro_id.is_not(None) for role in roles if role == "iro"),
        *(Invitation.iro_id.is_(None) for role in roles if role == "manager"),
    )


def _give(
    session: Session,
    keys: Keys,
    one: Invitation,
    to: str,
    former: str | None,
    *,
    by: str | None,
) -> bool:
    iro_id = None if one.iro_id is None else to
    if not change_invitation(
        session,
        one.id,
        STILL_WAITING,
        issuer_id=to,
        iro_id=iro_id,
        handed_over_by_id=former,
    ):
        return False
    audit.write_entry(
        session,
        keys.audit,
        "invitation_handed_over",
        person_id=by,
        about=one.id,
        reason=to,
    )
    session.refresh(one)
    return True
