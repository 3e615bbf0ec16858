"""The form that makes the invitation of a blank paper form: what stands on the part that is torn off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from feedback_app.invitations.issue import Asked, describe_child
from feedback_app.labels import label_choices
from feedback_app.models.invitation import DRAWN, HOW_CHOSEN, PN_CODES
from feedback_app.survey.model import Survey
from feedback_app.typed_text import REFERENCE_LIMIT, reference_key
from feedback_app.web.child_languages import Offer
from feedback_app.web.form_fields import ReferenceField, Visible
from feedback_app.web.review_form import review_problem

NOT_OFFERED = ("imported", DRAWN)
"""How a child was chosen that nobody can say of a paper form."""


class BeginForm(FlaskForm):  # type: ignore[misc]
    """Whose form it is: one child, one survey."""

    survey = RadioField(
        _l("Which survey?"), validators=[InputRequired(_l("Choose the survey."))]
    )
    reference = ReferenceField(
        _l("Reference"),
        description=_l("A case number by which the council can find the child."),
        validators=[
            Visible(_l("Type a reference by which the council can find the child.")),
            Length(
                max=REFERENCE_LIMIT,
                message=_l("A reference has 60 characters at most."),
            ),
        ],
    )
    band = RadioField(
        _l("Age of the child"),
        choices=[SelectChoice(*choice) for choice in label_choices("band")],
        validators=[InputRequired(_l("Choose the age of the child."))],
    )
    over5 = BooleanField(_l("If 4\N{EN DASH}7: the child is over 5"))
    over16 = BooleanField(_l("If 12\N{EN DASH}17: the young person is 16 or over"))
    over18 = BooleanField(_l("If 16\N{EN DASH}25: the young person is 18 or over"))
    easy = BooleanField(_l("Easy read: the form has a picture with every answer"))
    language = SelectField(_l("Language of the form"), default="en")
    iro = SelectField(
        _l("IRO"), description=_l("For a form about a review: whose review it was.")
    )
    pn_code = SelectField(
        _l("How did the child take part in the review?"),
        choices=[
            SelectChoice("", _l("Choose")),
            *(SelectChoice(*choice) for choice in label_choices("pn_code", PN_CODES)),
        ],
        description=_l("For a form about a review: the participation code on it."),
    )
    mode = RadioField(
        _l("How was the review held?"),
        choices=[SelectChoice(*choice) for choice in label_choices("mode_title")],
        validate_choice=False,
        description=_l("For a form about a review."),
    )
    how_chosen = SelectField(
        _l("How was this child chosen?"),
        choices=[
            SelectChoice("", _l("Choose")),
            *(
                SelectChoice(*choice)
                for choice in label_choices(
                    "how_chosen", [one for one in HOW_CHOSEN if one not in NOT_OFFERED]
                )
            ),
        ],
        validators=[InputRequired(_l("Choose how this child was chosen."))],
    )
    again = BooleanField(_l("It is another form: key it in all the same"))
    again_for = HiddenField()

    def __init__(
        self,
        surveys: Sequence[Survey],
        officers: Mapping[str, str],
        offers: Sequence[Offer],
    ) -> None:
        """`surveys`: those on paper, the first stands chosen; `officers`: id -> name of each possible IRO."""
        super().__init__(survey=surveys[0].key)
        self.surveys = {one.key: one for one in surveys}
        self.survey.choices = [
            SelectChoice(one.key, one.short_title) for one in surveys
        ]
        self.iro.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(*one) for one in officers.items()),
        ]
        self.language.choices = [SelectChoice(one.code, one.name) for one in offers]

    @property
    def chosen_survey(self) -> Survey | None:
        """The survey that is chosen, None where none is."""
        return self.surveys.get(self.survey.data or "")

    def check_together(self) -> bool:
        """Whether what was typed goes together and nothing that this survey needs is missing; says so beside each."""
        survey = self.chosen_survey
        if survey is None:
            return True  # the survey's own field has said so
        missing = {
            "iro": survey.handed_out_by == "iro" and not self.iro.data,
            "pn_code": survey.about_review and not self.pn_code.data,
            "mode": survey.about_review and not self.mode.data,
        }
        words = {
            "iro": _("Choose the IRO."),
            "pn_code": _("Choose how the child took part in the review."),
            "mode": _("Choose how the review was held."),
        }
        for name in (one for one, is_missing in missing.items() if is_missing):
            self[name].errors = [words[name]]
        problem = self._age_problem(survey)
        if problem and not self.band.errors:
            self.band.errors = [problem]
        return not (problem or any(missing.values()))

    def _age_problem(self, survey: Survey) -> str:
        if self.band.data and self.band.data not in survey.bands:
            return str(_("This survey is not written for that age. Choose another."))
        return review_problem(
            self.pn_code.data if survey.about_review else "",
            self.band.data or "",
            over5=self.over5.data,
            over16=self.over16.data,
            over18=self.over18.data,
        )

    @property
    def is_another(self) -> bool:
        """Whether it was ticked that this is another form of the same child: for the reference it was shown with."""
        same = reference_key(self.again_for.data) == reference_key(self.reference.data)
        return bool(self.again.data and same)

    def facts_of_form(self, person_id: str) -> Asked:
        """The facts of the invitation, from a form that holds. `person_id`: who keys it in, and makes it."""
        survey = self.surveys[self.survey.data]
        child: dict[str, Any] = describe_child(
            self.band.data,
            easy=self.easy.data,
            over5=self.over5.data,
            over16=self.over16.data,
            over18=self.over18.data,
        )
        return Asked.for_survey(
            survey,
            **child,
            language=self.language.data,
            reference=self.reference.data,
            how_chosen=self.how_chosen.data,
            pn_code=self.pn_code.data if survey.about_review else None,
            mode=self.mode.data if survey.about_review else None,
            iro_id=self.iro.data if survey.handed_out_by == "iro" else None,
            issuer_id=person_id,
        )
