"""The form for changing one's password while signed in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired

from feedback_app.accounts.links.forms import ChoosePasswordForm


class ChangePasswordForm(ChoosePasswordForm):
    """The password that one has, and the new one, typed twice."""

    password_now = PasswordField(
        _l("Your password now"), [InputRequired(_l("Type the password that you have."))]
    )
