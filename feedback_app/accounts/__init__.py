"""Signing in: passwords, second factors, the council's own sign-in, and links by mail; a folder a family of pages."""

from __future__ import annotations

from flask import Flask

from feedback_app.accounts.account.routes import room as account_room
from feedback_app.accounts.calendar.routes import room as calendar_room
from feedback_app.accounts.links import routes as links
from feedback_app.accounts.links.routes import room as links_room
from feedback_app.accounts.own_factors.routes import room as own_factors_room
from feedback_app.accounts.passkeys import routes as passkeys
from feedback_app.accounts.passkeys.routes import room as passkeys_room
from feedback_app.accounts.passkeys.site import relying_party
from feedback_app.accounts.second_step.routes import room as second_step_room
from feedback_app.accounts.sign_in import routes as sign_in
from feedback_app.accounts.sign_in.routes import room as sign_in_room
from feedback_app.accounts.sso.oidc import ISSUER, Issuer
from feedback_app.accounts.sso.routes import room as sso_room
from feedback_app.web.context import settings
from feedback_app.web.errors import SIGN_IN_FORMS
from feedback_app.web.handed_over import handed_over_link, is_handed_over

ROOMS = (
    sign_in_room,
    account_room,
    calendar_room,
    links_room,
    second_step_room,
    own_factors_room,
    passkeys_room,
    sso_room,
)


def init_app(app: Flask) -> None:
    """Open the room; templates ask which ways to sign in there are."""
    for room in ROOMS:
        app.register_blueprint(room)
    ISSUER.set(app, Issuer())
    SIGN_IN_FORMS.set(
        app,
        {
            "accounts.sign_in_now": sign_in.draw_again,
            "passkeys.sign_in_now": passkeys.draw_again,
            "tokens.forgot_now": links.draw_forgot_again,
            "tokens.reset_now": links.draw_choice_again,
            "tokens.invited_now": links.draw_choice_again,
        },
    )
    app.jinja_env.globals.update(
        passkeys_work=lambda: relying_party(settings()) is not None,
        sso_works=lambda: settings().has_council_sign_in and not is_handed_over(),
        is_handed_over=is_handed_over,
        handed_over_link=handed_over_link,
    )
