"""The form that chooses which page to look at. It is sent by GET, so that a preview has an address to pass on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice

from feedback_app.labels import label_choices
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import EASY, Survey
from feedback_app.web.child_languages import ENGLISH, Languages

OF_THE_MONTH, NO_QUESTION = "month", "none"
"""Choices of the spotlight question that name no question."""
USUAL = "usual"


class PreviewForm(FlaskForm):  # type: ignore[misc]
    """Which survey, for whom, in which look and language."""

    survey = RadioField(_l("Which survey?"))
    band = RadioField(
        _l("Age"),
        choices=[SelectChoice(*choice) for choice in label_choices("band")],
        default="8-11",
    )
    over16 = BooleanField(_l("If 12\N{EN DASH}17: 16 or over"))
    over18 = BooleanField(_l("If 16\N{EN DASH}25: 18 or over"))
    look = RadioField(
        _l("Look"),
        choices=[
            SelectChoice(USUAL, _l("The usual one of that age")),
            SelectChoice(EASY, _l("Easy read: short words and pictures")),
        ],
        default=USUAL,
    )
    language = SelectField(_l("Language"), default=ENGLISH)
    mode = RadioField(
        _l("How the meeting was held"),
        choices=[SelectChoice(*choice) for choice in label_choices("mode_title")],
        default="in_person",
    )
    without_iro = BooleanField(_l("This child has no IRO"))
    spotlight = SelectField(_l("Spotlight question"), default=OF_THE_MONTH)

    def __init__(
        self, asked: Mapping[str, str], catalogue: Catalogue, languages: Languages
    ) -> None:
        """`asked`: what an address says, empty for the form as it begins."""
        super().__init__(
            formdata=MultiDict(asked) if asked else None, meta={"csrf": False}
        )
        self._catalogue, self._languages = catalogue, languages
        surveys = catalogue.newest_surveys()
        self.survey.choices = [
            SelectChoice(one.key, one.short_title) for one in surveys
        ]
        self.survey.data = self.survey.data or catalogue.monthly_survey().key
        names = {
            offer.code: offer.name
            for offers in languages.offers.values()
            for offer in offers
        }
        self.language.choices = [SelectChoice(*choice) for choice in names.items()]
        texts = {
            question.id: question.text
            for survey in surveys
            for questions in survey.spotlight.values()
            for question in questions
        }
        self.spotlight.choices = [
            SelectChoice(OF_THE_MONTH, _("The one of this month")),
            SelectChoice(NO_QUESTION, _("None")),
            *(SelectChoice(*choice) for choice in texts.items()),
        ]

    @property
    def chosen_survey(self) -> Survey:
        """The newest version of the survey that was chosen. Raises UnknownSurvey."""
        return self._catalogue.find_survey(self.survey.data)

    @property
    def age_marks(self) -> frozenset[str]:
        """The age marks as survey conditions name them; a box counts in its own band alone."""
        band = self.band.data
        over16 = band == "16-25" or (band == "12-17" and self.over16.data)
        over18 = band == "16-25" and self.over18.data
        marks = (
            ("over5", True),
            ("16+", over16),
            ("16-17", over16 and not over18),
            ("18+", over18),
        )
        return frozenset(name for name, is_set in marks if is_set)

    def check_together(self) -> bool:
        """Whether such a page exists; the fields say what does not fit. Call it when each field is in order."""
        survey, band = self.chosen_survey, self.band.data
        if band not in survey.bands:
            self.band.errors = [_("That survey is not for this age. Choose another.")]
        offers = self._languages.offers_now(survey.key)
        if all(offer.code != self.language.data for offer in offers):
            self.language.errors = [
                _("That survey is not offered in this language yet. Choose another.")
            ]
        asked = {
            question.id
            for question in survey.spotlight.get(band, ())
            if set(question.marks) <= self.age_marks
        }
        if self.spotlight.data not in {OF_THE_MONTH, NO_QUESTION} | asked:
            self.spotlight.errors = [
                _("That survey does not ask this of that age. Choose another.")
            ]
        return not self.errors

    def as_address(self, **changed: str) -> dict[str, Any]:
        """What an address says of this page, with some of it changed."""
        said = {
            name: field.data
            for name, field in self._fields.items()
            if not isinstance(field, BooleanField)
        }
        ticked = {
            name: "y"
            for name, field in self._fields.items()
            if isinstance(field, BooleanField) and field.data
        }
        return said | ticked | changed
