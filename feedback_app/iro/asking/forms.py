"""The form by which an IRO names whom to ask: the same for an invitation, a verbal answer, and "asked, said no"."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from feedback_app.invitations.issue import Asked, describe_child
from feedback_app.labels import label_choices
from feedback_app.models.invitation import DID_NOT, TOOK_PART
from feedback_app.survey.catalogue import Catalogue
from feedback_app.web.child_languages import Offer


class AskForm(FlaskForm):  # type: ignore[misc]
    """Whom to ask, and how the child was chosen. Choices are kept apart from what they count as (rule M4)."""

    pn_code = SelectField(
        _l("How did the child take part in the review?"),
        choices=[
            SelectChoice("", _l("Choose")),
            *(
                SelectChoice(*choice, optgroup=_l("Took part"))
                for choice in label_choices("pn_code", TOOK_PART)
            ),
            *(
                SelectChoice(*choice, optgroup=_l("Did not take part"))
                for choice in label_choices("pn_code", DID_NOT)
            ),
            *(
                SelectChoice(*choice, optgroup=_l("Not counted"))
                for choice in label_choices("pn_code", ("PN0",))
            ),
        ],
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
    language = SelectField(
        _l("Language"),
        description=_l("The child can change language and look on the page, too."),
        default="en",
    )
    how_chosen = SelectField(
        _l("How was this child chosen?"),
        choices=[
            SelectChoice("", _l("Choose")),
            *(SelectChoice(*choice) for choice in label_choices("how_i_chose")),
        ],
        validators=[InputRequired(_l("Choose how this child was chosen."))],
    )
    reference = StringField(
        _l("Reference"),
        description=_l(
            "A case number by which the council can find the child, not a name. You see it while the link waits."
            " After that it is sealed."
        ),
        validators=[
            InputRequired(
                _l("Type a reference by which the council can find the child.")
            ),
            Length(max=60, message=_l("A reference has 60 characters at most.")),
        ],
    )

    def __init__(self, offers: Sequence[Offer]) -> None:
        """`offers`: the languages that a child can be asked in."""
        super().__init__()
        self.language.choices = [
            SelectChoice(
                offer.code,
                _("%(language)s (draft)", language=offer.name)
                if offer.draft
                else offer.name,
            )
            for offer in offers
        ]


def invitation_facts(form: AskForm, catalogue: Catalogue, person_id: str) -> Asked:
    """The facts of an invitation from a form that holds."""
    child = describe_child(
        form.band.data,
        easy=form.easy.data,
        over5=form.over5.data,
        over16=form.over16.data,
    )
    return Asked.for_survey(
        catalogue.monthly_survey(),
        **child,
        language=form.language.data,
        reference=form.reference.data or "",
        how_chosen=form.how_chosen.data,
        pn_code=form.pn_code.data,
        mode=form.mode.data,
        iro_id=person_id,
        issuer_id=person_id,
    )
