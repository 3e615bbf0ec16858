"""A mail that is sent to try the way out, before a message about a child depends on it."""

from __future__ import annotations

import hashlib

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.database.sessions import Database
from feedback_app.messages.channels import FIRST
from feedback_app.messages.channels.channel import NotSent
from feedback_app.messages.wording import Letter
from feedback_app.models.running import Heartbeat
from feedback_app.typed_text import clean_address


def send_trial_mail(database: Database, settings: Settings, address: str) -> str:
    """Send a mail by the way that every message goes; return the address. That it was taken is remembered.

    Raises BadAddress, or NotSent where the mail server did not take it; in the demo, which sends none, always.
    """
    to = clean_address(address)
    if settings.mode == "demo":
        raise NotSent("a demo sends no mail")
    letter = Letter(
        f"A test from {settings.service_name}",
        "Somebody who runs the service sent this to try whether its mail arrives. It has arrived.\n\n"
        f"{settings.public_url}\n",
    )
    FIRST.send(settings, to, letter)
    with database.short_write() as session:
        session.merge(Heartbeat(part=mail_mark(settings), at=clock.now()))
    return to


def mail_mark(settings: Settings) -> str:
    """The name under which a trial of these very settings is remembered: another server was never tried."""
    facts = (
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.mail_from,
    )
    return f"mail {hashlib.sha256(repr(facts).encode()).hexdigest()[:14]}"
