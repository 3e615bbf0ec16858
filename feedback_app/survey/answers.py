"""Reading what a child sent: one answer for every question on the path, and nothing else."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from feedback_app.survey.conditions import condition_holds
from feedback_app.survey.model import Answer, Facts, Problem, Question

TEXT_LIMIT = 4000
"""Code points of one text, counted after `clean_text`; the database's CHECK says the same."""
TALK_LIMIT = 500
"""Code points of the box where a child writes how to be reached."""

FIELD = "q-"
"""A question's form field is `q-<question id>`."""
DECLINED = "declined"
"""The form field that lists the ids of questions answered with "I don't want to say"."""

_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(raw: str) -> str:
    """The text as it is kept: LF line ends, NFC, no control characters but newline and tab, no space around it.

    Every script, emoji, joiner and direction mark stays. Never cut. Cleaning twice changes nothing.
    """
    text = _DROPPED.sub("", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    # NFC shortens a text to a quarter at most, so this one is too long in any form; and ordering a long run of
    # accents takes the square of its length.
    if len(text) > 4 * TEXT_LIMIT:
        return text
    return unicodedata.normalize("NFC", text)


def read_answers(
    form: Mapping[str, Sequence[str]], questions: Iterable[Question], facts: Facts
) -> tuple[tuple[Answer, ...], tuple[Problem, ...]]:
    """One answer for each question on the path (given, left or declined), and what the child must mend.

    `form` maps a field to its values, `questions` come from `questions_for`. Unknown fields and option ids, and
    answers off the path, are ignored. A text that is too long is returned whole, with a problem: show it back.
    """
    declined = frozenset(form.get(DECLINED, ()))
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for question in questions:
        if not all(condition_holds(condition, answers, facts) for condition in question.show):
            continue
        answer = _read(question, form.get(FIELD + question.id, ()), question.id in declined)
        answers[question.id] = answer
        if len(answer.text) > TEXT_LIMIT:
            problems.append(Problem(question.id, "too_long", len(answer.text), TEXT_LIMIT))
    return tuple(answers.values()), tuple(problems)


def normalised_content(answers: Iterable[Answer]) -> bytes:
    """The same bytes for the same content, whatever the order of questions and ticks: what "the same send" means."""
    rows = sorted([a.question, a.state, sorted(a.options), a.text] for a in answers)
    return json.dumps(rows, separators=(",", ":")).encode("ascii")


def _read(question: Question, values: Sequence[str], declined: bool) -> Answer:
    if question.type == "text":
        return _read_text(question, values, declined)
    if declined:
        return Answer(question.id, "declined")
    chosen = _chosen(question, values)
    return Answer(question.id, "given" if chosen else "left", options=chosen)


def _read_text(question: Question, values: Sequence[str], declined: bool) -> Answer:
    """Text beats declined: words that a child took the trouble to write are kept."""
    text = clean_text(values[0]) if values else ""
    if text:
        return Answer(question.id, "given", text=text)
    return Answer(question.id, "declined" if declined else "left")


def _chosen(question: Question, values: Collection[str]) -> tuple[str, ...]:
    """Known option ids: all that were ticked, in the question's order, or for one choice the first sent."""
    if not values:
        return ()
    if question.type == "multi":
        return tuple(option.id for option in question.options if option.id in values)
    return next(((value,) for value in values if question.find_option(value)), ())
