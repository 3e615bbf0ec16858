"""The form that enters a cohort: which children, of which age, how many, on which day, and where that is from."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField
from wtforms.validators import InputRequired, Length, ValidationError

from feedback_app import clock
from feedback_app.labels import as_sentence, label, label_choices
from feedback_app.manager.team.forms import ChildrenField, EnteredDayField
from feedback_app.models.report import COHORT_KINDS
from feedback_app.survey.model import BANDS
from feedback_app.web.form_fields import LineField, Visible

MOST_CHILDREN = 100_000
SOURCE_LIMIT = 120
"""Characters of `cohort.source`."""
EVERY_AGE = ""


class CohortForm(FlaskForm):  # type: ignore[misc]
    """How many children of a kind there were on a day."""

    kind = RadioField(
        _l("Which children?"), [InputRequired(_l("Choose which children."))]
    )
    band = SelectField(_l("Of which age?"))
    on_date = EnteredDayField(
        _l("On which day?"),
        [InputRequired(_l("Type the day of which the number is."))],
        description=_l("It holds from then on, until a later one is entered."),
    )
    number = ChildrenField(_l("How many children?"), most=MOST_CHILDREN)
    source = LineField(
        _l("Where is the number from?"),
        [
            Visible(_l("Say in a few words where the number is from.")),
            Length(max=SOURCE_LIMIT, message=_l("At most %(max)d characters.")),
        ],
        description=_l("For example: the case system’s list of 31 March."),
    )

    def __init__(self, **given: Any) -> None:
        """Offer the kinds and the ages."""
        super().__init__(**given)
        self.kind.choices = [
            (kind, as_sentence(label("cohort_kind", kind))) for kind in COHORT_KINDS
        ]
        self.band.choices = [
            (EVERY_AGE, _("All ages")),
            *label_choices("band", BANDS),
        ]

    def validate_on_date(self, field: Field) -> None:
        """Nobody knows how many there will be."""
        if field.data and field.data > clock.today():
            raise ValidationError(
                _("This day is still to come. Type today or earlier.")
            )
