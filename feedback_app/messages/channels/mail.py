"""E-mail by SMTP: the first way of every message."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from flask_babel import lazy_gettext as _l

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.messages.channels import channel
from feedback_app.messages.channels.channel import Channel, NotSent
from feedback_app.messages.wording import Letter


def send_mail(settings: Settings, address: str, letter: Letter) -> None:
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
    mail["Date"] = format_datetime(clock.now())
    # No holiday note may answer: nobody reads what comes back (RFC 3834; Exchange has a name of its own for it).
    mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"] = "auto-generated", "All"
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
            host,
            port,
            timeout=channel.PATIENCE_SECONDS,
            context=ssl.create_default_context(),
        )
    server = smtplib.SMTP(host, port, timeout=channel.PATIENCE_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


MAIL = Channel("mail", _l("e-mail"), lambda _settings: True, send_mail)
