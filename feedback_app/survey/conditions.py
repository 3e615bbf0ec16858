"""Whether a condition holds, by what was answered earlier and what the invitation knows."""

from __future__ import annotations

from collections.abc import Mapping

from feedback_app.survey.model import Answer, Condition, Facts, OnAnswer, OnMode


def condition_holds(condition: Condition, answers: Mapping[str, Answer], facts: Facts) -> bool:
    """True when the condition holds.

    `answers` are those of questions on the path so far. A question that was not asked, was left empty or was
    declined makes every condition on it false, `not` too: nothing is concluded from silence.
    """
    if isinstance(condition, OnAnswer):
        answer = answers.get(condition.question)
        if answer is None or answer.state != "given" or not answer.options:
            return False
        chosen_one = not condition.options.isdisjoint(answer.options)
        return chosen_one != (condition.op == "not")
    if isinstance(condition, OnMode):
        return facts.mode in condition.modes
    return condition.mark in facts.marks
