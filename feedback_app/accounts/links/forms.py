"""Forms for asking for a link, and for choosing a password behind one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired


class ForgotPasswordForm(FlaskForm):  # type: ignore[misc]
    """The e-mail of whoever lost their password."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Type your e-mail."))])


class ChoosePasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, typed twice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Type a password."))],
        description=_l(
            "12 to 128 characters. A few words that belong together only for you are good."
        ),
    )
    again = PasswordField(
        _l("New password again"),
        [InputRequired(_l("Type the password a second time."))],
    )
