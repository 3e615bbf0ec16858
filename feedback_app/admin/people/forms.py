"""Forms for a person's roles, and for inviting somebody, or everybody of a list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, TextAreaField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from feedback_app import labels
from feedback_app.models.person import ROLES
from feedback_app.web.form_fields import AddressField, LineField, Visible


class RolesForm(FlaskForm):  # type: ignore[misc]
    """The roles of one person, at least one."""

    roles = SelectMultipleField(
        _l("Roles"),
        choices=lambda: [
            SelectChoice(*choice)
            for choice in labels.label_choices("role_title", ROLES)
        ],
        description=_l(
            "An administrator manages people and roles, and reads no feedback. Business support keys in paper forms,"
            " and sees nothing else."
        ),
        validators=[InputRequired(_l("Choose at least one role."))],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


class InviteForm(RolesForm):
    """A new member of staff: name, e-mail and roles."""

    name = LineField(
        _l("Name"),
        [
            Visible(_l("Type the person’s name.")),
            Length(max=120, message=_l("At most 120 characters.")),
        ],
    )
    email = AddressField(
        _l("E-mail"),
        [InputRequired(_l("Type the person’s e-mail."))],
        example="name@council.example",
    )


class PeopleListForm(FlaskForm):  # type: ignore[misc]
    """A list of new members of staff, as it is pasted."""

    people = TextAreaField(
        _l("People, one a line: name, e-mail, roles"),
        description=_l(
            "For example: Officer Oak, oak@council.example, IRO. Roles are: IRO, IRO manager, Safeguarding lead,"
            " Deputy safeguarding lead, Administrator, Business support; several with “and” between them. A piece of a"
            " table may be pasted too."
        ),
        validators=[
            Visible(_l("Paste at least one person.")),
            Length(max=40_000, message=_l("That is too much at once.")),
        ],
        render_kw={"rows": 8},
    )
    seen = HiddenField()
