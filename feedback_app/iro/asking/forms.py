"""The form by which an IRO names a child: the same for an invitation, a verbal answer, and "asked, and no answer"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from feedback_app.invitations.issue import Asked, describe_child
from feedback_app.labels import LABELS, label, label_choices
from feedback_app.models.invitation import DRAWN, Invitation
from feedback_app.models.scope import invitations_for
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
            "A case number by which the council can find the child, not a name. You see it until the child has"
            " answered. After that it is sealed."
        ),
        validators=[
            Visible(_l("Type a reference by which the council can find the child.")),
            Length(max=60, message=_l("A reference has 60 characters at most.")),
        ],
    )

    again = BooleanField(_l("Ask again all the same"))
    again_for = HiddenField()
    draw = HiddenField()

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

    def offer_drawn(self) -> None:
        """Offer "drawn by the app", chosen where nothing was sent: only for a child whom the app drew."""
        self.how_chosen.choices.append(SelectChoice(DRAWN, label("how_chosen", DRAWN)))
        if self.how_chosen.data is None:
            self.how_chosen.data = DRAWN

    def refuse_drawn(self) -> None:
        """Say that this child was not drawn, or was asked since."""
        self.how_chosen.errors = [
            _("The app did not draw this child. Choose how the child was chosen.")
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form holds; "drawn by the app" does without a draw in no case."""
        holds: bool = super().validate(extra_validators)
        if self.how_chosen.errors and self.how_chosen.data == DRAWN:
            self.refuse_drawn()
        return holds

    @property
    def is_asked_again(self) -> bool:
        """Whether the officer ticked to ask this very child again: the tick is for the reference it was shown with."""
        same = reference_key(self.again_for.data or "") == reference_key(
            self.reference.data or ""
        )
        return bool(self.again.data and same)


def fill_in_last_choices(session: Session, person_id: str, form: AskForm) -> None:
    """Fill in how the review was held and how the child was chosen, as this officer noted them the last time."""
    last = session.scalar(
        invitations_for(person_id)
        .where(Invitation.mode.is_not(None))
        .order_by(Invitation.issued_at.desc(), Invitation.id)
        .limit(1)
    )
    form.mode.data = (last and last.mode) or "in_person"
    chosen = last.how_chosen if last else ""
    form.how_chosen.data = chosen if chosen in LABELS["how_i_chose"] else "next_due"


def invitation_facts(
    form: AskForm, catalogue: Catalogue, person_id: str, draws_unused: int | None
) -> Asked:
    """The facts of an invitation from a form that holds. `draws_unused`: of a child who was drawn, else None."""
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
        draws_unused=draws_unused,
    )
