"""The form for the service's names, telephone numbers, addresses and opening hours."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, StringField, TelField, TimeField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from feedback_app import clock
from feedback_app.operations.service_details import CHANGEABLE_DETAILS, format_value

NAME = Length(max=60, message=_l("At most 60 characters."))
TELEPHONE = Regexp(
    r"\s*\+?[0-9][0-9 ]{1,19}\s*$",
    message=_l("Type a telephone number: digits and spaces."),
)
ADDRESS = Regexp(
    r"\s*[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+\s*$",
    message=_l("Type a whole e-mail, such as duty@council.example."),
)


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

    service_name = StringField(
        _l("Name of the service"),
        [InputRequired(_l("Type the name of the service.")), NAME],
    )
    survey_name = StringField(
        _l("Name of the yearly survey"), [InputRequired(_l("Type the name.")), NAME]
    )
    service_phone = TelField(
        _l("Telephone of the service"),
        [InputRequired(_l("Type the service’s number.")), TELEPHONE],
        description=_l(
            "For a child whose link does not work, or who would rather talk."
        ),
    )
    duty_day = TelField(
        _l("Children’s duty team, in the day"),
        [InputRequired(_l("Type the duty number.")), TELEPHONE],
    )
    duty_night = TelField(
        _l("Children’s duty team, out of hours"),
        [
            InputRequired(
                _l("Type the number for nights, weekends and bank holidays.")
            ),
            TELEPHONE,
        ],
    )
    duty_opens = HourField(
        _l("The service opens at"), [InputRequired(_l("Type a time, such as 09:00."))]
    )
    duty_closes = HourField(
        _l("The service closes at"), [InputRequired(_l("Type a time, such as 17:00."))]
    )
    duty_email = EmailField(
        _l("E-mail for urgent messages out of hours"),
        [
            InputRequired(_l("Type the e-mail for urgent messages out of hours.")),
            ADDRESS,
        ],
        description=_l(
            "Gets a message when a child may not be safe and nobody of the service is at work."
        ),
    )
    audit_email = EmailField(
        _l("E-mail for the daily audit checksum"),
        [Optional(), ADDRESS],
        description=_l(
            "Best somebody outside the service. If it is empty, the managers get it."
        ),
    )
    advocacy = TelField(
        _l("Your advocacy service"),
        [Optional(), TELEPHONE],
        description=_l(
            "If it is empty, children’s pages do not mention an advocacy service."
        ),
    )
    childline = TelField(
        _l("Childline"), [InputRequired(_l("Type the number.")), TELEPHONE]
    )
    help_at_hand = TelField(
        _l("Help at Hand"), [InputRequired(_l("Type the number.")), TELEPHONE]
    )
    always_heard = TelField(
        _l("Always Heard"), [InputRequired(_l("Type the number.")), TELEPHONE]
    )
    nyas = TelField(
        _l("National Youth Advocacy Service"),
        [InputRequired(_l("Type the number.")), TELEPHONE],
    )
    adult_helpline = TelField(
        _l("Samaritans"), [InputRequired(_l("Type the number.")), TELEPHONE]
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
    (_l("The service"), ("service_name", "survey_name", "service_phone")),
    (
        _l("When a child may not be safe"),
        ("duty_day", "duty_night", "duty_opens", "duty_closes", "duty_email"),
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
        ),
    ),
    (_l("The audit trail"), ("audit_email",)),
)
"""The form's parts: a heading, and the names of its fields."""
