"""The form for the service's names, telephone numbers, addresses and opening hours."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, TelField, TimeField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from feedback_app import clock
from feedback_app.operations.service_details import CHANGEABLE_DETAILS, format_value
from feedback_app.setting_kinds import NAME_LIMIT
from feedback_app.typed_text import read_telephone
from feedback_app.web.form_fields import AddressField, LineField, Visible

NAME = Length(max=NAME_LIMIT, message=_l("At most 60 characters."))


class NumberField(TelField):  # type: ignore[misc]
    """A telephone number, in the digits that telephones have."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what is none stays as it was typed."""
        if valuelist:
            self.data = read_telephone(valuelist[0]) or valuelist[0]

    def pre_validate(self, _form: Form) -> None:
        """Raises ValidationError, which the form shows."""
        if self.data and not read_telephone(self.data):
            raise ValidationError(_("Type a telephone number: digits and spaces."))


class HourField(TimeField):  # type: ignore[misc]
    """A time of day, with our own message for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time. Raises ValueError, which the form shows."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Type a time, such as 09:00.")) from error


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """Every detail that the administrator may change; the fields bear the names of the settings."""

    service_name = LineField(
        _l("Name of the service"),
        [Visible(_l("Type the name of the service.")), NAME],
    )
    survey_name = LineField(
        _l("Name of the yearly survey"), [Visible(_l("Type the name.")), NAME]
    )
    service_phone = NumberField(
        _l("Telephone of the service"),
        [InputRequired(_l("Type the service’s number."))],
        description=_l(
            "For a child whose link does not work, or who would rather talk."
        ),
    )
    duty_day = NumberField(
        _l("Children’s duty team, in the day"),
        [InputRequired(_l("Type the duty number."))],
    )
    duty_night = NumberField(
        _l("Children’s duty team, out of hours"),
        [
            InputRequired(
                _l("Type the number for nights, weekends and bank holidays.")
            ),
        ],
    )
    duty_opens = HourField(
        _l("The service opens at"), [InputRequired(_l("Type a time, such as 09:00."))]
    )
    duty_closes = HourField(
        _l("The service closes at"), [InputRequired(_l("Type a time, such as 17:00."))]
    )
    duty_email = AddressField(
        _l("E-mail for urgent messages out of hours"),
        [
            InputRequired(_l("Type the e-mail for urgent messages out of hours.")),
        ],
        example="duty@council.example",
        description=_l(
            "Gets a message when a child may not be safe and nobody of the service is at work."
        ),
    )
    lead_phone = NumberField(
        _l("Safeguarding lead"),
        [Optional()],
        description=_l(
            "For the manager and the duty team, when nobody has seen a concern."
        ),
    )
    deputy_phone = NumberField(_l("Safeguarding deputy"), [Optional()])
    complaints_phone = NumberField(
        _l("Complaints about how answers are kept"),
        [Optional()],
        description=_l(
            "Such as your data protection officer. Children are told it. If it is empty, they are told the telephone of"
            " the service."
        ),
    )
    audit_email = AddressField(
        _l("E-mail for the daily audit checksum"),
        [Optional()],
        example="audit@council.example",
        description=_l(
            "Best somebody outside the service. If it is empty, the managers get it."
        ),
    )
    advocacy = NumberField(
        _l("Your advocacy service"),
        [Optional()],
        description=_l(
            "If it is empty, children’s pages do not mention an advocacy service."
        ),
    )
    childline = NumberField(_l("Childline"), [InputRequired(_l("Type the number."))])
    help_at_hand = NumberField(
        _l("Help at Hand"), [InputRequired(_l("Type the number."))]
    )
    always_heard = NumberField(
        _l("Always Heard"), [InputRequired(_l("Type the number."))]
    )
    nyas = NumberField(
        _l("National Youth Advocacy Service"),
        [InputRequired(_l("Type the number."))],
    )
    adult_helpline = NumberField(
        _l("Samaritans"), [InputRequired(_l("Type the number."))]
    )
    ico = NumberField(
        _l("Information Commissioner’s Office (ICO)"),
        [InputRequired(_l("Type the number."))],
    )
    checked = BooleanField(_l("I have called each of these numbers today"))

    def validate_duty_closes(self, field: Field) -> None:
        """Refuse a day that closes before it opens: the day's people would never be told."""
        if self.duty_opens.data and field.data and field.data <= self.duty_opens.data:
            raise ValidationError(
                _("The service closes before it opens. Type a later time.")
            )

    def typed_values(self) -> dict[str, str]:
        """Return the values by the names of the settings, as they are stored: white space folded."""
        values = {}
        for name in CHANGEABLE_DETAILS:
            if name in self:
                values[name] = " ".join(format_value(self[name].data or "").split())
        if self.checked.data:
            values["numbers_checked_on"] = clock.today().isoformat()
        return values


SECTIONS = (
    (
        _l("The service"),
        ("service_name", "survey_name", "service_phone", "complaints_phone"),
    ),
    (
        _l("When a child may not be safe"),
        (
            "duty_day",
            "duty_night",
            "duty_opens",
            "duty_closes",
            "duty_email",
            "lead_phone",
            "deputy_phone",
        ),
    ),
    (
        _l("Helplines on children’s pages"),
        (
            "advocacy",
            "childline",
            "help_at_hand",
            "always_heard",
            "nyas",
            "adult_helpline",
            "ico",
        ),
    ),
    (_l("The audit trail"), ("audit_email",)),
)
"""The form's parts: a heading, and the names of its fields."""
