"""The form for what was noted of a child: age, participation code, how the review was held; also to put it right."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from feedback_app.invitations.issue import describe_child
from feedback_app.labels import label_choices
from feedback_app.models.invitation import Invitation
from feedback_app.rulebook.counted_codes import CountedCodes, read_codes
from feedback_app.survey.model import EASY
from feedback_app.web import context
from feedback_app.web.form_fields import age_problem

MARKS = {"4-7": "over5", "12-17": "over16", "16-25": "over18"}
"""Band -> the one age mark that can be ticked or not in it."""


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """What an officer notes of a child's review. Choices are kept apart from what they count as (rule M4)."""

    pn_code = SelectField(
        _l("How did the child take part in the review?"),
        validators=[InputRequired(_l("Choose how the child took part in the review."))],
    )
    mode = RadioField(
        _l("How was the review held?"),
        choices=[SelectChoice(*choice) for choice in label_choices("mode_title")],
        validators=[InputRequired(_l("Choose how the review was held."))],
    )
    band = RadioField(
        _l("Age of the child"),
        choices=[
            SelectChoice(*choice)
            for choice in label_choices("band", ("4-7", "8-11", "12-17"))
        ],
        validators=[InputRequired(_l("Choose the age of the child."))],
    )
    over5 = BooleanField(_l("If 4\N{EN DASH}7: the child is over 5"))
    over16 = BooleanField(_l("If 12\N{EN DASH}17: the young person is 16 or over"))
    easy = BooleanField(_l("Easy read: short words and a picture with every answer"))

    def __init__(self, **chosen: Any) -> None:
        """`chosen`: what stands in a field before it is sent. The codes stand in the halves of this month."""
        super().__init__(**chosen)
        self.pn_code.choices = code_choices(read_codes(context.db_session()).codes_now)

    def check_together(self) -> bool:
        """Whether what was chosen goes together; says so beside the field where it does not."""
        problem = review_problem(
            self.pn_code.data if self.pn_code else "", self.band.data, **self._marks()
        )
        if problem:
            self.band.errors = [problem]
        return not problem

    def _marks(self) -> dict[str, bool]:
        """The age marks that are ticked; one that the form has no box for is not."""
        return {mark: bool(mark in self and self[mark].data) for mark in MARKS.values()}


class CorrectForm(ReviewForm):
    """What was noted, to be put right while the link waits; without what its survey has nothing of."""

    over18 = BooleanField(_l("If 16\N{EN DASH}25: the young person is 18 or over"))

    @classmethod
    def of_invitation(
        cls, invitation: Invitation, bands: Collection[str]
    ) -> CorrectForm:
        """The form as it stands, with what was sent in its place on a POST. `bands`: those of the survey."""
        ticked = {
            mark: band == invitation.band and getattr(invitation, mark)
            for band, mark in MARKS.items()
        }
        form = cls(
            pn_code=invitation.pn_code,
            mode=invitation.mode,
            band=invitation.band,
            easy=invitation.look == EASY,
            **ticked,
        )
        form.band.choices = [
            SelectChoice(*choice) for choice in label_choices("band", bands)
        ]
        for band, mark in MARKS.items():
            if band not in bands:
                delattr(form, mark)
        if invitation.pn_code is None:
            del form.pn_code, form.mode
        return form

    @property
    def noted_facts(self) -> dict[str, Any]:
        """The facts of a form that holds."""
        child = describe_child(self.band.data, easy=self.easy.data, **self._marks())
        if self.pn_code is None:
            return child
        return {"pn_code": self.pn_code.data, "mode": self.mode.data, **child}


def code_choices(codes: CountedCodes) -> list[SelectChoice]:
    """The participation codes to choose from, in the halves that they count for."""
    groups = (
        (_("Took part"), codes.took_part),
        (_("Did not take part"), codes.did_not),
        (_("Not counted"), codes.outside_codes),
    )
    return [
        SelectChoice("", _("Choose")),
        *(
            SelectChoice(*choice, optgroup=title)
            for title, group in groups
            for choice in label_choices("pn_code", group)
        ),
    ]


def review_problem(
    pn_code: str, band: str, *, over5: bool, over16: bool, over18: bool = False
) -> str:
    """What cannot be true together of a child's age and participation code; "" where nothing contradicts itself."""
    if pn_code == "PN0" and (band != "4-7" or over5):
        return str(
            _(
                "PN0 is for a child under 4 at the review, and an older child is chosen. Change the code or the age."
            )
        )
    return age_problem(band, over5=over5, over16=over16, over18=over18)
