"""The ways out of the house, one file a channel. A new one is its file, a line here and its settings."""

from __future__ import annotations

from feedback_app.config import Settings
from feedback_app.messages.channels.channel import Channel
from feedback_app.messages.channels.mail import MAIL
from feedback_app.messages.channels.notify import NOTIFY
from feedback_app.messages.channels.teams import TEAMS

FIRST = MAIL
SECOND = (NOTIFY, TEAMS)
"""Tried when nobody has taken the mail; the first that is set up."""
CHANNELS = {channel.name: channel for channel in (FIRST, *SECOND)}


def second_channel(settings: Settings) -> Channel | None:
    """The second way of this service; None where none is set up."""
    return next((one for one in SECOND if one.is_set_up(settings)), None)
