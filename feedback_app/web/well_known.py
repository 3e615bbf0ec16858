"""Addresses that other sites and programs know: whom to tell of a weakness, and where a password is changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import Flask, Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.web.access import policy
from feedback_app.web.context import settings

HOLDS_FOR = timedelta(days=90)
"""For how long from today the contact is promised (RFC 9116 asks for less than a year)."""


@policy("public")
def security_contact() -> Response:
    """Return security.txt (RFC 9116): whom to tell of a weakness; 404 where the setting names nobody."""
    contact = settings().security_contact
    if not contact:
        abort(404)
    ends = datetime.combine(clock.today() + HOLDS_FOR, time(), UTC)
    lines = (
        f"Contact: {contact if contact.startswith('https://') else 'mailto:' + contact}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings().public_url}{url_for('security_contact')}",
        "Preferred-Languages: en",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@policy("public")
def password_page() -> AnyResponse:
    """Redirect to the page that changes a password, as password managers look for it."""
    return redirect(url_for("account.change_password"), 302)


def init_app(app: Flask) -> None:
    """Add the two addresses."""
    folder = "/.well-known"
    app.add_url_rule(f"{folder}/security.txt", "security_contact", security_contact)
    app.add_url_rule(f"{folder}/change-password", "password_page", password_page)
