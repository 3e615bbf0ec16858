"""Taking back what a mis-tap did to a link, while its card's last day has not passed.

That is "said no", "not reached", "not safe to ask", "end", "issue again".

What a child sends at the same moment decides by the invitation's row, once, as two sends do (promise 3).
"""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.invitations.issue import add_link
from feedback_app.invitations.links import THIS_ISSUE, change_invitation
from feedback_app.models.invitation import NO_ANSWER, Envelope, Invitation, Link
from feedback_app.privacy.keys import Keys

TAKEN_BACK = (*NO_ANSWER, "ended")
"""The outcomes that an officer's tap makes."""
_OVER_BY_A_TAP = update(Invitation.__table__).where(  # type: ignore[arg-type]
    Invitation.id == bindparam("this"),
    Invitation.outcome.in_(TAKEN_BACK),
    Invitation.ends_at > bindparam("now"),
)


def can_be_reopened(session: Session, invitation: Invitation) -> bool:
    """Whether its end, or that there was no answer, can be taken back: the last day is to come, the envelope there."""
    return (
        invitation.outcome in TAKEN_BACK
        and invitation.ends_at > clock.now()
        and session.get(Envelope, invitation.id) is not None
    )


def reopen_invitation(
    session: Session, keys: Keys, invitation: Invitation, *, person_id: str
) -> bool:
    """Let it wait again, its present card as good as before; False when it is answered, erased or past its last day."""
    # An erasure holds this row too, and leaves nothing by which the child can be found.
    session.execute(
        select(Invitation.id).where(Invitation.id == invitation.id).with_for_update()
    )
    session.refresh(invitation)
    if not can_be_reopened(session, invitation):
        return False
    if not change_invitation(
        session,
        invitation.id,
        _OVER_BY_A_TAP,
        now=clock.now(),
        outcome="waiting",
        outcome_at=None,
        handed_over_by_id=None,
    ):
        return False
    session.refresh(invitation)
    link = _link_of(session, invitation, invitation.issue_number)
    if link is None:
        add_link(session, keys, invitation)  # noted at once: it never had one
    else:
        # A campaign that was made longer lets it last beyond its card (rule L18).
        link.ends_at = max(link.card_ends_at, invitation.ends_at)
    audit.write_entry(
        session,
        keys.audit,
        "invitation_taken_back",
        person_id=person_id,
        about=invitation.id,
    )
    return True


def find_former_link(session: Session, invitation: Invitation) -> Link | None:
    """The link whose card was given up for the present one and could still be used; None where there is none."""
    present = _link_of(session, invitation, invitation.issue_number)
    if (
        invitation.outcome != "waiting"
        or present is None
        or present.replaces is None
        or session.get(Envelope, invitation.id) is None
    ):
        return None
    former = _link_of(session, invitation, present.replaces)
    return former if former and former.card_ends_at > clock.now() else None


def take_back_issue(
    session: Session,
    keys: Keys,
    invitation: Invitation,
    *,
    issue_number: int,
    person_id: str,
) -> bool:
    """Make the former card good again and end the one of `issue_number`, while nothing was answered.

    False where that is not the present issue any more, or it waits no longer. What a child loaded from the newer link
    before still counts for an hour, as after any end (rule L3).
    """
    former = find_former_link(session, invitation)
    if former is None or invitation.issue_number != issue_number:
        return False
    if not change_invitation(
        session,
        invitation.id,
        THIS_ISSUE.values(issue_number=former.issue_number),
        issue=issue_number,
        link_key_id=former.link_key_id,
        ends_at=former.card_ends_at,
    ):
        return False
    now = clock.now()
    session.execute(
        update(Link)
        .where(Link.invitation_id == invitation.id, Link.ends_at > now)
        .values(ends_at=now)
    )
    former.ends_at = former.card_ends_at
    session.flush()
    session.refresh(invitation)
    audit.write_entry(
        session,
        keys.audit,
        "reissue_taken_back",
        person_id=person_id,
        about=invitation.id,
    )
    return True


def _link_of(session: Session, invitation: Invitation, issue: int) -> Link | None:
    return session.scalar(
        select(Link).where(
            Link.invitation_id == invitation.id, Link.issue_number == issue
        )
    )
