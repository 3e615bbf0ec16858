"""The facts of a review belong to an invitation to a survey about a review, and to no other."""

from __future__ import annotations

import pytest

from feedback_app.config import ROOT
from feedback_app.invitations.issue import Asked
from feedback_app.survey.files.load import load_catalogue

FACTS = {
    "band": "12-17",
    "look": "older",
    "reference": "CASE-1",
    "how_chosen": "next_due",
    "iro_id": None,
    "issuer_id": "somebody",
}


@pytest.mark.parametrize(
    ("mode", "pn_code", "reviewed"),
    [
        ("remote", "PN1", True),
        (None, None, False),
        ("remote", None, None),
        (None, "PN1", None),
    ],
)
def test_mode_and_pn_code_are_given_for_a_survey_about_a_review_alone(
    mode: str | None, pn_code: str | None, reviewed: bool | None
) -> None:
    surveys = load_catalogue(ROOT / "surveys").newest_surveys()
    assert {survey.about_review for survey in surveys} == {True, False}
    for survey in surveys:
        if survey.about_review is reviewed:
            asked = Asked.for_survey(survey, mode=mode, pn_code=pn_code, **FACTS)
            assert (asked.survey, asked.survey_version) == (survey.key, survey.version)
        else:
            with pytest.raises(ValueError, match=survey.key):
                Asked.for_survey(survey, mode=mode, pn_code=pn_code, **FACTS)
