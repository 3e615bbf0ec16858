"""What changed in the questions of a survey between the versions that children answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.response import Response, is_latest_version
from feedback_app.month import Month
from feedback_app.survey.catalogue import Catalogue, UnknownSurvey
from feedback_app.survey.model import BANDS, Question, Survey


@dataclass(frozen=True, slots=True)
class Reworded:
    """Words that children read before and after. `bands`: who reads them, in order."""

    before: str
    after: str
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionChanges:
    """From one version to a later one. `added`, `taken_out`: questions in the words of the oldest who are asked them.

    `options`: (question, answers added, answers taken out), of questions that both versions have.
    """

    before: int
    after: int
    added: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()
    reworded: tuple[Reworded, ...] = ()
    options: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.taken_out or self.reworded or self.options)


@dataclass(frozen=True, slots=True)
class SurveyChanges:
    """One survey in a period. `versions`: those that were answered in it; `steps`: what changed on the way to them.

    A step whose questions are the same is false.
    """

    survey: Survey
    versions: tuple[int, ...]
    steps: tuple[QuestionChanges, ...] = field(default=())


def question_changes(
    session: Session, catalogue: Catalogue, months: Sequence[Month]
) -> tuple[SurveyChanges, ...]:
    """Each survey that was answered in the months, with what differs from what was answered last before them."""
    names = [str(month) for month in months]
    rows = session.execute(
        select(Response.survey, Response.survey_version, Response.month)
        .where(Response.month <= names[-1], is_latest_version())
        .distinct()
    ).all()
    found = []
    for key in sorted({key for key, _version, month in rows if month in names}):
        own = [(month, version) for of, version, month in rows if of == key]
        within = sorted({version for month, version in own if month in names})
        earlier = [one for one in own if one[0] < names[0]]
        before = [max(earlier)[1]] if earlier else []
        try:
            found.append(_changes_of(catalogue, key, before, within))
        except (
            UnknownSurvey
        ):  # answers that were imported may name a version that never was here
            continue
    return tuple(found)


def compare_versions(before: Survey, after: Survey) -> QuestionChanges:
    """What differs in what children of any age are asked."""
    was, now = _questions(before), _questions(after)
    reworded: dict[tuple[str, str], list[str]] = {}
    options: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for (question_id, band), question in now.items():
        old = was.get((question_id, band))
        if old is None:
            continue
        words = [(old.text, question.text)]
        for option in question.options:
            earlier = old.find_option(option.id)
            words += [(earlier.label, option.label)] if earlier else []
        for one, other in words:
            if one != other:
                reworded.setdefault((one, other), []).append(band)
        come, gone = options.setdefault(question_id, ({}, {}))
        come |= dict.fromkeys(_without(question, old))
        gone |= dict.fromkeys(_without(old, question))
    return QuestionChanges(
        before.version,
        after.version,
        tuple(_named(now, {one for one, _band in was})),
        tuple(_named(was, {one for one, _band in now})),
        tuple(
            Reworded(one, other, tuple(band for band in BANDS if band in bands))
            for (one, other), bands in reworded.items()
        ),
        tuple(
            (_words_of(now, question_id), tuple(come), tuple(gone))
            for question_id, (come, gone) in options.items()
            if come or gone
        ),
    )


def _changes_of(
    catalogue: Catalogue, key: str, before: Sequence[int], within: Sequence[int]
) -> SurveyChanges:
    versions = list(dict.fromkeys((*before, *within)))
    surveys = [catalogue.find_survey(key, version) for version in sorted(versions)]
    steps = tuple(compare_versions(one, other) for one, other in pairwise(surveys))
    return SurveyChanges(surveys[-1], tuple(within), steps)


def _questions(survey: Survey) -> dict[tuple[str, str], Question]:
    """(question, band) -> the question as that band reads it, spotlight questions too; in the order they are asked."""
    return {
        (question.id, band): question
        for band in reversed(BANDS)
        for question in (*survey.bands.get(band, ()), *survey.spotlight.get(band, ()))
    }


def _named(
    questions: dict[tuple[str, str], Question], others: set[str]
) -> Iterator[str]:
    """Those that the others lack, each once."""
    for question_id in dict.fromkeys(one for one, _band in questions):
        if question_id not in others:
            yield _words_of(questions, question_id)


def _words_of(questions: dict[tuple[str, str], Question], question_id: str) -> str:
    return next(
        question.text for (one, _band), question in questions.items() if one == question_id
    )  # fmt: skip


def _without(question: Question, other: Question) -> list[str]:
    return [
        option.label for option in question.options if not other.find_option(option.id)
    ]
