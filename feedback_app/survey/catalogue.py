"""All surveys and fixed texts as one frozen object, shared by every visit; `survey.files.load` reads it at start."""

from __future__ import annotations

from dataclasses import dataclass, field

from feedback_app.survey.clips import Clip
from feedback_app.survey.model import HandedOutBy, Survey
from feedback_app.survey.pictures import Pictures
from feedback_app.survey.words import Words


class UnknownSurvey(LookupError):
    """No such survey, or no such version of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Every version of every survey, by key and then by version, the words around them, the pictures of easy read.

    All in one `language` (its code), written in `direction` ("ltr" or "rtl"); a `draft` has nobody's approval yet.
    `clips` are the recordings of all languages.
    """

    surveys: tuple[Survey, ...]
    words: Words
    pictures: Pictures = field(default_factory=Pictures)
    language: str = "en"
    direction: str = "ltr"
    draft: bool = False
    clips: tuple[Clip, ...] = ()

    def find_survey(self, key: str, version: int | None = None) -> Survey:
        """That version, or the newest. Raises UnknownSurvey."""
        found = [
            s for s in self.surveys if s.key == key and version in (None, s.version)
        ]
        if not found:
            raise UnknownSurvey(key if version is None else f"{key} {version}")
        return found[-1]

    def newest_surveys(self, handed_out_by: HandedOutBy | None = None) -> list[Survey]:
        """The newest version of each survey, by key; only those that this role hands out where one is named."""
        newest = {survey.key: survey for survey in self.surveys}
        return [
            survey
            for survey in newest.values()
            if handed_out_by in (None, survey.handed_out_by)
        ]

    def monthly_survey(self) -> Survey:
        """The newest version of the survey that counts for the monthly target. Raises UnknownSurvey."""
        return self.monthly_versions()[-1]

    def monthly_versions(self) -> list[Survey]:
        """All versions of the survey that counts for the monthly target, oldest first. Raises UnknownSurvey."""
        versions = [survey for survey in self.surveys if survey.monthly_target]
        if not versions:
            raise UnknownSurvey("no survey has `monthly_target: true`")
        return versions
