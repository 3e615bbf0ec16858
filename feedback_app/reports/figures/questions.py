"""A survey's questions with all bands put together, so that the answers of all ages can be counted together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from feedback_app.survey.model import BANDS, Measure, OnAnswer, Question, Survey
from feedback_app.survey.types import type_of


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question with options, as figures show it: in the words of the oldest band that has it.

    `several`: more than one option can be chosen. `options`: id -> label. `in_bands`: band -> the question as that band
    sees it. `spotlight`: it is one of the extra questions of a month.
    """

    id: str
    text: str
    several: bool
    options: Mapping[str, str]
    in_bands: Mapping[str, Question]
    measures: tuple[Measure, ...]
    spotlight: bool = False

    @property
    def by_band_only(self) -> bool:
        """Whether the bands were asked different things, so that ages are not counted together (rule R2)."""
        return any(measure.by_band_only for measure in self.measures)

    def offered_options(self, bands: Sequence[str]) -> list[str]:
        """Ids of the options that children of these bands can choose, in the question's order."""
        offered: set[str] = set()
        for band in bands:
            if band in self.in_bands:
                offered |= {option.id for option in self.in_bands[band].options}
        return [option for option in self.options if option in offered]

    def option_label(self, option: str, band: str | None = None) -> str:
        """An option as that band reads it; as the oldest band that has it, where the band is not told or has it not."""
        asked = self.in_bands.get(band or "")
        own = asked.find_option(option) if asked else None
        return own.label if own else self.options[option]

    def offers_several(self, bands: Sequence[str]) -> bool:
        """Whether a child of any of these bands can choose more than one option."""
        return any(
            type_of(self.in_bands[band]).takes_several
            for band in bands
            if band in self.in_bands
        )

    def poolable_measures(self, bands: Sequence[str]) -> list[Measure]:
        """The measures that can be taken of these bands together."""
        return [
            measure for measure in self.measures if self._counts_alike(measure, bands)
        ]

    def leading_answers(self, bands: Sequence[str]) -> tuple[OnAnswer, ...]:
        """The answers that lead to the question in every one of these bands that asks it."""
        conditions = [
            self.in_bands[band].show for band in bands if band in self.in_bands
        ]
        if not conditions:
            return ()
        on_answers = [
            condition for condition in conditions[0] if isinstance(condition, OnAnswer)
        ]
        return tuple(
            condition
            for condition in on_answers
            if all(condition in other for other in conditions)
        )

    def _counts_alike(self, measure: Measure, bands: Sequence[str]) -> bool:
        """Whether each option counts for the measure in all of the bands that offer it, or in none of them."""
        counting_anywhere = {
            option for counting in measure.counts.values() for option in counting
        }
        for band in bands:
            if band not in measure.counts:
                continue
            for option in counting_anywhere:
                if (
                    self.in_bands[band].find_option(option)
                    and option not in measure.counts[band]
                ):
                    return False
        return True


def asked_questions(surveys: Sequence[Survey]) -> tuple[AskedQuestion, ...]:
    """All questions with options of a survey's versions, in the order they are asked, spotlight last.

    Ids keep their meaning from band to band and from version to version (rule R2).
    """
    newest_first = sorted(surveys, key=lambda survey: -survey.version)
    order: list[str] = []
    for spotlight in (False, True):
        for survey in newest_first:
            for band in reversed(BANDS):
                _insert_in_order(
                    order,
                    survey.spotlight.get(band, ())
                    if spotlight
                    else survey.bands.get(band, ()),
                )
    sheets = [
        _BandQuestions.of_band(survey, band)
        for survey in newest_first
        for band in reversed(BANDS)
    ]
    return tuple(_combine_bands(question_id, sheets) for question_id in order)


@dataclass(frozen=True, slots=True)
class _BandQuestions:
    """What one band is asked in one version: id -> question. `spotlight`: ids of those that are asked in a month."""

    survey: Survey
    band: str
    questions: Mapping[str, Question]
    spotlight: Collection[str]

    @classmethod
    def of_band(cls, survey: Survey, band: str) -> _BandQuestions:
        of_month = {each.id: each for each in survey.spotlight.get(band, ())}
        always = {each.id: each for each in survey.bands.get(band, ())}
        return cls(survey, band, of_month | always, of_month.keys() - always.keys())


def _insert_in_order(order: list[str], questions: Sequence[Question]) -> None:
    """Insert the ids that are not in `order` yet, each behind the question that it follows in its band."""
    shares_none = all(question.id not in order for question in questions)
    place = len(order) if shares_none else 0
    for question in questions:
        if not type_of(question).has_options:
            continue
        if question.id in order:
            place = order.index(question.id) + 1
        else:
            order.insert(place, question.id)
            place += 1


def _combine_bands(question_id: str, sheets: Sequence[_BandQuestions]) -> AskedQuestion:
    """One question of all versions and bands: the newest version's words for the oldest band go before all others.

    `sheets`: newest version first, oldest band first within it.
    """
    options: dict[str, str] = {}
    in_bands: dict[str, Question] = {}
    asking = [sheet for sheet in sheets if question_id in sheet.questions]
    for sheet in asking:
        question = sheet.questions[question_id]
        in_bands.setdefault(sheet.band, question)
        for option in question.options:
            options.setdefault(option.id, option.label)
    preferred = asking[0].questions[question_id]
    return AskedQuestion(
        id=question_id,
        text=preferred.text,
        several=type_of(preferred).takes_several,
        options=options,
        in_bands=in_bands,
        measures=_newest_measures(question_id, sheets),
        spotlight=any(question_id in sheet.spotlight for sheet in asking),
    )


def _newest_measures(
    question_id: str, sheets: Sequence[_BandQuestions]
) -> tuple[Measure, ...]:
    """The question's measures in the newest version that has any."""
    for sheet in sheets:
        measures = tuple(
            each for each in sheet.survey.measures if each.question == question_id
        )
        if measures:
            return measures
    return ()
