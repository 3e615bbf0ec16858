"""SIGNING IN. Passwords, second factors, the council's own sign-in, and sessions on the server."""

from __future__ import annotations

from flask import Flask

from feedback_app.accounts import (
    oidc,
    own_routes,
    passkey_routes,
    passkeys,
    routes,
    second_routes,
    sso_routes,
    token_routes,
)
from feedback_app.web import context


def init_app(app: Flask) -> None:
    """Open the room; templates ask which ways in there are."""
    for part in (routes, token_routes, second_routes, own_routes, passkey_routes, sso_routes):
        app.register_blueprint(part.room)
    oidc.ISSUER.set(app, oidc.Kept())
    app.jinja_env.globals.update(
        passkeys_work=lambda: passkeys.relying_party(context.settings()) is not None,
        sso_works=lambda: context.settings().has_council_sign_in,
    )
