"""Where a person wanted to go before being asked to sign in: a path of this site, or nothing (promise 16)."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next_path(wanted: str) -> str:
    """Return `wanted` if it is a path of this site, else "": a link to sign-in never leads to another site."""
    if not wanted.startswith("/") or wanted.startswith("//"):
        return ""
    # Browsers read a backslash as a slash: "/\host" would lead away.
    if "\\" in wanted or not wanted.isprintable():
        return ""
    parts = urlsplit(wanted)
    return "" if parts.netloc or parts.scheme else wanted
