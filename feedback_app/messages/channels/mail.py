"""Carrying a message out of the house: SMTP; where the service has them, GOV.UK Notify and a Teams webhook.

Each raises NotSent with a few plain words that name neither address nor content.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
import time
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import requests

from feedback_app.config import Settings
from feedback_app.messages.wording import Letter

PATIENCE_SECONDS = 10
NOTIFY_KEY = 36
"""A Notify key ends with the service's id and the secret, both UUIDs of 36 characters (its documentation)."""


class NotSent(Exception):
    """The carrier did not take the message."""


def by_mail(settings: Settings, address: str, letter: Letter) -> None:
    """Hand the letter to the mail server; what it accepted counts as sent. Raises NotSent."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        settings.mail_from,
        address,
        letter.subject,
    )
    mail["Message-ID"] = make_msgid(
        domain=settings.mail_from.rpartition("@")[2] or None
    )
    mail.set_content(letter.body)
    try:
        with _server(settings) as server:
            if settings.smtp_user:
                server.login(
                    settings.smtp_user, settings.smtp_password.get_secret_value()
                )
            server.send_message(mail)
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the mail server said {error.smtp_code}") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent("the mail server refused the address") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"no mail server answered ({type(error).__name__})") from error


def _server(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(
            host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def by_notify(settings: Settings, address: str, letter: Letter) -> None:
    """Through GOV.UK Notify, by a template with the fields `subject` and `body`. Raises NotSent."""
    _post(
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


def by_teams(settings: Settings, letter: Letter) -> None:
    """Into the channel that the webhook leads to, as a card of two lines. Raises NotSent."""
    lines = [
        {"type": "TextBlock", "text": text, "wrap": True}
        for text in (letter.subject, letter.body)
    ]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": lines}
    content = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": card,
    }
    _post(
        settings.teams_webhook.get_secret_value(),
        {"type": "message", "attachments": [content]},
        {},
    )


def _post(url: str, content: dict[str, Any], heads: dict[str, str]) -> None:
    try:
        answer = requests.post(
            url,
            json=content,
            headers=heads,
            timeout=PATIENCE_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise NotSent(f"no answer ({type(error).__name__})") from error
    if not 200 <= answer.status_code < 300:
        raise NotSent(f"the other side said {answer.status_code}")


def _notify_pass(key: str) -> str:
    """The short-lived token that Notify asks for: a JWT signed with the key's secret (HS256)."""
    service, secret = key[-2 * NOTIFY_KEY - 1 : -NOTIFY_KEY - 1], key[-NOTIFY_KEY:]
    parts = ({"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": int(time.time())})
    signed = b".".join(
        _base64(json.dumps(part, separators=(",", ":")).encode()) for part in parts
    )
    return b".".join(
        (signed, _base64(hmac.new(secret.encode(), signed, hashlib.sha256).digest()))
    ).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
