"""Every way through every survey: each band, meeting mode and age mark, and each set of answers that conditions ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.checks.bands import MARKS_OF_BAND
from feedback_app.survey.model import MODES, Facts, OnAnswer, Question, Survey
from feedback_app.survey.path import MORE

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


def ways_that_lead(question: Question, conditions: list[OnAnswer]) -> list[Form]:
    """Of all ways to answer it one of each kind that the conditions tell apart; left empty and declined both stay."""
    kinds: dict[object, Form] = {}
    for way in ways_to_answer(question):
        chosen = frozenset(way.get(f"q-{question.id}", ()))
        leads = tuple(chosen & c.options != frozenset() for c in conditions)
        kinds.setdefault((bool(chosen), "declined" in way, leads), way)
    return list(kinds.values())


def forms(questions: tuple[Question, ...]) -> Iterator[Form]:
    """Every combination of answers that lead to other questions; then each other way to answer one of them.

    Where the survey has a core, each with "send now" and without.
    """
    conditions: dict[str, list[OnAnswer]] = {}
    for c in (c for q in questions for c in q.show if isinstance(c, OnAnswer)):
        conditions.setdefault(c.question, []).append(c)
    asked = [q for q in questions if q.id in conditions]
    leading = [ways_that_lead(q, conditions[q.id]) for q in asked]
    mores: list[Form] = [{}]
    if MORE in conditions:
        mores += [{MORE: ["send"]}, {MORE: ["more"]}]
    for chosen in product(*leading, mores):
        yield _joined(chosen)
    for n, question in enumerate(asked):
        for way in ways_to_answer(question):
            for place in (2, -1):  # the first answer of each, and the last
                usual = [ways[min(place, len(ways) - 1)] for ways in leading]
                yield _joined([*usual[:n], way, *usual[n + 1 :]])


def _joined(ways: Sequence[Form]) -> Form:
    form: Form = {}
    for one in ways:
        for name, values in one.items():
            form[name] = [*form.get(name, []), *values]
    return form


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
