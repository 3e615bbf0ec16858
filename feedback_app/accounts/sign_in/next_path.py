"""Where a person wanted to go before being asked to sign in: a path of this site, or nothing (promise 16)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

from feedback_app.web.access import find_policy


def safe_next_path(wanted: str) -> str:
    """The path if it is one of ours, else "": never another site."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    if not ours or not wanted.isprintable():
        return ""
    parts = urlsplit(wanted)
    return wanted if not parts.netloc and not parts.scheme else ""


def asks_again(path: str) -> bool:
    """Whether a POST to this path is one that asks for the second factor again: nothing else is sent on."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return False
    named = find_policy(current_app, endpoint)
    return named is not None and named.step_up
