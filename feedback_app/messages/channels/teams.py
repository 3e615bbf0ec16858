"""A Teams webhook: a second way, into one channel of the service."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from feedback_app.config import Settings
from feedback_app.messages.channels.channel import Channel, post_json
from feedback_app.messages.wording import Letter


def send_teams(settings: Settings, _address: str, letter: Letter) -> None:
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
    post_json(
        settings.teams_webhook.get_secret_value(),
        {"type": "message", "attachments": [content]},
        {},
    )


TEAMS = Channel(
    "teams",
    _l("Teams"),
    lambda settings: bool(settings.teams_webhook.get_secret_value()),
    send_teams,
    to_team=True,
)
