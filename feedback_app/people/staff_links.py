"""Links for staff: a first way in, and a new password after a lost one (promise 19).

A token is derived, as a child's is: an HMAC under the link key. The table knows only its hash, and the worker can
put the link into a mail without anybody having stored it.
"""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.messages import outbox
from feedback_app.models.base import rows_changed
from feedback_app.models.person import Person, StaffToken
from feedback_app.privacy.cipher import fingerprint
from feedback_app.privacy.keys import Keys

Kind = Literal["invite", "reset"]
MESSAGE_OF: dict[str, str] = {"invite": "staff_invited", "reset": "password_reset"}
PATH_OF: dict[str, str] = {"invite": "/sign-in/invited/", "reset": "/sign-in/reset/"}
ABOUT = 32
"""How many characters of a token's hash a message names it by (the column's width)."""


def make_staff_link(
    session: Session,
    keys: Keys,
    person: Person,
    kind: Kind,
    settings: Settings,
    *,
    made_by: str | None,
) -> StaffToken:
    """Make a link, and queue the message that takes it to the person. Earlier invitations end.

    Earlier links to a new password stay open, since a stranger can ask for one as well: used, each ends all others.
    `made_by` is the id of the administrator who invites, None where the person asked for it.
    """
    now = clock.now()
    if kind == "invite":
        earlier = update(StaffToken).where(
            StaffToken.person_id == person.id,
            StaffToken.kind == kind,
            StaffToken.ends_at > now,
        )
        session.execute(earlier.values(ends_at=now))
    lasts = (
        timedelta(days=settings.invite_days)
        if kind == "invite"
        else timedelta(minutes=settings.reset_minutes)
    )
    made_at, token_id = _free_token_id(session, keys, person, kind, now)
    link = StaffToken(
        id=token_id,
        person_id=person.id,
        kind=kind,
        made_by_id=made_by,
        made_at=made_at,
        ends_at=now + lasts,
    )
    session.add(link)
    session.flush()
    message = outbox.message_row(MESSAGE_OF[kind], link.id[:ABOUT], now)
    outbox.queue_messages(session, message)
    return link


def _free_token_id(
    session: Session, keys: Keys, person: Person, kind: Kind, now: datetime
) -> tuple[datetime, str]:
    """Return an instant from which a new token follows, and the token's hash.

    The token is derived from the instant, so a second link of the same microsecond takes the next one.
    """
    made_at = now
    while True:
        token_id = fingerprint(
            _derive_token(keys.link.newest_key, kind, person.id, made_at)
        )
        if session.get(StaffToken, token_id) is None:
            return made_at, token_id
        made_at += timedelta(microseconds=1)


def staff_token_of(keys: Keys, row: StaffToken) -> str:
    """Return the token of a link again. Raises LookupError when the key that it was made with is gone."""
    for key in keys.link.keys.values():
        token = _derive_token(key, row.kind, row.person_id, row.made_at)
        if hmac.compare_digest(fingerprint(token), row.id):
            return token
    raise LookupError("the key of this link is gone")


def staff_link_of(keys: Keys, settings: Settings, row: StaffToken) -> str:
    """Return the whole address of a link. It starts with the setting, never with what a request calls this host."""
    return f"{settings.public_url}{PATH_OF[row.kind]}{staff_token_of(keys, row)}"


def find_staff_link(session: Session, token: str, kind: Kind) -> StaffToken | None:
    """Return the link of that kind if it can be used: unused, not ended, its person's account on. Else None."""
    link = session.get(StaffToken, fingerprint(token))
    if link is None or link.kind != kind or not is_open(link):
        return None
    return link if session.get_one(Person, link.person_id).active else None


def open_invitation(session: Session, person: Person) -> StaffToken:
    """Return the one invitation of a person that can be used. Raises NoResultFound."""
    query = select(StaffToken).where(
        StaffToken.person_id == person.id,
        StaffToken.kind == "invite",
        StaffToken.used_at.is_(None),
        StaffToken.ends_at > clock.now(),
    )
    return session.scalars(query).one()


def is_open(link: StaffToken) -> bool:
    """Whether the link was not used yet and has not ended."""
    return link.used_at is None and clock.now() < link.ends_at


def use_staff_link(session: Session, link: StaffToken) -> bool:
    """Use the link up; False when it was used or ended meanwhile. The person's other links end with it.

    One UPDATE decides, so that of two requests with the same link only one gets through.
    """
    now = clock.now()
    still_open = (StaffToken.used_at.is_(None)) & (StaffToken.ends_at > now)
    use = (
        update(StaffToken)
        .where(StaffToken.id == link.id, still_open)
        .values(used_at=now)
    )
    if rows_changed(session, use) != 1:
        return False
    end_staff_links(session, link.person_id)
    return True


def end_staff_links(session: Session, person_id: str) -> None:
    """End all links that a person could still use."""
    now = clock.now()
    still_open = (StaffToken.used_at.is_(None)) & (StaffToken.ends_at > now)
    session.execute(
        update(StaffToken)
        .where(StaffToken.person_id == person_id, still_open)
        .values(ends_at=now)
    )


def _derive_token(key: bytes, kind: str, person_id: str, made_at: datetime) -> str:
    facts = f"staff|{kind}|{person_id}|{made_at.astimezone(UTC).isoformat()}"
    return (
        base64.urlsafe_b64encode(hmac.digest(key, facts.encode(), "sha256"))
        .rstrip(b"=")
        .decode()
    )
