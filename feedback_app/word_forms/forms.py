"""The form that chooses a blank form to print. It is sent by GET: nothing is made by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice

from feedback_app.labels import label_choices
from feedback_app.survey.model import Survey
from feedback_app.web.child_languages import ENGLISH, Languages
from feedback_app.web.form_fields import age_problem
from feedback_app.word_forms.files import Blank

NOT_KNOWN = "not_known"


class BlankForm(FlaskForm):  # type: ignore[misc]
    """Which survey, for which age, in which look and language."""

    survey = RadioField(_l("Which survey?"))
    band = RadioField(
        _l("Age"),
        choices=[SelectChoice(*choice) for choice in label_choices("band")],
        default="8-11",
    )
    over16 = BooleanField(_l("If 12\N{EN DASH}17: the young person is 16 or over"))
    over18 = BooleanField(_l("If 16\N{EN DASH}25: the young person is 18 or over"))
    easy = BooleanField(_l("Easy read: short words and a picture with every answer"))
    large = BooleanField(_l("Large print"))
    language = SelectField(_l("Language"), default=ENGLISH)
    mode = RadioField(
        _l("How the review was held"),
        description=_l(
            "Some questions are only for a review on a screen, or only for one in a room. They are left out while it"
            " is not known."
        ),
        choices=[
            SelectChoice(NOT_KNOWN, _l("Not known yet")),
            *(SelectChoice(*choice) for choice in label_choices("mode_title")),
        ],
        default=NOT_KNOWN,
    )

    def __init__(
        self,
        asked: Mapping[str, str],
        surveys: Sequence[Survey],
        languages: Languages,
    ) -> None:
        """`asked`: what an address says, empty for the form as it begins. `surveys`: those that can be chosen."""
        super().__init__(
            formdata=MultiDict(asked) if asked else None, meta={"csrf": False}
        )
        self._surveys = {one.key: one for one in surveys}
        self._languages = languages
        self.survey.choices = [
            SelectChoice(one.key, one.short_title) for one in surveys
        ]
        self.survey.data = self.survey.data or surveys[0].key
        names = {
            offer.code: _("%(language)s (draft)", language=offer.name)
            if offer.draft
            else offer.name
            for one in surveys
            for offer in languages.offers_now(one.key)
        }
        self.language.choices = [SelectChoice(*choice) for choice in names.items()]
        if not any(one.about_review for one in surveys):
            del self.mode
        bands = {band for one in surveys for band in one.bands}
        self.band.choices = [
            SelectChoice(*choice)
            for choice in label_choices("band")
            if choice[0] in bands
        ]
        if "16-25" not in bands:
            del self.over18

    def check_together(self) -> bool:
        """Whether there is such a form; the fields say what does not fit. Call it when each field is in order."""
        survey, band = self._surveys[self.survey.data], self.band.data
        problem = age_problem(
            band,
            over5=False,
            over16=self.over16.data,
            over18=bool(self.over18 and self.over18.data),
        )
        if band not in survey.bands:
            problem = _("That survey is not for this age. Choose another.")
        if problem:
            self.band.errors = [problem]
        offers = self._languages.offers_now(survey.key)
        if all(offer.code != self.language.data for offer in offers):
            self.language.errors = [
                _("That survey is not offered in this language yet. Choose another.")
            ]
        return not self.errors

    @property
    def chosen_blank(self) -> Blank:
        """What was chosen, of a form that holds."""
        survey, band = self._surveys[self.survey.data], self.band.data
        over18 = bool(self.over18 and self.over18.data)
        over16 = band == "16-25" or self.over16.data
        marks = (("16+", over16), ("16-17", over16 and not over18), ("18+", over18))
        known = survey.about_review and self.mode.data != NOT_KNOWN
        return Blank(
            survey.key,
            band,
            self.easy.data,
            self.language.data,
            self.mode.data if known else None,
            frozenset({"over5"} | {name for name, is_set in marks if is_set}),
            self.large.data,
        )
