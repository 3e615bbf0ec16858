"""A form counts only when it comes from a page of this site: nobody sends through somebody else's browser.

A page elsewhere can post a form to any address here. The browser keeps the session's cookie away from it (SameSite), so
the product would ask to sign in again and then send on what the other page wrote. So such a form is refused with none
of its fields shown, whoever is signed in.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest

from feedback_app.web.context import SAFE_METHODS, settings

CHILD = "child"
"""The room whose forms are left alone: a send is guarded by its link's token, and no session stands behind it."""


class FormFromElsewhere(BadRequest):
    """A form that no page of this site sent."""


def init_app(app: Flask) -> None:
    """Check every form before anything else is asked about it."""
    app.before_request(require_own_page)


def require_own_page() -> None:
    """Refuse what changes something and does not come from a page of this site. Raises FormFromElsewhere."""
    if request.method in SAFE_METHODS or request.blueprint == CHILD:
        return
    if not comes_from_own_page():
        current_app.logger.warning("a form came from elsewhere")
        raise FormFromElsewhere


def comes_from_own_page() -> bool:
    """Whether the browser says that a page of this site sent the request.

    `Sec-Fetch-Site` where there is one (every current browser, over https), else `Origin`, else `Referer`; none of them
    is a no. A browser does not let a page set any of the three.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return _origin_of(sender) in (
        _origin_of(request.host_url),
        _origin_of(settings().public_url),
    )


def comes_from_elsewhere() -> bool:
    """Whether the browser says that another site sent the request; one that says nothing is no yes.

    For a form that anybody may send, behind which no session stands: a browser that hides where it was is let in.
    """
    site = request.headers.get("Sec-Fetch-Site")
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    if site is None and sender in ("", "null"):
        return False
    return not comes_from_own_page()


def _origin_of(address: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for what is no address of the web, as the "null" of a hidden origin."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return (
        parts.scheme,
        parts.hostname,
        port or {"http": 80, "https": 443}[parts.scheme],
    )
