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
from feedback_app.invitations.tokens import fingerprint
from feedback_app.messages import outbox
from feedback_app.models.person import Person, StaffToken
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.privacy.keys import Keys

Kind = Literal["invite", "reset"]
MESSAGE_OF: dict[str, str] = {"invite": "staff_invited", "reset": "password_reset"}
PATH_OF: dict[str, str] = {"invite": "/sign-in/invited/", "reset": "/sign-in/reset/"}
ABOUT = 32
"""As many characters of a token's hash as a message names it by."""
CHANGES = {
    "roles_changed": "What you may do in the service has changed.",
    "person_disabled": "Your account has been switched off.",
    "person_enabled": "Your account has been switched on again.",
    "person_left": "Your account has been closed, because you are leaving the service.",
    "factor_added": "A second step at sign-in was added to your account.",
    "factor_removed": "A second step at sign-in was taken off your account.",
    "identity_added": "The council's own sign-in now opens your account.",
    "identity_removed": "The council's own sign-in opens your account no more.",
    "refused": "A copy of one of your passkeys was used, and refused. Take that passkey off your account.",
}


def make_staff_link(
    session: Session, keys: Keys, person: Person, kind: Kind, settings: Settings, *, made_by: str | None
) -> StaffToken:
    """A new link, and the message that takes it to the person, in one transaction. An earlier one of a kind ends."""
    now = clock.now()
    session.execute(
        update(StaffToken)
        .where(StaffToken.person_id == person.id, StaffToken.kind == kind, StaffToken.ends_at > now)
        .values(ends_at=now)
    )
    lasts = timedelta(days=settings.invite_days) if kind == "invite" else timedelta(minutes=settings.reset_minutes)
    at = now
    while session.get(StaffToken, fingerprint(_derive(keys.link.newest_key, kind, person.id, at))) is not None:
        at += timedelta(microseconds=1)
    row = StaffToken(
        id=fingerprint(_derive(keys.link.newest_key, kind, person.id, at)),
        person_id=person.id,
        kind=kind,
        made_by_id=made_by,
        made_at=at,
        ends_at=now + lasts,
    )
    session.add(row)
    session.add(OutboxMessage(**outbox.message_row(MESSAGE_OF[kind], row.id[:ABOUT], now)))
    session.flush()
    return row


def staff_token_of(keys: Keys, row: StaffToken) -> str:
    """The token again. Raises LookupError when the key that it was made with is gone."""
    for key in keys.link.keys.values():
        token = _derive(key, row.kind, row.person_id, row.made_at)
        if hmac.compare_digest(fingerprint(token), row.id):
            return token
    raise LookupError("the key of this link is gone")


def staff_link_of(keys: Keys, settings: Settings, row: StaffToken) -> str:
    """The whole address. It starts with the setting, never with what a request calls this host."""
    return f"{settings.public_url}{PATH_OF[row.kind]}{staff_token_of(keys, row)}"


def find_staff_link(session: Session, token: str, kind: Kind) -> StaffToken | None:
    """The link, if it is unused, has not ended, and its person may come in."""
    row = session.get(StaffToken, fingerprint(token))
    if row is None or row.kind != kind or row.used_at is not None or clock.now() >= row.ends_at:
        return None
    return row if session.get_one(Person, row.person_id).active else None


def use_staff_link(session: Session, row: StaffToken) -> bool:
    """Use the link up; False when it was used or ended meanwhile. The person's other links end with it."""
    now = clock.now()
    mine = update(StaffToken).where(StaffToken.id == row.id, StaffToken.used_at.is_(None), StaffToken.ends_at > now)
    if session.connection().execute(mine.values(used_at=now)).rowcount != 1:
        return False
    end_staff_links(session, row.person_id)
    return True


def end_staff_links(session: Session, person_id: str) -> None:
    """End what links a person still has."""
    now = clock.now()
    session.execute(
        update(StaffToken)
        .where(StaffToken.person_id == person_id, StaffToken.used_at.is_(None), StaffToken.ends_at > now)
        .values(ends_at=now)
    )


def queue_change_message(session: Session, entry: AuditEntry) -> None:
    """Let the person know of what was changed about their account: the message names the audit entry."""
    session.add(OutboxMessage(**outbox.message_row("person_changed", f"{entry.number:032d}", clock.now())))


def write_staff_message(
    session: Session, keys: Keys, settings: Settings, message: OutboxMessage
) -> tuple[str, str, str] | None:
    """Subject, words and address of a message to staff about their account. None when nothing is left to tell."""
    if message.kind == "person_changed":
        return _mail_of_change(session, settings, int(message.about_id))
    row = session.scalar(select(StaffToken).where(StaffToken.id.startswith(message.about_id)))
    if row is None or row.used_at is not None or clock.now() >= row.ends_at:
        return None
    person = session.get_one(Person, row.person_id)
    until = row.ends_at.astimezone(clock.LONDON).strftime("%H:%M on %d %B %Y").replace(" 0", " ")
    link = staff_link_of(keys, settings, row)
    if row.kind == "invite":
        subject = f"You are invited to {settings.service_name}"
        opening = "You have an account here. Open this page and choose a password:"
        closing = "If you do not work for this service, delete this mail."
    else:
        subject = f"A new password for {settings.service_name}"
        opening = "Somebody asked for a new password for your account. Open this page and choose one:"
        closing = "If it was not you, delete this mail: nothing has changed."
    return subject, f"{opening}\n\n{link}\n\nThe page works once, until {until}. {closing}\n", person.email


def _mail_of_change(session: Session, settings: Settings, number: int) -> tuple[str, str, str] | None:
    entry = session.get(AuditEntry, number)
    person = session.get(Person, entry.about) if entry else None
    if entry is None or person is None:
        return None
    own = entry.person_id == entry.about
    who = "It was done by whoever is signed in as you." if own else "An administrator did this."
    said = CHANGES.get(entry.what, "Your account was changed.")
    words = said if entry.what == "refused" else f"{said} {who}"
    ask = "your administrator at once" if own else "your manager"
    return (
        f"Your account in {settings.service_name}",
        f"{words}\n\nIf you did not expect it, ask {ask}. You may have to sign in again.\n",
        person.email,
    )


def _derive(key: bytes, kind: str, person_id: str, made_at: datetime) -> str:
    said = f"staff|{kind}|{person_id}|{made_at.astimezone(UTC).isoformat()}"
    return base64.urlsafe_b64encode(hmac.digest(key, said.encode(), "sha256")).rstrip(b"=").decode()
