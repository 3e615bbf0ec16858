"""A phone that an officer handed to a child: until somebody shows a password or a passkey on it, the council's own
sign-in does not let anybody in there. It would know the officer by its own session on that phone, with one tap."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.invitations.tokens import is_mark, mark_of
from feedback_app.web.context import settings

KEPT = timedelta(days=1)
"""How long the mark stays in the browser when nobody signs in there again."""


def mark_handed_over(answer: AnyResponse, token: str) -> None:
    """Put the mark of the child's link into this browser. It says nothing of anybody, and opens nothing."""
    answer.set_cookie(
        cookie_name(),
        mark_of(token),
        max_age=KEPT,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def is_handed_over() -> bool:
    """Whether this request comes from such a phone."""
    return cookie_name() in request.cookies


def handed_over_link() -> str:
    """The mark of the child's link, which leads back to the questions on this phone alone; "" on any other."""
    mark = request.cookies.get(cookie_name(), "")
    return mark if is_mark(mark) else ""


def forget_handing_over(answer: AnyResponse) -> None:
    """Take the mark away: somebody has signed in wholly."""
    if is_handed_over():
        answer.delete_cookie(
            cookie_name(),
            secure=settings().secure_cookies,
            httponly=True,
            samesite="Lax",
            path="/",
        )


def cookie_name() -> str:
    """The name of the cookie: locked to the host wherever the site has https."""
    return "__Host-handed-over" if settings().secure_cookies else "handed-over"
