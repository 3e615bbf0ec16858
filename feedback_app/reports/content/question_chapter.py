"""What changed in the questions during a longer period, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import flask_babel

from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.document import Chapter, Paragraph
from feedback_app.reports.figures.question_changes import (
    QuestionChanges,
    SurveyChanges,
)
from feedback_app.reports.figures_in_words import band_name

_: Callable[..., str] = flask_babel.gettext


def question_chapter(gathered: Gathered) -> Chapter:
    """Of each survey that was answered: which version, and what differs from the one before."""
    words = [line for one in gathered.question_changes for line in _survey_lines(one)]
    if not words:
        words = [_("No survey was answered.")]
    return Chapter(
        _("What changed in the questions"),
        tuple(Paragraph(line, "note") for line in words),
    )


def _survey_lines(one: SurveyChanges) -> Iterable[str]:
    title = one.survey.title
    versions = ", ".join(map(str, one.versions))
    steps = [step for step in one.steps if step]
    if not steps:
        yield _(
            "%(survey)s: nothing changed. Children answered version %(versions)s.",
            survey=title,
            versions=versions,
        )
    for step in steps:
        yield _(
            "%(survey)s, from version %(before)s to version %(after)s:",
            survey=title,
            before=step.before,
            after=step.after,
        )
        yield from _step_lines(step)


def _step_lines(step: QuestionChanges) -> Iterable[str]:
    for text in step.added:
        yield _("Added: “%(question)s”", question=text)
    for text in step.taken_out:
        yield _("Taken out: “%(question)s”", question=text)
    for one in step.reworded:
        yield _(
            "Reworded for ages %(ages)s: “%(before)s” is now “%(after)s”",
            ages=", ".join(band_name(band) for band in one.bands),
            before=one.before,
            after=one.after,
        )
    for question, come, gone in step.options:
        if come:
            yield _(
                "Answers added to “%(question)s”: %(answers)s",
                question=question,
                answers=_listed(come),
            )
        if gone:
            yield _(
                "Answers taken out of “%(question)s”: %(answers)s",
                question=question,
                answers=_listed(gone),
            )


def _listed(answers: Sequence[str]) -> str:
    return "; ".join(answers)
