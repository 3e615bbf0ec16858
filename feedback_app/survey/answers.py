"""Reading what a child sent: one answer for every question on the path, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from feedback_app.survey.model import Answer, Facts, Problem, Question
from feedback_app.survey.path import MORE
from feedback_app.survey.types import type_of
from feedback_app.typed_text import TEXT_LIMIT

FIELD = "q-"
"""A question's form field is `q-<question id>`."""
DECLINED = "declined"
"""The form field that lists the ids of questions answered with "I don't want to say"."""


def read_answers(
    form: Mapping[str, Sequence[str]], questions: Iterable[Question], facts: Facts
) -> tuple[tuple[Answer, ...], tuple[Problem, ...]]:
    """One answer for each question on the path (given, left or declined), and what the child must mend.

    `form` maps a field to its values, `questions` come from `questions_for`. Unknown fields and option ids, and
    answers off the path, are ignored. A text that is too long is returned whole, with a problem: show it back.
    Whether the child wants to send now or answer more decides the path and is no answer.
    """
    declined = frozenset(form.get(DECLINED, ()))
    more = Answer(MORE, "given", options=tuple(form.get(MORE, ())[:1]))
    answers: dict[str, Answer] = {MORE: more}
    problems: list[Problem] = []
    for question in questions:
        if not all(condition.is_met(answers, facts) for condition in question.show):
            continue
        answer = type_of(question).read(
            question, form.get(FIELD + question.id, ()), question.id in declined
        )
        answers[question.id] = answer
        if len(answer.text) > TEXT_LIMIT:
            problems.append(
                Problem(question.id, "too_long", len(answer.text), TEXT_LIMIT)
            )
    del answers[MORE]
    return tuple(answers.values()), tuple(problems)


def normalised_content(answers: Iterable[Answer]) -> bytes:
    """The same bytes for the same content, whatever the order of questions and ticks: what "the same send" means."""
    rows = sorted([a.question, a.state, sorted(a.options), a.text] for a in answers)
    return json.dumps(rows, separators=(",", ":")).encode("ascii")
