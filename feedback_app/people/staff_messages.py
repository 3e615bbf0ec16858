"""Mail to staff about their own account: an invitation, a new password, a change that somebody made."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.messages import outbox
from feedback_app.models.person import Person, StaffToken
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.people.staff_links import is_open, staff_link_of
from feedback_app.privacy.keys import Keys

Mail = tuple[str, str, str]
"""Subject, body and address."""

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
"""What each kind of audit entry about an account means, for its person."""


def queue_change_message(session: Session, entry: AuditEntry) -> None:
    """Queue a mail about a change to somebody's account: the message names the audit entry that says what and whom."""
    session.add(
        OutboxMessage(
            **outbox.message_row("person_changed", f"{entry.number:032d}", clock.now())
        )
    )


def write_staff_message(
    session: Session, keys: Keys, settings: Settings, message: OutboxMessage
) -> Mail | None:
    """Write the mail that a queued message stands for; None when nothing is left to tell: a link used or ended."""
    if message.kind == "person_changed":
        return _write_change(session, settings, int(message.about_id))
    link = session.scalar(
        select(StaffToken).where(StaffToken.id.startswith(message.about_id))
    )
    if link is None or not is_open(link):
        return None
    person = session.get_one(Person, link.person_id)
    if link.kind == "invite":
        subject = f"You are invited to {settings.service_name}"
        opening = "You have an account here. Open this page and choose a password:"
        closing = "If you do not work for this service, delete this mail."
    else:
        subject = f"A new password for {settings.service_name}"
        opening = "Somebody asked for a new password for your account. Open this page and choose one:"
        closing = "If it was not you, delete this mail: nothing has changed."
    address = staff_link_of(keys, settings, link)
    until = (
        link.ends_at.astimezone(clock.LONDON)
        .strftime("%H:%M on %d %B %Y")
        .replace(" 0", " ")
    )
    body = f"{opening}\n\n{address}\n\nThe page works once, until {until}. {closing}\n"
    return subject, body, person.email


def _write_change(
    session: Session, settings: Settings, entry_number: int
) -> Mail | None:
    entry = session.get(AuditEntry, entry_number)
    person = session.get(Person, entry.about) if entry else None
    if entry is None or person is None:
        return None
    words = CHANGES.get(entry.what, "Your account was changed.")
    own = entry.person_id == entry.about
    if entry.what != "refused":
        words += (
            " It was done by whoever is signed in as you."
            if own
            else " An administrator did this."
        )
    ask = "your administrator at once" if own else "your manager"
    subject = f"Your account in {settings.service_name}"
    body = f"{words}\n\nIf you did not expect it, ask {ask}. You may have to sign in again.\n"
    return subject, body, person.email
