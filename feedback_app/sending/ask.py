"""An officer asks that a link be sent: noted with the sealed address, in the transaction of the page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.config import Settings
from feedback_app.models.base import new_id
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.person import Person
from feedback_app.models.sending import WAYS, Sending
from feedback_app.privacy import cipher
from feedback_app.privacy.cipher import UnsealError
from feedback_app.privacy.keys import Keys

MOST_A_LINK = 3
MOST_AN_HOUR = 30
"""Sendings that one person may ask for within an hour."""
Refused = Literal["over", "link_full", "hour_full"]


def ways_set_up(settings: Settings) -> tuple[str, ...]:
    """The ways by which a link can be sent here, in the order of WAYS; in the demo both, and nothing leaves."""
    if settings.mode == "demo":
        return WAYS
    if not settings.notify_key.get_secret_value():
        return ()
    templates = {"sms": settings.notify_link_sms, "email": settings.notify_link_email}
    return tuple(way for way in WAYS if templates[way])


def ask_to_send(
    session: Session,
    keys: Keys,
    invitation: Invitation,
    *,
    way: str,
    to_whom: str,
    address: str,
    person_id: str,
) -> Refused | None:
    """Note that this link is to be sent to that checked address; None when it was noted, else why not."""
    now = clock.now()
    # The locks let sendings of one link, and of one person, that are asked for at one moment count each other.
    session.refresh(invitation, with_for_update=True)
    session.execute(
        select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    )
    if link_is_over(session, invitation, invitation.issue_number):
        return "over"
    of_link = select(func.count()).where(Sending.invitation_id == invitation.id)
    if (session.scalar(of_link) or 0) >= MOST_A_LINK:
        return "link_full"
    of_hour = select(func.count()).where(
        Sending.person_id == person_id, Sending.made_at > now - timedelta(hours=1)
    )
    if (session.scalar(of_hour) or 0) >= MOST_AN_HOUR:
        return "hour_full"
    sending_id = new_id()
    session.add(
        Sending(
            id=sending_id,
            invitation_id=invitation.id,
            issue_number=invitation.issue_number,
            way=way,
            to_whom=to_whom,
            key_id=keys.envelope.current,
            value=cipher.seal_text(
                keys.envelope, address, table="sending", column="value", row=sending_id
            ),
            state="waiting",
            made_at=now,
            person_id=person_id,
            state_at=now,
            tries=0,
            due_at=now,
        )
    )
    audit.write_entry(
        session, keys.audit, "link_sent", person_id=person_id, about=invitation.id
    )
    return None


def link_is_over(session: Session, invitation: Invitation, issue_number: int) -> bool:
    """Whether that issue of the link opens nothing any more, or nothing says whose it is."""
    return (
        invitation.outcome != "waiting"
        or invitation.ends_at <= clock.now()
        or invitation.issue_number != issue_number
        or session.get(Envelope, invitation.id) is None
    )


def open_address(keys: Keys, one: Sending) -> str | None:
    """The address of a sending; None once it is gone, or where its key is."""
    if one.value is None:
        return None
    try:
        return cipher.unseal_text(
            keys.envelope, one.value, table="sending", column="value", row=one.id
        )
    except UnsealError:
        return None


def sendings_of(
    session: Session, invitation_ids: Collection[str]
) -> dict[str, list[Sending]]:
    """The sendings of these invitations, the latest first, by invitation."""
    found: dict[str, list[Sending]] = {}
    for one in session.scalars(
        select(Sending)
        .where(Sending.invitation_id.in_(invitation_ids))
        .order_by(Sending.made_at.desc(), Sending.id)
    ):
        found.setdefault(one.invitation_id, []).append(one)
    return found
