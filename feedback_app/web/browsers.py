"""A browser in plain words, from what it says of itself: for a person to know their own devices again."""

from __future__ import annotations

from flask import request

KINDS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""What a browser's own name has in it, and the name that people know; the first that fits, since many name others."""
DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android phone or tablet"),
    ("CrOS", "a Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "a browser that does not say what it is"


def browser_here() -> str:
    """The browser of this request in plain words."""
    return browser_in_words(request.user_agent.string)


def browser_in_words(says: str) -> str:
    """Return "Firefox on Windows" and the like, at most 60 characters; nothing of `says` itself is kept.

    `says` is the header User-Agent, which anybody can make up: it is for recognising, and nothing is decided by it.
    """
    kind = next((name for part, name in KINDS if part in says), "")
    device = next((name for part, name in DEVICES if part in says), "")
    if not kind:
        return f"a browser on {device}" if device else UNKNOWN
    return f"{kind} on {device}" if device else kind
