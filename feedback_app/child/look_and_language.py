"""The other ways to read a visit: languages, and easy read. Each is a link that loads the same page anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from feedback_app.responses.read import Visit
from feedback_app.survey.model import EASY, LOOK_OF_BAND
from feedback_app.survey_page.views import Way
from feedback_app.web.child_languages import child_languages

USUAL = "usual"


def apply_choices(
    visit: Visit,
    asked: Mapping[str, str],
    keeps: Callable[[str, str], bool] = lambda _survey, _code: False,
) -> Visit:
    """The visit as it is asked for by `language` and `look`; what is not offered stays as it was, or in English.

    `keeps`: whether a language of a survey that was switched off stays for this child, whose page is in it.
    """
    languages = child_languages()
    wanted = asked.get("language", visit.language)
    language = languages.offered_or_english(wanted, visit.survey)
    if languages.is_switched_off(wanted, visit.survey) and keeps(visit.survey, wanted):
        language = wanted
    look = {EASY: EASY, USUAL: LOOK_OF_BAND[visit.band]}.get(
        asked.get("look", ""), visit.look
    )
    return replace(visit, language=language, look=look)


def looks_of(visit: Visit, ui: Mapping[str, str]) -> tuple[Way, ...]:
    """Easy read, or the way back from it."""
    look = USUAL if visit.look == EASY else EASY
    return (Way(_href(visit.language, look), ui[look]),)


def languages_of(visit: Visit) -> tuple[Way, ...]:
    """Every other language that this survey is offered in, by its own name."""
    look = EASY if visit.look == EASY else USUAL
    return tuple(
        Way(_href(offer.code, look), offer.name, offer.code, offer.direction)
        for offer in child_languages().offers_now(visit.survey)
        if offer.code != visit.language
    )


def _href(language: str, look: str) -> str:
    """Relative, so that the address keeps the link's token where no script took it away."""
    return "?" + urlencode({"language": language, "look": look})
