"""The form by which an IRO names whom to ask: the same for an invitation, a verbal answer, and "asked, said no"."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from feedback_app.invitations.issue import Asked, describe_child
from feedback_app.labels import label_choices
from feedback_app.survey.catalogue import Catalogue
from feedback_app.typed_text import reference_key
from feedback_app.web.child_languages import Offer
from feedback_app.web.form_fields import ReferenceField, Visible
from feedback_app.web.review_form import ReviewForm


class AskForm(ReviewForm):
    """Whom to ask, and how the child was chosen."""

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
    reference = ReferenceField(
        _l("Reference"),
        description=_l(
            "A case number by which the council can find the child, not a name. You see it while the link waits."
            " After that it is sealed."
        ),
        validators=[
            Visible(_l("Type a reference by which the council can find the child.")),
            Length(max=60, message=_l("A reference has 60 characters at most.")),
        ],
    )

    again = BooleanField(_l("Ask again all the same"))
    again_for = HiddenField()

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

    @property
    def is_asked_again(self) -> bool:
        """Whether the officer ticked to ask this very child again: the tick is for the reference it was shown with."""
        same = reference_key(self.again_for.data or "") == reference_key(
            self.reference.data or ""
        )
        return bool(self.again.data and same)


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
