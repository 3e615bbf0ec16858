"""GOV.UK Notify: a second way, by the e-mail of a template with the fields `subject` and `body`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

from flask_babel import lazy_gettext as _l

from feedback_app.config import Settings
from feedback_app.messages.channels.channel import Channel, post_json
from feedback_app.messages.wording import Letter

ID_LENGTH = 36
"""A Notify key ends with the service's id and the secret, both UUIDs of 36 characters (its documentation)."""


def send_notify(settings: Settings, address: str, letter: Letter) -> None:
    """Hand the letter to Notify. Raises NotSent."""
    post_json(
        f"{settings.notify_url}/v2/notifications/email",
        {
            "email_address": address,
            "template_id": settings.notify_template,
            "personalisation": {"subject": letter.subject, "body": letter.body},
        },
        {
            "Authorization": f"Bearer {_notify_pass(settings.notify_key.get_secret_value())}"
        },
    )


def _notify_pass(key: str) -> str:
    """The short-lived token that Notify asks for: a JWT signed with the key's secret (HS256)."""
    service, secret = key[-2 * ID_LENGTH - 1 : -ID_LENGTH - 1], key[-ID_LENGTH:]
    parts = ({"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": int(time.time())})
    signed = b".".join(
        _base64(json.dumps(part, separators=(",", ":")).encode()) for part in parts
    )
    return b".".join(
        (signed, _base64(hmac.new(secret.encode(), signed, hashlib.sha256).digest()))
    ).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


NOTIFY = Channel(
    "notify",
    _l("GOV.UK Notify"),
    lambda settings: bool(settings.notify_key.get_secret_value()),
    send_notify,
)
