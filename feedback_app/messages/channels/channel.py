"""What a channel is: a way out of the house for a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from feedback_app.config import Settings
from feedback_app.messages.wording import Letter

PATIENCE_SECONDS = 10


class NotSent(Exception):
    """The other side did not take the message; in a few plain words that name neither address nor content."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. `name` is stored with a delivery (8 letters at most), `label` is read by staff.

    `is_set_up`: whether the settings name what it needs. `send`: hand the letter over to an address; what the other
    side accepted counts as sent, else it raises NotSent. `to_team`: it leads to one place of its own, to no person.
    """

    name: str
    label: Any
    is_set_up: Callable[[Settings], bool]
    send: Callable[[Settings, str, Letter], None]
    to_team: bool = False


def post_json(url: str, content: dict[str, Any], heads: dict[str, str]) -> None:
    """Send JSON to a web address, following no redirect. Raises NotSent."""
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
