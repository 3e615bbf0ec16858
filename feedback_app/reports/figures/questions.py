"""The questions of a survey with all bands laid over each other, so that ages can be counted together. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_app.survey.model import BANDS, Measure, OnAnswer, Question, Survey
from feedback_app.survey.types import type_of


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question with options, as figures show it: in the words of the oldest band that has it.

    `options`: id -> label. `in_bands`: band -> the question as that band sees it. `by_band_only`: ages are not
    counted together, because the bands were asked different things (settled.md). `spotlight`: a month's extra question.
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
        """Whether the bands are shown apart."""
        return any(measure.by_band_only for measure in self.measures)

    def leading_answers(self, bands: Sequence[str]) -> tuple[OnAnswer, ...]:
        """The answers that lead to the question in every one of those bands that asks it."""
        shown = [self.in_bands[band].show for band in bands if band in self.in_bands]
        if not shown:
            return ()
        return tuple(c for c in shown[0] if isinstance(c, OnAnswer) and all(c in other for other in shown))


def asked_questions(surveys: Sequence[Survey]) -> tuple[AskedQuestion, ...]:
    """All questions with options of a survey's versions, in the order they are asked, spotlight last.

    Ids keep their meaning from band to band and from version to version (settled.md, "Figures key on").
    """
    newest_first = sorted(surveys, key=lambda survey: -survey.version)
    order: list[str] = []
    for spotlight in (False, True):
        for survey in newest_first:
            for band in reversed(BANDS):
                _merge(order, survey.spotlight.get(band, ()) if spotlight else survey.bands.get(band, ()))
    return tuple(_laid_over(question_id, newest_first) for question_id in order)


def _merge(order: list[str], questions: Sequence[Question]) -> None:
    """Put questions not yet listed behind the one they follow."""
    place = len(order) if not order or all(q.id not in order for q in questions) else 0
    for question in questions:
        if not type_of(question).has_options:
            continue
        if question.id in order:
            place = order.index(question.id) + 1
        else:
            order.insert(place, question.id)
            place += 1


def _laid_over(question_id: str, newest_first: Sequence[Survey]) -> AskedQuestion:
    found = [
        (band, question)
        for survey in newest_first
        for band in reversed(BANDS)
        if (question := survey.find_question(band, question_id)) is not None
    ]
    first = found[0][1]
    options: dict[str, str] = {}
    in_bands: dict[str, Question] = {}
    for band, question in found:
        in_bands.setdefault(band, question)
        for option in question.options:
            options.setdefault(option.id, option.label)
    measures = next((s.measures for s in newest_first if any(m.question == question_id for m in s.measures)), ())
    return AskedQuestion(
        id=question_id,
        text=first.text,
        several=type_of(first).takes_several,
        options=options,
        in_bands=in_bands,
        measures=tuple(m for m in measures if m.question == question_id),
        spotlight=any(
            question in survey.spotlight.get(band, ()) for survey in newest_first for band, question in found
        ),
    )
