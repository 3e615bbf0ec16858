"""Which questions a child is asked, and in which order: the truth that the page's script only follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from feedback_app.survey.model import Answer, Facts, OnAnswer, Question, Survey

MORE = "more"
"""The form's field, and the fixed text, that asks after the core: send now, or answer more?"""
IN_THE_REST = OnAnswer(MORE, "unless", frozenset({"send"}))
"""What holds for every question after the core: a child who left that field empty may answer them too."""


def questions_for(
    survey: Survey, band: str, facts: Facts, spotlight: str | None = None
) -> tuple[Question, ...]:
    """Every question that this child can be asked, in order: what the page draws and the send is read against.

    What the invitation knows is settled here: a question whose mode or mark does not hold is gone, and so is one
    that waits for a question that is gone; conditions that hold are taken off. What is left in `show` depends on
    the child's answers alone. The spotlight question stands before `spotlight_before`. What follows the survey's core
    waits for the child who wants to answer more.

    Raises KeyError when the survey has no such band, LookupError when the band has no such spotlight question.
    """
    possible: list[Question] = []
    ids: set[str] = set()
    in_the_rest: tuple[OnAnswer, ...] = ()
    for question in _with_spotlight(survey, band, spotlight):
        waits_for = tuple(
            c
            for c in question.show
            if isinstance(c, OnAnswer) and (c.op != "unless" or c.question in ids)
        )
        if any(c.question not in ids for c in waits_for):
            continue
        if not all(
            c.is_met({}, facts) for c in question.show if not isinstance(c, OnAnswer)
        ):
            continue
        show = (*waits_for, *in_the_rest)
        possible.append(
            question
            if show == question.show
            else replace(question, show=show, when=question.when if waits_for else "")
        )
        ids.add(question.id)
        if question.id == survey.core:
            in_the_rest = (IN_THE_REST,)
    return tuple(possible)


def questions_on_path(
    questions: Collection[Question], answers: Mapping[str, Answer], facts: Facts
) -> tuple[Question, ...]:
    """The questions that these answers lead to. An answer to a question off the path opens nothing.

    What was answered to "send now, or answer more?" counts where it stands among the answers under `MORE`.
    """
    asked: list[Question] = []
    counted = {MORE: answers[MORE]} if MORE in answers else {}
    for question in questions:
        if all(condition.is_met(counted, facts) for condition in question.show):
            asked.append(question)
            if question.id in answers:
                counted[question.id] = answers[question.id]
    return tuple(asked)


def spotlight_for(
    survey: Survey,
    band: str,
    marks: Collection[str],
    year: int,
    month: int,
    chosen: str | None = None,
) -> str | None:
    """The one extra question of that month: the chosen one where it fits band and marks.

    Else those that fit take turns, one a month, in their order.
    """
    fitting = [
        q.id for q in survey.spotlight.get(band, ()) if set(q.marks) <= set(marks)
    ]
    if chosen in fitting:
        return chosen
    return fitting[(year * 12 + month - 1) % len(fitting)] if fitting else None


def _with_spotlight(
    survey: Survey, band: str, spotlight: str | None
) -> tuple[Question, ...]:
    questions = survey.bands[band]
    if spotlight is None:
        return questions
    extra = next((q for q in survey.spotlight.get(band, ()) if q.id == spotlight), None)
    if extra is None:
        raise LookupError(
            f"{survey.key} {survey.version}: band {band} has no spotlight question {spotlight!r}"
        )
    place = next(
        (n for n, q in enumerate(questions) if q.id == survey.spotlight_before),
        len(questions),
    )
    return (*questions[:place], extra, *questions[place:])
