"""The form that invites a group: a survey, an age group, and a pasted list of references, one a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, Optional

from feedback_app.labels import label_choices
from feedback_app.manager.asking.pasted import PastedList, read_pasted
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import Survey
from feedback_app.web.form_fields import Visible, age_problem

MOST_AT_ONCE = 200
_NO_KEYBOARD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
"""What ends a line for some programs and for no person, and other control characters."""


class AskManyForm(FlaskForm):  # type: ignore[misc]
    """Which survey, which children. One list holds children of one age group."""

    survey = RadioField(
        _l("Which survey?"),
        validators=[InputRequired(_l("Choose the survey."))],
    )
    band = RadioField(
        _l("Age of these children"),
        choices=[SelectChoice(*choice) for choice in label_choices("band")],
        description=_l("16\N{EN DASH}25 is for care leavers."),
        validators=[InputRequired(_l("Choose the age."))],
    )
    over5 = BooleanField(_l("If 4\N{EN DASH}7: they are over 5"))
    over16 = BooleanField(_l("If 12\N{EN DASH}17: they are 16 or over"))
    over18 = BooleanField(_l("If 16\N{EN DASH}25: they are 18 or over"))
    easy = BooleanField(_l("Easy read: short words and a picture with every answer"))
    how_chosen = RadioField(
        _l("How were they chosen?"),
        choices=[SelectChoice(*choice) for choice in label_choices("how_we_chose")],
        validators=[InputRequired(_l("Choose how they were chosen."))],
    )
    references = TextAreaField(
        _l("References, one a line"),
        description=_l(
            "A case number by which the council can find the child, not a name. You see it while the link waits."
            " After that it is sealed."
        ),
        validators=[Visible(_l("Paste at least one reference."))],
        filters=[lambda typed: _NO_KEYBOARD.sub(" ", typed or "")],
    )
    column = RadioField(
        _l("Where are the references?"),
        validators=[Optional()],
        validate_choice=False,
    )
    heading = BooleanField(_l("The first line is a heading: leave it out"))
    again = BooleanField(_l("Make another link for them all the same"))
    seen = HiddenField()
    column_seen = HiddenField()

    def __init__(self, surveys: Sequence[Survey]) -> None:
        """`surveys`: those that the manager hands out."""
        super().__init__()
        self.survey.choices = [
            SelectChoice(survey.key, survey.short_title) for survey in surveys
        ]

    @property
    def pasted_list(self) -> PastedList:
        """The list as it is understood."""
        return read_pasted(self.references.data)

    def validate_references(self, _field: Field) -> None:
        """Something in it, and not too much."""
        lines = len(self.pasted_list.lines)
        if not lines:
            raise ValidationError(_("Paste at least one reference."))
        if lines > MOST_AT_ONCE + 1:
            raise ValidationError(
                _(
                    "That is %(n)s references. Make at most %(most)s links at once.",
                    n=lines,
                    most=MOST_AT_ONCE,
                )
            )

    def check_age(self, catalogue: Catalogue) -> bool:
        """Whether the age agrees with its boxes and the survey is written for it; says so beside the field if not."""
        problem = age_problem(
            self.band.data,
            over5=self.over5.data,
            over16=self.over16.data,
            over18=self.over18.data,
        )
        if problem:
            self.band.errors = [problem]
            return False
        if self.band.data in catalogue.find_survey(self.survey.data).bands:
            return True
        self.band.errors = [
            _("This survey is not written for that age. Choose another.")
        ]
        return False
