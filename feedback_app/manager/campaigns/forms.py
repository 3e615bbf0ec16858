"""The forms of a campaign: the new one, and a later last day."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from feedback_app import clock
from feedback_app.manager.team.forms import EnteredDayField
from feedback_app.models.campaign import NAME_LIMIT, Campaign
from feedback_app.survey.model import Survey
from feedback_app.typed_text import plain_digits
from feedback_app.web.form_fields import LineField, Visible

MOST_DAYS = 366
MOST_REMINDERS = 5
USUAL_REMINDERS = "14, 3"
LAST_DAY_NEEDED = _l("Type the last day on which its links work.")


class CampaignForm(FlaskForm):  # type: ignore[misc]
    """Which survey, from which day to which, and when to remind of links that wait."""

    survey = RadioField(_l("Which survey?"), [InputRequired(_l("Choose the survey."))])
    name = LineField(
        _l("Name"),
        [
            Visible(_l("Give it a name that staff know it by.")),
            Length(max=NAME_LIMIT, message=_l("At most %(max)d characters.")),
        ],
        description=_l("For example: Autumn 2026. Children do not see it."),
    )
    begins_on = EnteredDayField(
        _l("First day"), [InputRequired(_l("Type the day on which it begins."))]
    )
    last_day = EnteredDayField(
        _l("Last day"),
        [InputRequired(LAST_DAY_NEEDED)],
        description=_l("Every link that is made in the campaign works until then."),
    )
    reminders = LineField(
        _l("Remind so many days before the last one"),
        default=USUAL_REMINDERS,
        description=_l(
            "Whoever made links that still wait gets a mail then. Empty: no mail."
        ),
    )

    def __init__(self, surveys: Sequence[Survey]) -> None:
        """`surveys`: those that the manager hands out."""
        super().__init__()
        self.survey.choices = [
            SelectChoice(survey.key, survey.short_title) for survey in surveys
        ]

    @property
    def reminder_days(self) -> str:
        """The days as they are kept, the first reminder first: `14,3`."""
        typed = {int(one) for one in _numbers(self.reminders.data)}
        return ",".join(str(days) for days in sorted(typed, reverse=True))

    def validate_begins_on(self, field: Field) -> None:
        """A link that was made before the campaign was entered is none of its own."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("This day is past. Type today or later."))

    def validate_last_day(self, field: Field) -> None:
        """Not before the first day, and not years after it."""
        first = self.begins_on.data
        if not (field.data and first):
            return
        if field.data < first:
            raise ValidationError(_("This day is before the first one."))
        if (field.data - first).days >= MOST_DAYS:
            raise ValidationError(_("A campaign lasts at most a year."))

    def validate_reminders(self, field: Field) -> None:
        """A few whole numbers of days."""
        typed = _numbers(field.data)
        fit = len(set(typed)) <= MOST_REMINDERS and all(
            one.isdecimal() and 0 <= int(one) < MOST_DAYS for one in typed
        )
        if not fit:
            raise ValidationError(
                _(
                    "Type at most %(most)s numbers of days with commas between, such as 14, 3.",
                    most=MOST_REMINDERS,
                )
            )


class ProlongForm(FlaskForm):  # type: ignore[misc]
    """A later last day of a campaign."""

    last_day = EnteredDayField(
        _l("New last day"),
        [InputRequired(LAST_DAY_NEEDED)],
        description=_l(
            "Links that wait work until then too, though their cards say the earlier day. No link ends sooner than"
            " its card says, so a campaign cannot be made shorter."
        ),
    )

    def __init__(self, campaign: Campaign) -> None:
        """`campaign`: the one that is to last longer."""
        super().__init__()
        self.campaign = campaign

    def validate_last_day(self, field: Field) -> None:
        """Later than now, and not years after the first day."""
        if not field.data:
            return
        if field.data <= self.campaign.last_day:
            raise ValidationError(_("Type a day after the last one that stands now."))
        if (field.data - self.campaign.begins_on).days >= MOST_DAYS:
            raise ValidationError(_("A campaign lasts at most a year."))


def _numbers(typed: str | None) -> list[str]:
    return [one for one in re.split(r"[\s,;]+", plain_digits(typed or "")) if one]
