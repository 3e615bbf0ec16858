"""SIGNING IN. Passwords, second factors, the council's own sign-in, and sessions on the server."""

from __future__ import annotations

from flask import Flask

from feedback_app.accounts.links import routes as token_routes
from feedback_app.accounts.own_factors import routes as own_routes
from feedback_app.accounts.passkeys import authentication as passkeys
from feedback_app.accounts.passkeys import routes as passkey_routes
from feedback_app.accounts.second_step import routes as second_routes
from feedback_app.accounts.sign_in import routes
from feedback_app.accounts.sso import oidc
from feedback_app.accounts.sso import routes as sso_routes
from feedback_app.web import context


def init_app(app: Flask) -> None:
    """Open the room; templates ask which ways in there are."""
    for part in (routes, token_routes, second_routes, own_routes, passkey_routes, sso_routes):
        app.register_blueprint(part.room)
    oidc.ISSUER.set(app, oidc.Issuer())
    app.jinja_env.globals.update(
        passkeys_work=lambda: passkeys.relying_party(context.settings()) is not None,
        sso_works=lambda: context.settings().has_council_sign_in,
    )
