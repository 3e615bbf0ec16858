"""GOV.UK Notify, by its own client: staff mails as a second way, and a child's link by text message or e-mail.

The client writes what Notify answers into a log of its own, and follows redirects with the content; neither is wanted
where an address is part of it. So its log is silent, and a redirect is an error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from feedback_app.config import Settings
from feedback_app.messages.channels.channel import (
    PATIENCE_SECONDS,
    Channel,
    NotSent,
)
from feedback_app.messages.wording import Letter

TOO_MANY, FROM_HERE_ON_THEIRS = 429, 500
"""Status codes: try later, and what is the other side's own trouble."""


@dataclass(frozen=True, slots=True)
class HeldByNotify:
    """What Notify says of one notification: its id, and its status in Notify's words ("" for one just taken)."""

    id: str
    status: str = ""


class NotTaken(NotSent):
    """Notify took nothing. `status`: its HTTP status; None where no answer came. `about_address`: it is no address."""

    def __init__(self, status: int | None, *, about_address: bool = False) -> None:
        self.status = status
        self.about_address = about_address
        said = "no answer" if status is None else f"the other side said {status}"
        super().__init__(said)

    @property
    def is_passing(self) -> bool:
        """Whether a later try may be taken: no answer, too many at once, or trouble of their own."""
        return (
            self.status is None
            or self.status == TOO_MANY
            or self.status >= FROM_HERE_ON_THEIRS
        )


def send_notify(settings: Settings, address: str, letter: Letter) -> None:
    """Hand the letter to Notify. Raises NotSent."""
    _ask(
        settings,
        lambda client: client.send_email_notification(
            email_address=address,
            template_id=settings.notify_template,
            personalisation={"subject": letter.subject, "body": letter.body},
        ),
    )


def send_by_template(
    settings: Settings, way: str, address: str, words: dict[str, str], reference: str
) -> HeldByNotify:
    """Hand over a child's link by `way` ("sms", "email"); `reference` is our own name for it. Raises NotTaken."""

    def _send(client: Any) -> Any:
        if way == "sms":
            return client.send_sms_notification(
                phone_number=address,
                template_id=settings.notify_link_sms,
                personalisation=words,
                reference=reference,
                sms_sender_id=settings.notify_sms_sender or None,
            )
        return client.send_email_notification(
            email_address=address,
            template_id=settings.notify_link_email,
            personalisation=words,
            reference=reference,
            email_reply_to_id=settings.notify_reply_to or None,
        )

    return HeldByNotify(_text_in(_ask(settings, _send), "id"))


def find_by_reference(settings: Settings, reference: str) -> HeldByNotify | None:
    """What Notify already holds under our name for it; None where it holds nothing. Raises NotTaken."""
    answer = _ask(
        settings, lambda client: client.get_all_notifications(reference=reference)
    )
    listed = answer.get("notifications") if isinstance(answer, dict) else None
    if not isinstance(listed, list) or not listed:
        return None
    return HeldByNotify(_text_in(listed[0], "id"), _text_in(listed[0], "status"))


def ask_what_became(settings: Settings, notify_id: str) -> str:
    """The status of that notification, in Notify's words. Raises NotTaken."""
    answer = _ask(settings, lambda client: client.get_notification_by_id(notify_id))
    return _text_in(answer, "status")


def _ask(settings: Settings, call: Callable[[Any], Any]) -> Any:
    """Call Notify; what was taken without an answer that can be read is {}. Raises NotTaken."""
    # Loaded here: a process that serves children never sends by it.
    from notifications_python_client import errors  # noqa: PLC0415 (see above)
    from notifications_python_client.notifications import (  # noqa: PLC0415 (the same)
        NotificationsAPIClient,
    )

    logging.getLogger("notifications_python_client").disabled = True
    logging.getLogger("notifications_python_client.base").disabled = True
    client = NotificationsAPIClient(  # type: ignore[no-untyped-call]
        settings.notify_key.get_secret_value(),
        base_url=settings.notify_url,
        timeout=PATIENCE_SECONDS,
    )
    client.request_session.max_redirects = 0
    try:
        return call(client)
    except errors.InvalidResponse:
        return {}
    except errors.APIError as error:
        # None of it goes on: what Notify says may repeat what it was sent.
        status = None if error.response is None else error.status_code
        about_address = status == 400 and _names_address(error.message)
    raise NotTaken(status, about_address=about_address)


def _names_address(said: Any) -> bool:
    """Whether Notify's errors are about the number or the e-mail that it was given."""
    return isinstance(said, list) and any(
        isinstance(one, dict)
        and str(one.get("message", "")).startswith(("phone_number", "email_address"))
        for one in said
    )


def _text_in(answer: Any, name: str) -> str:
    found = answer.get(name) if isinstance(answer, dict) else None
    return found if isinstance(found, str) else ""


NOTIFY = Channel(
    "notify",
    _l("GOV.UK Notify"),
    lambda settings: bool(
        settings.notify_key.get_secret_value() and settings.notify_template
    ),
    send_notify,
)
