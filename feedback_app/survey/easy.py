"""Easy read: which words a question is asked in. Settled: one without easy words takes the next younger band's."""

from __future__ import annotations

from dataclasses import replace

from feedback_app.survey.model import BANDS, EASY, Question, Survey


def in_easy_words(survey: Survey, band: str, question: Question) -> Question:
    """The question as easy read says it: its own easy words, else what the next younger band reads in easy read.

    A younger band's words fit only where it asks the question with the same options; otherwise the question keeps its
    own. `show` and `when` are always its own: they speak of this band's way through the survey.
    """
    said = _said(survey, band, question)
    labels = {option.id: option.label for option in said.options}
    options = tuple(
        replace(option, label=labels[option.id]) for option in question.options
    )
    return replace(question, text=said.text, hint=said.hint, options=options)


def as_read(survey: Survey, band: str, look: str, question: Question) -> Question:
    """The question in the words that a child of that band reads in that look."""
    return in_easy_words(survey, band, question) if look == EASY else question


def _said(survey: Survey, band: str, question: Question) -> Question:
    if question.easy is not None:
        labels = question.easy.options
        options = tuple(
            replace(option, label=labels.get(option.id, option.label))
            for option in question.options
        )
        return replace(
            question, text=question.easy.text, hint=question.easy.hint, options=options
        )
    place = BANDS.index(band)
    younger = survey.find_question(BANDS[place - 1], question.id) if place else None
    if younger is None or {o.id for o in younger.options} != {
        o.id for o in question.options
    }:
        return question
    return _said(survey, BANDS[place - 1], younger)
