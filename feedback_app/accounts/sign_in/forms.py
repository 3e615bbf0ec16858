"""The form for signing in with a password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail and password. A long password is welcome; what is too long never reaches the hash."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Type your e-mail."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password."))])
