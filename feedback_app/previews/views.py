"""The page of a preview: built as a child's is, with other hidden fields, and a mark on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.month import Month
from feedback_app.previews.forms import NO_QUESTION, OF_THE_MONTH, USUAL, PreviewForm
from feedback_app.responses.spotlight import chosen_question
from feedback_app.survey.model import EASY, LOOK_OF_BAND, Facts
from feedback_app.survey.path import spotlight_for
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.notices import build_thanks
from feedback_app.survey_page.views import SurveyPage, Thanks, Way
from feedback_app.web.child_languages import child_languages, numbers_in
from feedback_app.web.context import settings
from feedback_app.working_hours import working_day_after


def build_preview(db: Session, form: PreviewForm, month: Month) -> SurveyPage:
    """The page that a child of that kind gets in that month; nothing typed on it is kept in the browser either."""
    found = child_languages().catalogue_in(form.language.data)
    survey = found.find_survey(form.chosen_survey.key, form.chosen_survey.version)
    band, look = form.band.data, _look_of(form)
    page = build_page(
        found,
        survey,
        band,
        look,
        _spotlight_of(db, form, month),
        Facts(form.mode.data if survey.about_review else None, form.age_marks),
        numbers_in(found),
        has_iro=not form.without_iro.data,
        looks=_other_looks(form, found.words.short_words(band)),
        languages=_other_languages(form),
    )
    return replace(
        page, title=_("Preview: %(page)s", page=page.title), keep_draft=False
    )


def build_preview_thanks(form: PreviewForm, today: date) -> Thanks:
    """What such a child reads after Send, who sends it today and asks for no talk."""
    found = child_languages().catalogue_in(form.language.data)
    return build_thanks(
        found,
        numbers_in(found),
        band=form.band.data,
        look=_look_of(form),
        read_by=working_day_after(today, settings().ordinary_working_days),
        talk=False,
        leads_on=False,
    )


def _look_of(form: PreviewForm) -> str:
    return EASY if form.look.data == EASY else LOOK_OF_BAND[form.band.data]


def _spotlight_of(db: Session, form: PreviewForm, month: Month) -> str | None:
    """The question that was asked for; that of the month is found as for a child's own link."""
    chosen: str = form.spotlight.data
    if chosen == NO_QUESTION:
        return None
    survey = form.chosen_survey
    if chosen == OF_THE_MONTH:
        of_month = chosen_question(db, survey, month)
        return spotlight_for(
            survey, form.band.data, form.age_marks, month.year, month.month, of_month
        )
    return chosen


def _other_looks(form: PreviewForm, ui: Mapping[str, str]) -> tuple[Way, ...]:
    look = USUAL if form.look.data == EASY else EASY
    return (Way(_address(form, look=look), ui[look]),)


def _other_languages(form: PreviewForm) -> tuple[Way, ...]:
    return tuple(
        Way(
            _address(form, language=offer.code),
            offer.name,
            offer.code,
            offer.direction,
        )
        for offer in child_languages().offers_now(form.chosen_survey.key)
        if offer.code != form.language.data
    )


def _address(form: PreviewForm, **changed: str) -> str:
    """Relative: the other page stands at the same place."""
    return "?" + urlencode(form.as_address(**changed))
