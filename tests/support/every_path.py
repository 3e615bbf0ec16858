"""Every way through every survey: each band, meeting mode and age mark, and each set of answers that conditions ask."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.checks.bands import MARKS_OF_BAND
from feedback_app.survey.model import MODES, Facts, OnAnswer, Question, Survey

Form = dict[str, list[str]]


def ways_to_answer(question: Question) -> list[Form]:
    """Left empty, declined, and every choice: for ticks, every set of them."""
    ids = [option.id for option in question.options]
    sets: list[tuple[str, ...]] = [(id_,) for id_ in ids]
    if question.type == "multi":
        sets = list(
            chain.from_iterable(
                combinations(ids, size) for size in range(1, len(ids) + 1)
            )
        )
    return [
        {},
        {"declined": [question.id]},
        *({f"q-{question.id}": list(chosen)} for chosen in sets),
    ]


def forms(questions: tuple[Question, ...]) -> Iterator[Form]:
    """Every combination of answers to the questions on which others wait; the rest is left empty."""
    asked_about = {
        c.question for q in questions for c in q.show if isinstance(c, OnAnswer)
    }
    for chosen in product(
        *(ways_to_answer(q) for q in questions if q.id in asked_about)
    ):
        form: Form = {}
        for one in chosen:
            for name, values in one.items():
                form[name] = [*form.get(name, []), *values]
        yield form


def facts_of(band: str) -> Iterator[Facts]:
    marks = [
        frozenset[str](),
        *(frozenset({mark}) for mark in sorted(MARKS_OF_BAND[band])),
    ]
    for mode, some in product((None, *MODES), marks):
        yield Facts(mode, some)


def every_case(catalogue: Catalogue) -> Iterator[tuple[Survey, str, Facts]]:
    for survey in catalogue.surveys:
        for band in survey.bands:
            for facts in facts_of(band):
                yield survey, band, facts
