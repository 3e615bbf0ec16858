"""Forms for a person's roles, and for inviting somebody."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectMultipleField, StringField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from feedback_app import labels
from feedback_app.models.person import ROLES

WHOLE_ADDRESS = r"\s*[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+\s*$"


class RolesForm(FlaskForm):  # type: ignore[misc]
    """The roles of one person, at least one."""

    roles = SelectMultipleField(
        _l("Roles"),
        choices=lambda: [
            SelectChoice(*choice)
            for choice in labels.label_choices("role_title", ROLES)
        ],
        description=_l(
            "An administrator manages people and roles, and reads no feedback."
        ),
        validators=[InputRequired(_l("Choose at least one role."))],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


class InviteForm(RolesForm):
    """A new member of staff: name, e-mail and roles."""

    name = StringField(
        _l("Name"),
        [
            InputRequired(_l("Type the person’s name.")),
            Length(max=120, message=_l("At most 120 characters.")),
        ],
    )
    email = EmailField(
        _l("E-mail"),
        [
            InputRequired(_l("Type the person’s e-mail.")),
            Length(max=254, message=_l("At most 254 characters.")),
            Regexp(
                WHOLE_ADDRESS,
                message=_l("Type a whole e-mail, such as name@council.example."),
            ),
        ],
    )
