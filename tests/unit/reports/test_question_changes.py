"""What changed in the questions between two versions of a survey."""

from __future__ import annotations

from dataclasses import replace

from feedback_app.config import ROOT
from feedback_app.reports.figures.question_changes import Reworded, compare_versions
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import Option, Question

SURVEY = load_catalogue(ROOT / "surveys").find_survey("rate-my-review")


def test_the_same_questions_are_no_change() -> None:
    assert not compare_versions(SURVEY, replace(SURVEY, version=2))


def test_what_was_added_taken_out_and_reworded_is_named_once() -> None:
    bands = {}
    for band, questions in SURVEY.bands.items():
        found = []
        for one in questions:
            question = one
            if one.id == "know_iro":
                question = replace(
                    question,
                    text=f"{question.text} (new)",
                    options=(*question.options[:-1], Option("later", "Later")),
                )
            if question.id != "why_not":
                found.append(question)
        bands[band] = (*found, Question("pets", "yes_no", "Do you have a pet?"))
    later = replace(SURVEY, version=2, bands=bands)
    changes = compare_versions(SURVEY, later)
    assert (changes.before, changes.after) == (1, 2)
    assert changes.added == ("Do you have a pet?",)
    why_not = SURVEY.find_question("12-17", "why_not")
    know = SURVEY.find_question("12-17", "know_iro")
    assert why_not is not None
    assert know is not None
    assert changes.taken_out == (why_not.text,)
    mine = next(one for one in changes.reworded if one.before == know.text)
    assert isinstance(mine, Reworded)
    assert mine.after == f"{know.text} (new)"
    assert "12-17" in mine.bands
    assert changes.options == (
        (f"{know.text} (new)", ("Later",), (know.options[-1].label,)),
    )
