"""Mail to staff about their own account: an invitation, a new password, a change that somebody made."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
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
    "password_changed": "The password of your account was changed.",
    "password_reset": "A new password was chosen for your account, through a link in a mail to you.",
    "codes_made": "New recovery codes were made for your account; the earlier ones no longer work.",
    "code_used": "One of your recovery codes was used to sign in.",
    "identity_added": "The council's own sign-in now opens your account.",
    "identity_removed": "The council's own sign-in opens your account no more.",
    "refused": "A copy of one of your passkeys was used, and refused. Take that passkey off your account.",
}
"""What each kind of audit entry about an account means, for its person."""

SAY_THEMSELVES = ("refused", "password_reset", "code_used")
"""Changes whose words say by whom it was done."""

NOTICES = {
    "password_asked off": "Somebody asked for a new password for your account, which is switched off. No password opens"
    " it.\n\nIf you still need it, ask your administrator to switch it on again. If it was not you, delete this mail.",
    "password_asked sso": "Somebody asked for a new password for your account, which has none.\n\nYou sign in with your"
    " council account: press “Use your council account” on the sign-in page. If it was not you, delete this mail.",
    "account_attacked password": "Somebody has typed many wrong passwords for your account. They did not come in.\n\nIf"
    " it was you: press “Forgot your password?” on the sign-in page. If not, you need do nothing. You can sign in"
    " where you signed in before; on a new device “Forgot your password?” lets you in at once.",
    "account_attacked code": "Somebody has typed many wrong codes at the second step of your account. They did not come"
    " in.\n\nIf it was not you, they know your password: change it now, and tell your administrator.",
    "new_device": "Somebody signed in to your account in a browser that it was not used in before: {reason}.\n\nIf it"
    " was you, delete this mail. If not: end that session and change your password on the page below, and tell your"
    " administrator at once.",
}
"""What else a person is told of their account, by kind (and reason) of the entry: nothing was changed by it."""
MOST_A_DAY = {"new_device": 5}
USUAL_MOST_A_DAY = 20
"""Mails of one kind to one person within a day: a flood of what they tell of does not mail for ever."""


def queue_change_message(session: Session, entry: AuditEntry) -> None:
    """Queue a mail about somebody's account: the message names the audit entry that says what and whom.

    Of a flood of the same kind only so many a day are told (`MOST_A_DAY`).
    """
    same = select(func.count()).where(
        AuditEntry.what == entry.what,
        AuditEntry.about == entry.about,
        AuditEntry.at > entry.at - timedelta(days=1),
        AuditEntry.number <= entry.number,
    )
    if (session.scalar(same) or 0) > MOST_A_DAY.get(entry.what, USUAL_MOST_A_DAY):
        return
    message = outbox.message_row("person_changed", f"{entry.number:032d}", clock.now())
    outbox.queue_messages(session, message)


def tell_readers(session: Session, entry: AuditEntry) -> None:
    """Queue a mail to everybody who reads what children write: somebody more does so from now on (rule A6)."""
    message = outbox.message_row("reader_added", f"{entry.number:032d}", clock.now())
    outbox.queue_messages(session, message)


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
    subject = f"Your account in {settings.service_name}"
    page = f"{settings.public_url}/me"
    notice = NOTICES.get(f"{entry.what} {entry.reason}") or NOTICES.get(entry.what)
    if notice:
        return (
            subject,
            f"{notice.format(reason=entry.reason)}\n\n{page}\n",
            person.email,
        )
    words = CHANGES.get(entry.what, "Your account was changed.")
    own = entry.person_id == entry.about
    if entry.what not in SAY_THEMSELVES:
        words += (
            " It was done by whoever is signed in as you."
            if own
            else " An administrator did this."
        )
    ask = "your administrator at once" if own else "your manager"
    body = f"{words}\n\nIf you did not expect it, ask {ask}. You may have to sign in again.\n\n{page}\n"
    return subject, body, person.email
