"""Every page of questions that a child can meet: survey, band, look and language, from one list that grows by itself.

A test that walks them takes `params()`: all of them in `make test-all`, a few that stand for the others in `make test`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from babel import Locale

from bench.support import quick
from bench.support.world import World
from feedback_app.child.look_and_language import USUAL
from feedback_app.survey.checks.bands import MARKS_OF_BAND
from feedback_app.survey.model import EASY, LOOK_OF_BAND
from feedback_app.survey.translate import EVERY_SURVEY
from feedback_app.web.child_languages import Languages, read_translations
from feedback_app.web.gettext import FOLDER

CHOSEN_LOOKS = (EASY,)
"""Looks that are chosen by need at any age, beside each band's own."""


@cache
def _languages() -> Languages:
    return Languages(quick.surveys(), read_translations(FOLDER), drafts=True)


def languages(survey: str = EVERY_SURVEY) -> list[str]:
    """The languages that a child can choose for a survey where drafts are offered, as in the demo and in tests."""
    return [offer.code for offer in _languages().offers[survey]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One page of questions. As words: `safeguarding 8-11 middle en`."""

    survey: str
    band: str
    look: str
    language: str

    def __str__(self) -> str:
        return f"{self.survey} {self.band} {self.look} {self.language}"

    @property
    def own(self) -> bool:
        """Whether it is what a link opens with, before anything is chosen."""
        return self.look == LOOK_OF_BAND[self.band] and self.language == "en"

    @property
    def query(self) -> str:
        """What is put behind a link to choose it."""
        look = EASY if self.look == EASY else USUAL
        return (
            ""
            if self.own
            else "?" + urlencode({"language": self.language, "look": look})
        )

    @property
    def is_mirrored(self) -> bool:
        """Whether it is read from right to left."""
        return bool(Locale.parse(self.language).text_direction == "rtl")

    @property
    def most_bytes(self) -> int:
        """What it may weigh, cold (docs/decisions/0021)."""
        if self.survey == "u-matter" or self.look == EASY:
            return 40_000
        return 25_000 if self.language == "en" else 27_000

    def facts(self) -> dict[str, Any]:
        """The facts of an invitation that is asked the most questions."""
        marks = MARKS_OF_BAND[self.band]
        return {"mode": "blended", "over16": "16+" in marks, "over18": False}

    def address(self, world: World, **more: Any) -> str:
        """The path of a new link to it."""
        invitation = world.invitation(
            band=self.band, survey=self.survey, **(self.facts() | more)
        )
        return f"/r/{world.token(invitation)}{self.query}"


def every() -> Iterator[Kind]:
    """All of them."""
    for survey in quick.surveys().surveys:
        for band in survey.bands:
            for look in (LOOK_OF_BAND[band], *CHOSEN_LOOKS):
                for language in languages(survey.key):
                    yield Kind(survey.key, band, look, language)


def usual() -> list[Kind]:
    """Every survey and band as its link opens."""
    return [kind for kind in every() if kind.own]


def few() -> list[Kind]:
    """Some that stand for the others: each survey, each look, and one language of each direction of writing."""
    chosen: list[Kind] = []
    met: set[str] = set()
    for kind in every():
        parts = {kind.survey, kind.look, Locale.parse(kind.language).text_direction}
        if not parts <= met:
            chosen.append(kind)
            met |= parts
    return chosen


def fewest() -> list[Kind]:
    """Three for `make test`: one of each survey, one of them in easy read, one in a language from right to left."""
    known = list(every())
    return [
        next(
            kind
            for kind in known
            if (kind.survey, kind.band) == ("rate-my-review", "8-11")
        ),
        next(
            kind for kind in known if kind.survey == "safeguarding" and kind.is_mirrored
        ),
        next(kind for kind in known if kind.survey == "u-matter" and kind.look == EASY),
    ]


def spread() -> list[Kind]:
    """For `make test-all`: all in English, and each other language of a survey in every look, the ages taking turns."""
    chosen = [kind for kind in every() if kind.language == "en"]
    for survey in quick.surveys().surveys:
        bands = list(survey.bands)
        for turn, language in enumerate(languages(survey.key)):
            if language == "en":
                continue
            for later, look in enumerate((USUAL, EASY)):
                band = bands[(turn + later) % len(bands)]
                shown = EASY if look == EASY else LOOK_OF_BAND[band]
                chosen.append(Kind(survey.key, band, shown, language))
    return chosen


def looks() -> list[Kind]:
    """One of each look, as a link opens it or in English."""
    found: dict[str, Kind] = {}
    for kind in every():
        if kind.language == "en":
            found.setdefault(kind.look, kind)
    return list(found.values())
