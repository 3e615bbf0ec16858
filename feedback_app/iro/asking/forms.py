"""The forms by which an IRO names whom to ask: the same for an invitation, a verbal answer, "asked, and no answer".

The short one is for a child of one half of the target, with what was chosen last time; the long one has every field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from feedback_app.invitations.issue import Asked, describe_child
from feedback_app.invitations.own_reviews import OwnReview
from feedback_app.iro.asking.remembered import Remembered, last_habits
from feedback_app.labels import LABELS, label, label_choices
from feedback_app.models.invitation import DRAWN
from feedback_app.survey.catalogue import Catalogue
from feedback_app.typed_text import reference_key
from feedback_app.web.child_languages import Offer
from feedback_app.web.form_fields import ReferenceField, Visible
from feedback_app.web.review_form import ReviewForm

AGES = {
    "4-5": ("4-7", None),
    "6-7": ("4-7", "over5"),
    "8-11": ("8-11", None),
    "12-15": ("12-17", None),
    "16-17": ("12-17", "over16"),
}
"""Age in the short form -> band and age mark: one tap says both."""


def _reference_field(hint: LazyString) -> ReferenceField:
    return ReferenceField(
        _l("Reference"),
        description=hint,
        validators=[
            Visible(_l("Type a reference by which the council can find the child.")),
            Length(max=60, message=_l("A reference has 60 characters at most.")),
        ],
    )


class AskForm(ReviewForm):
    """Whom to ask, and how the child was chosen: every field there is."""

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
    reference = _reference_field(
        _l(
            "A case number by which the council can find the child, not a name. You see it until the child has"
            " answered. After that it is sealed."
        )
    )

    spoke_before = BooleanField(_l("I spoke with the child before the review"))
    letter_sent = BooleanField(_l("Letter sent"))
    again = BooleanField(_l("Ask again all the same"))
    again_for = HiddenField()
    draw = HiddenField()
    review = HiddenField()

    def __init__(self, offers: Sequence[Offer], **chosen: Any) -> None:
        """`offers`: the languages that a child can be asked in. `chosen`: what stands in a field before it is sent."""
        super().__init__(**chosen)
        self.language.choices = [
            SelectChoice(
                offer.code,
                _("%(language)s (draft)", language=offer.name)
                if offer.draft
                else offer.name,
            )
            for offer in offers
        ]

    def fill_from_review(self, review: OwnReview) -> None:
        """Fill in what the case system says of a review; all of it can still be changed."""
        self.review.data, self.reference.data = review.id, review.reference or ""
        if review.pn_code:
            self.pn_code.data = review.pn_code
        if review.mode:
            self.mode.data = review.mode
        self.spoke_before.data = review.talk_before is not None
        self._fill_age(review.band)

    def _fill_age(self, band: str | None) -> None:
        known = [choice.value for choice in self.band.choices]
        self.band.data = band if band in known else None

    def offer_drawn(self) -> None:
        """Offer "drawn by the app": only for a child whom the app drew."""
        self.how_chosen.choices.append(SelectChoice(DRAWN, label("how_chosen", DRAWN)))

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

    @property
    def child_facts(self) -> dict[str, Any]:
        """Band, look and age marks of a form that holds."""
        return describe_child(
            self.band.data,
            easy=self.easy.data,
            over5=self.over5.data,
            over16=self.over16.data,
        )


class ShortForm(AskForm):
    """For a child of one half: how they took part and the age are a tap each, and what is remembered stands chosen."""

    part = HiddenField()
    pn_code = RadioField(
        _l("How did they take part?"),
        validators=[InputRequired(_l("Choose how the child took part in the review."))],
    )
    age = RadioField(
        _l("Age"),
        choices=[SelectChoice(*choice) for choice in label_choices("age", AGES)],
        validators=[InputRequired(_l("Choose the age of the child."))],
    )
    # After the two above, so that what is wrong is told in the order of the page.
    reference = _reference_field(
        _l("A case number, no name: so that the council can find the child.")
    )

    def __init__(
        self,
        offers: Sequence[Offer],
        part: str,
        codes: Sequence[str],
        remembered: Remembered,
    ) -> None:
        """`part`: the half, a key of remembered.PARTS; `codes`: those of it."""
        super().__init__(
            offers,
            part=part,
            pn_code=remembered.pn_code,
            mode=remembered.mode,
            how_chosen=remembered.how_chosen,
        )
        self.pn_code.choices = [
            SelectChoice(*choice) for choice in label_choices("pn_short", codes)
        ]
        del self.band, self.over5, self.over16

    def check_together(self) -> bool:
        """Nothing can contradict itself here: a half has no code for children under four, and an age its one mark."""
        return True

    def _fill_age(self, band: str | None) -> None:
        """Only a band that is one age here says which tap it is: 4-7 and 12-17 are two ages each."""
        self.age.data = band if band in AGES else None

    @property
    def words_of_line(self) -> dict[str, dict[str, str]]:
        """Field -> words of each of its choices, for the line that says what is remembered."""
        return {
            "mode": _in_words("mode_short"),
            "how_chosen": _in_words("how_i_chose_short")
            | {DRAWN: label("how_chosen", DRAWN)},
        }

    @property
    def child_facts(self) -> dict[str, Any]:
        """Band, look and age marks of a form that holds."""
        band, mark = AGES[self.age.data]
        return describe_child(
            band,
            easy=self.easy.data,
            over5=mark == "over5",
            over16=mark == "over16",
        )


def _in_words(kind: str) -> dict[str, str]:
    return {value: str(words) for value, words in LABELS[kind].items()}


def fill_in_last_choices(
    session: Session, person_id: str, survey: str, form: AskForm
) -> None:
    """Fill in how the review was held and how the child was chosen, as this officer noted them the last time."""
    form.mode.data, form.how_chosen.data = last_habits(session, person_id, survey)


def invitation_facts(
    form: AskForm, catalogue: Catalogue, person_id: str, draws_unused: int | None
) -> Asked:
    """The facts of an invitation from a form that holds. `draws_unused`: of a child who was drawn, else None."""
    return Asked.for_survey(
        catalogue.monthly_survey(),
        **form.child_facts,
        language=form.language.data,
        reference=form.reference.data or "",
        how_chosen=form.how_chosen.data,
        pn_code=form.pn_code.data,
        mode=form.mode.data,
        spoke_before=form.spoke_before.data,
        letter_sent=form.letter_sent.data,
        iro_id=person_id,
        issuer_id=person_id,
        draws_unused=draws_unused,
    )
