"""Which extra question children get in the months to come: in turn, or chosen by the manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.action import SpotlightChoice
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.survey.model import Question, Survey
from feedback_app.survey.path import spotlight_for

MONTHS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Who:
    """Children who are asked alike: a band, and the age mark ("" for those without it)."""

    band: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month's question. `chosen` is None where they take turns; `asked`: who -> the question they get.

    `settled`: the month has begun, and what its children are asked stays.
    """

    month: Month
    chosen: str | None
    chosen_by: str | None
    settled: bool
    asked: tuple[tuple[Who, Question], ...]

    @property
    def grouped_questions(self) -> tuple[tuple[Question, tuple[Who, ...]], ...]:
        """The questions of the month, in the oldest's words, each with those who get it."""
        ids = dict.fromkeys(question.id for _who, question in self.asked)
        return tuple(
            (
                next(q for _who, q in reversed(self.asked) if q.id == one),
                tuple(who for who, q in self.asked if q.id == one),
            )
            for one in ids
        )


@dataclass(frozen=True, slots=True)
class Spotlight:
    """A question that can be chosen: the bands that it fits, those with the same words together, youngest first."""

    id: str
    words: tuple[tuple[tuple[str, ...], Question], ...]


def coming_months(session: Session, survey: Survey, present: Month) -> list[MonthRow]:
    """This month, and the twelve to come."""
    wanted = [present.add_months(ahead) for ahead in range(MONTHS_AHEAD + 1)]
    kept = session.execute(
        select(SpotlightChoice.month, SpotlightChoice.question, Person.name)
        .join(Person, Person.id == SpotlightChoice.chosen_by_id)
        .where(
            SpotlightChoice.survey == survey.key,
            SpotlightChoice.month.in_([str(month) for month in wanted]),
        )
    )
    chosen = {month: (question, name) for month, question, name in kept}
    return [
        _row(
            survey,
            month,
            *chosen.get(str(month), (None, None)),
            settled=month <= present,
        )
        for month in wanted
    ]


def spotlight_questions(survey: Survey) -> list[Spotlight]:
    """All that can be chosen, in their order: the oldest's first."""
    questions: dict[str, dict[str, Question]] = {}
    for band in reversed(survey.spotlight):
        for question in survey.spotlight[band]:
            questions.setdefault(question.id, {})[band] = question
    return [Spotlight(id_, _group_bands(by_band)) for id_, by_band in questions.items()]


def _group_bands(
    by_band: Mapping[str, Question],
) -> tuple[tuple[tuple[str, ...], Question], ...]:
    """The bands that read a question in the same words, youngest first, each group with the question."""
    groups: list[tuple[list[str], Question]] = []
    for band, question in reversed(list(by_band.items())):
        if groups and groups[-1][1].text == question.text:
            groups[-1][0].append(band)
        else:
            groups.append(([band], question))
    return tuple((tuple(bands), question) for bands, question in groups)


def _row(
    survey: Survey, month: Month, chosen: str | None, by: str | None, *, settled: bool
) -> MonthRow:
    asked = []
    for who in _everyone(survey):
        marks = (who.mark,) if who.mark else ()
        found = spotlight_for(survey, who.band, marks, month.year, month.month, chosen)
        question = survey.find_question(who.band, found) if found else None
        if question is not None:
            asked.append((who, question))
    return MonthRow(month, chosen, by, settled, tuple(asked))


def _everyone(survey: Survey) -> Iterator[Who]:
    for band, asked in survey.spotlight.items():
        yield Who(band)
        yield from (
            Who(band, mark)
            for mark in dict.fromkeys(mark for q in asked for mark in q.marks)
        )
