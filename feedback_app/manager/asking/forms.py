"""The form that invites a group: a survey, an age group, and a pasted list of references, one a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, TextAreaField, ValidationError
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired

from feedback_app.labels import label_choices
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import Survey

MOST_AT_ONCE = 200
LONGEST_REFERENCE = 60


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
        validators=[InputRequired(_l("Paste at least one reference."))],
    )

    def __init__(self, surveys: Sequence[Survey]) -> None:
        """`surveys`: those that the manager hands out."""
        super().__init__()
        self.survey.choices = [
            SelectChoice(survey.key, survey.short_title) for survey in surveys
        ]

    def validate_references(self, field: Field) -> None:
        """Each line one reference, none twice, none too long, not too many."""
        lines = read_references(field.data)
        if not lines:
            raise ValidationError(_("Paste at least one reference."))
        if len(lines) > MOST_AT_ONCE:
            raise ValidationError(
                _(
                    "That is %(n)s references. Make at most %(most)s links at once.",
                    n=len(lines),
                    most=MOST_AT_ONCE,
                )
            )
        long = next(
            (
                number
                for number, line in enumerate(lines, 1)
                if len(line) > LONGEST_REFERENCE
            ),
            None,
        )
        if long:
            raise ValidationError(
                _(
                    "Reference %(n)s has more than %(most)s characters.",
                    n=long,
                    most=LONGEST_REFERENCE,
                )
            )
        twice = [
            line
            for line, times in Counter(line.casefold() for line in lines).items()
            if times > 1
        ]
        if twice:
            place = next(
                n for n, line in enumerate(lines, 1) if line.casefold() == twice[0]
            )
            raise ValidationError(
                _("Reference %(n)s stands in the list more than once.", n=place)
            )

    def check_age(self, catalogue: Catalogue) -> bool:
        """Whether the survey is written for that age; says so beside the field where it is not."""
        if self.band.data in catalogue.find_survey(self.survey.data).bands:
            return True
        self.band.errors = [
            _("This survey is not written for that age. Choose another.")
        ]
        return False


def read_references(pasted: str | None) -> list[str]:
    """The references of a pasted list: one a line, white space around and empty lines left out."""
    return [
        line for raw in (pasted or "").splitlines() if (line := " ".join(raw.split()))
    ]
