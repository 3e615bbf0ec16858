"""The languages that a child may be asked in: one `surveys.po` each under `translations/`, read at start (rule Q5).

A string marked fuzzy is a draft: no person has approved it. A survey is offered in a language only when all it needs
is translated, and outside the demo only when all of that is approved, and while nobody switched it off. Nothing is half
in one language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, request

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.po import read_entries
from feedback_app.survey.translate import (
    EVERY_SURVEY,
    Line,
    translatable_lines,
    translate_catalogue,
)
from feedback_app.web.app_part import AppPart
from feedback_app.web.context import instance, settings
from feedback_app.web.gettext import FOLDER

ENGLISH = "en"
DOMAIN = "surveys"
NAME = Line("all 8-11 button this_language", "English")
"""Where a translator writes the language's own name for itself."""


@dataclass(frozen=True, slots=True)
class Translation:
    """What one `.po` file says: line -> words, and which of them are drafts."""

    code: str
    direction: str
    said: Mapping[Line, str]
    drafts: frozenset[Line]

    @property
    def name(self) -> str:
        """The language's own name for itself."""
        return self.said.get(NAME) or self.code


@dataclass(frozen=True, slots=True)
class TranslationProgress:
    """How far the translation of one survey is: lines it needs, how many are translated, how many approved."""

    needed: int
    translated: int
    approved: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing would be left in English."""
        return self.translated == self.needed

    @property
    def is_draft(self) -> bool:
        """Whether some words have nobody's approval."""
        return self.approved < self.needed


@dataclass(frozen=True, slots=True)
class Offer:
    """A language that a child can choose for a survey, by its own name."""

    code: str
    name: str
    direction: str
    draft: bool = False


class Languages:
    """All translations beside the English catalogue, and which survey can be offered in which of them (`offers`).

    The page of settings can switch one of them off for a survey: `offers_now` is what a child is offered.
    """

    def __init__(
        self,
        english: Catalogue,
        translations: Mapping[str, Translation],
        *,
        drafts: bool,
        switched_off: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """`drafts`: whether a complete draft is offered too, as the demo does.

        `switched_off`: which are not offered now, each as "survey code".
        """
        self._switched_off = switched_off
        self._spoken = {ENGLISH: english}
        surveys = (
            EVERY_SURVEY,
            *dict.fromkeys(survey.key for survey in english.surveys),
        )
        asked = translatable_lines(english)
        needed = {
            key: frozenset(line for line in asked if line.survey in (key, EVERY_SURVEY))
            for key in surveys
        }
        self.standing = {
            (key, code): _standing(needed[key], found)
            for key in surveys
            for code, found in translations.items()
        }
        itself = Offer(ENGLISH, NAME.english, "ltr")
        self.offers = {
            key: (itself, *self._offers(key, translations, drafts=drafts))
            for key in surveys
        }
        kept = {offer.code for offers in self.offers.values() for offer in offers}
        self._translations = {
            code: found for code, found in translations.items() if code in kept
        }

    def _offers(
        self, survey: str, translations: Mapping[str, Translation], *, drafts: bool
    ) -> tuple[Offer, ...]:
        return tuple(
            Offer(code, found.name, found.direction, standing.is_draft)
            for code, found in translations.items()
            if (standing := self.standing[survey, code]).is_complete
            and (drafts or not standing.is_draft)
        )

    def offers_now(self, survey: str) -> tuple[Offer, ...]:
        """What is offered to a child who opens that survey now: without the languages that were switched off."""
        off = self._switched_off()
        return tuple(
            offer
            for offer in self.offers.get(survey, ())
            if f"{survey} {offer.code}" not in off
        )

    def offered_or_english(self, code: str, survey: str = EVERY_SURVEY) -> str:
        """The language itself where that survey is offered in it now, else English."""
        return (
            code
            if any(offer.code == code for offer in self.offers_now(survey))
            else ENGLISH
        )

    def is_switched_off(self, code: str, survey: str) -> bool:
        """Whether that survey could be offered in it, and somebody switched it off."""
        return self.offered_or_english(code, survey) != code and any(
            offer.code == code for offer in self.offers.get(survey, ())
        )

    def catalogue_in(self, code: str) -> Catalogue:
        """All surveys and texts in that language, spoken once, on first use; in English where it is not offered."""
        if code not in self._spoken:
            found = self._translations.get(code)
            if (
                found is None
            ):  # a page that was loaded before its language went is still answered
                return self._spoken[ENGLISH]
            self._spoken[code] = translate_catalogue(
                self._spoken[ENGLISH],
                lambda context, english: (
                    found.said.get(Line(context, english)) or english
                ),
                language=code,
                direction=found.direction,
                draft=any(
                    offer.draft
                    for offers in self.offers.values()
                    for offer in offers
                    if offer.code == code
                ),
            )
        return self._spoken[code]


LANGUAGES: AppPart[Languages] = AppPart("child_languages")


def child_languages() -> Languages:
    """The languages of this application."""
    return LANGUAGES.get()


def numbers_in(found: Catalogue) -> dict[str, str]:
    """What fills the braces. The page that Leave leads to is named in English: other languages say its address."""
    numbers = settings().braces
    return (
        numbers
        if found.language == ENGLISH
        else numbers | {"leave_page": numbers["leave_host"]}
    )


def preferred_language() -> str:
    """The language that the browser asks for, where we have it: for pages on which nobody is known."""
    offers = child_languages().offers[EVERY_SURVEY]
    if len(offers) == 1:
        return ENGLISH
    known = {offer.code.casefold(): offer.code for offer in offers}
    for wanted, quality in request.accept_languages:  # the most wanted first
        tag = wanted.casefold()
        for code in (tag, tag.partition("-")[0]):  # with its region, and without
            if quality > 0 and code in known:
                return known[code]
    return ENGLISH


def read_translations(folder: Path) -> dict[str, Translation]:
    """Every `<code>/LC_MESSAGES/surveys.po`, by code."""
    return {
        path.parts[-3]: _read(path)
        for path in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    }


def _read(path: Path) -> Translation:
    said: dict[Line, str] = {}
    drafts: set[Line] = set()
    with path.open(encoding="utf-8") as file:
        for entry in read_entries(file):
            if entry.context and entry.words:
                line = Line(entry.context, entry.english)
                said[line] = entry.words
                if entry.fuzzy:
                    drafts.add(line)
    return Translation(
        path.parts[-3], _direction(said.get(NAME, "")), said, frozenset(drafts)
    )


def _direction(name: str) -> str:
    """As the language's own name is written. Babel knows it too, for 1.5 MB of a worker's memory for each language."""
    strong = (unicodedata.bidirectional(letter) for letter in name)
    return (
        "rtl"
        if next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"
        else "ltr"
    )


def _standing(needed: frozenset[Line], found: Translation) -> TranslationProgress:
    translated = needed & found.said.keys()
    return TranslationProgress(
        len(needed), len(translated), len(translated - found.drafts)
    )


@lru_cache(maxsize=2)
def _beside(english: Catalogue, drafts: bool) -> Languages:
    """Made once for all applications of a process that share their surveys."""
    return Languages(
        english,
        read_translations(FOLDER),
        drafts=drafts,
        switched_off=lambda: settings().languages_off,
    )


def init_app(app: Flask) -> None:
    """Read the translations beside the application's surveys."""
    parts = instance(app)
    LANGUAGES.set(app, _beside(parts.catalogue, parts.settings.draft_languages))
