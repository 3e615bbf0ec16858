"""The service's names, the numbers that children are told, and who is told of a child who is not safe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, EmailField, Field, StringField, TelField, TimeField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.operations import service_details as numbers
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.service_details import refresh_details, settings_of_start

pages = Blueprint("numbers", __name__, url_prefix="/admin")

CHECK_EVERY = timedelta(days=365)

NAME = Length(max=60, message=_l("At most 60 characters."))
TELEPHONE = Regexp(r"\s*\+?[0-9][0-9 ]{1,19}\s*$", message=_l("Type a telephone number: digits and spaces."))
ADDRESS = Regexp(
    r"\s*[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+\s*$",
    message=_l("Type a whole e-mail, such as duty@council.example."),
)


def _asked(words: str) -> InputRequired:
    return InputRequired(words)


class HourField(TimeField):  # type: ignore[misc]
    """A time of day, whose problem is said in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError, which the form shows."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Type a time, such as 09:00.")) from error


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """Every name, number and address that the administrator may change; the fields bear the settings' names."""

    service_name = StringField(_l("Name of the service"), [_asked(_l("Type the name of the service.")), NAME])
    survey_name = StringField(_l("What the yearly survey is called"), [_asked(_l("Type the name.")), NAME])
    service_phone = TelField(
        _l("The service"),
        [_asked(_l("Type the service’s number.")), TELEPHONE],
        description=_l("For a child whose link does not work, or who would rather talk."),
    )
    duty_day = TelField(_l("Children’s duty team, in the day"), [_asked(_l("Type the duty number.")), TELEPHONE])
    duty_night = TelField(
        _l("Out of hours"), [_asked(_l("Type the number for nights, weekends and bank holidays.")), TELEPHONE]
    )
    duty_opens = HourField(_l("The service opens at"), [_asked(_l("Type a time, such as 09:00."))])
    duty_closes = HourField(_l("The service closes at"), [_asked(_l("Type a time, such as 17:00."))])
    duty_email = EmailField(
        _l("Who is told out of hours"),
        [_asked(_l("Type the e-mail of whoever is told out of hours.")), ADDRESS],
        description=_l("They get a message when a child may not be safe and nobody of the service is at work."),
    )
    audit_email = EmailField(
        _l("Who gets the audit trail’s daily mark"),
        [Optional(), ADDRESS],
        description=_l("Best somebody outside the service. Where it is empty, the managers get it."),
    )
    advocacy = TelField(
        _l("Your advocacy service"),
        [Optional(), TELEPHONE],
        description=_l("Where it is empty, children are not told of one."),
    )
    childline = TelField(_l("Childline"), [_asked(_l("Type the number.")), TELEPHONE])
    help_at_hand = TelField(_l("Help at Hand"), [_asked(_l("Type the number.")), TELEPHONE])
    always_heard = TelField(_l("Always Heard"), [_asked(_l("Type the number.")), TELEPHONE])
    nyas = TelField(_l("National Youth Advocacy Service"), [_asked(_l("Type the number.")), TELEPHONE])
    adult_helpline = TelField(_l("Samaritans"), [_asked(_l("Type the number.")), TELEPHONE])
    checked = BooleanField(_l("I have rung each of these numbers today"))

    def validate_duty_closes(self, field: Field) -> None:
        """A day that closes before it opens would never tell the day's people."""
        if self.duty_opens.data and field.data and field.data <= self.duty_opens.data:
            raise ValidationError(_("The service closes before it opens. Type a later time."))

    def typed_values(self) -> dict[str, str]:
        """The values by the settings' names, as they are kept."""
        values = {
            name: " ".join(numbers.format_value(self[name].data or "").split())
            for name in numbers.CHANGEABLE_DETAILS
            if name in self
        }
        if self.checked.data:
            values["numbers_checked_on"] = clock.today().isoformat()
        return values


SECTIONS = (
    (_l("The service"), ("service_name", "survey_name", "service_phone")),
    (_l("When a child may not be safe"), ("duty_day", "duty_night", "duty_opens", "duty_closes", "duty_email")),
    (
        _l("Numbers that children are told"),
        ("advocacy", "childline", "help_at_hand", "always_heard", "nyas", "adult_helpline"),
    ),
    (_l("The audit trail"), ("audit_email",)),
)


@pages.get("/numbers")
@policy("administrator")
def show_details() -> str:
    """The numbers as they are told at present."""
    return _page(DetailsForm(formdata=None, data=_as_form(context.settings())))


@pages.post("/numbers")
@policy("administrator", step_up=True)
def save_details() -> AnyResponse:
    """Keep what was changed; every page tells the new numbers within a quarter of a minute."""
    form = DetailsForm()
    if not form.validate():
        return make_response(_page(form), 400)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    db = context.db_session()
    try:
        changed = numbers.change_details(
            db,
            context.keys().audit,
            settings_of_start(app),
            refresh_details(app, at_once=True).settings,
            form.typed_values(),
            by=current_viewer().person_id,
        )
    except numbers.InvalidDetails as problem:
        form.form_errors.append(str(problem))
        return make_response(_page(form), 400)
    flash(_("Kept. Every page tells it from now on.") if changed else _("Nothing was changed."))
    answer = redirect(url_for("numbers.show_details"), 303)
    db.commit()
    refresh_details(app, at_once=True)
    return answer


def _as_form(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in numbers.CHANGEABLE_DETAILS}


def _page(form: DetailsForm) -> str:
    checked_on = context.settings().numbers_checked_on
    return render_template(
        "admin/service_details/show_details.html",
        form=form,
        sections=SECTIONS,
        checked_on=checked_on,
        overdue=clock.today() - checked_on > CHECK_EVERY,
    )
