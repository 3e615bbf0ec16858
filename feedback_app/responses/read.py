"""Reading one send, from a phone or from an officer's screen: the path is the server's, unknown fields are ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sqlalchemy.orm import Session

from feedback_app.invitations.links import Invited, age_marks_of
from feedback_app.models.response import HELPERS
from feedback_app.month import Month
from feedback_app.responses import spotlight
from feedback_app.responses.store import Sent
from feedback_app.survey.answers import read_answers
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import Facts, Problem, Question, Survey
from feedback_app.survey.path import questions_for, spotlight_for
from feedback_app.survey.types import TALK_LIMIT, clean_text

Form = Mapping[str, Sequence[str]]
Channel = Literal["self", "verbal", "paper"]
"""How a send came in; one from a phone is `helped` when the child says that somebody helps."""

TALK_TO = ("no", "iro", "other", "advocate", "not_safe")
TALK_HOW = ("home", "school", "phone", "message", "somewhere", "another")


@dataclass(frozen=True, slots=True)
class Visit:
    """Which page a child was shown: what the page's stamp carries and the response stores."""

    survey: str
    version: int
    band: str
    look: str
    language: str
    spotlight: str | None


def visit_of(
    session: Session, catalogue: Catalogue, invitation: Invited, month: Month
) -> Visit:
    """The page that this invitation opens: the survey's version is the invitation's, the spotlight the month's."""
    survey = catalogue.find_survey(invitation.survey, invitation.survey_version)
    chosen = spotlight.chosen_question(session, survey, month)
    return Visit(
        survey.key,
        survey.version,
        invitation.band,
        invitation.look,
        invitation.language,
        spotlight_for(
            survey,
            invitation.band,
            age_marks_of(invitation),
            month.year,
            month.month,
            chosen,
        ),
    )


def facts_of(invitation: Invited) -> Facts:
    """What conditions may rest on besides answers."""
    return Facts(invitation.mode, age_marks_of(invitation))


@lru_cache(maxsize=64)
def survey_of(catalogue: Catalogue, visit: Visit) -> Survey:
    """The survey of a visit, of the version that was shown. Raises UnknownSurvey."""
    return catalogue.find_survey(visit.survey, visit.version)


@lru_cache(maxsize=1024)
def questions_of(
    catalogue: Catalogue, visit: Visit, facts: Facts
) -> tuple[Question, ...]:
    """The questions of a visit. Raises UnknownSurvey."""
    return questions_for(
        survey_of(catalogue, visit), visit.band, facts, visit.spotlight
    )


def read_sent(
    catalogue: Catalogue,
    visit: Visit,
    invitation: Invited,
    form: Form,
    *,
    channel: Channel = "self",
) -> tuple[Sent, tuple[Problem, ...]]:
    """What was sent, and what is too long to be kept (nothing is ever cut: the sender shortens it).

    A child who leaves "should your IRO see this?" empty has said no; an IRO who wrote the answers down has heard them.
    """
    facts = facts_of(invitation)
    answers, problems = read_answers(form, questions_of(catalogue, visit, facts), facts)
    talk_to = _one(form, "talk_to", TALK_TO, "no")
    talk_text = (
        clean_text(first_value(form, "talk_how_text")) if talk_to != "no" else ""
    )
    if len(talk_text) > TALK_LIMIT:
        problems = (
            *problems,
            Problem("talk_how_text", "too_long", len(talk_text), TALK_LIMIT),
        )
    helper = "none" if channel == "verbal" else _one(form, "helped", HELPERS, "")
    helped = helper not in ("", "none")
    sent = Sent(
        survey=visit.survey,
        survey_version=visit.version,
        band=visit.band,
        look=visit.look,
        language=visit.language,
        spotlight=visit.spotlight,
        answers=answers,
        channel="helped" if channel == "self" and helped else channel,
        helper=None if channel == "verbal" else helper or None,
        iro_may_see=_may_see(catalogue, visit, invitation, form, channel),
        talk_to=talk_to,
        talk_how=tuple(how for how in TALK_HOW if how in form.get("talk_how", ()))
        if talk_to != "no"
        else (),
        talk_how_text=talk_text,
    )
    return sent, problems


def _may_see(
    catalogue: Catalogue,
    visit: Visit,
    invitation: Invited,
    form: Form,
    channel: Channel,
) -> str:
    if channel == "verbal":
        return "heard"
    if invitation.iro_id is None or not survey_of(catalogue, visit).asks_iro_sees:
        return "not_asked"
    return _one(form, "iro_sees", ("no", "yes"), "no")


def first_value(form: Form, name: str) -> str:
    """What was sent in the field, "" where nothing was."""
    return next(iter(form.get(name, ())), "")


def _one(form: Form, name: str, known: Sequence[str], default: str) -> str:
    return next((value for value in form.get(name, ()) if value in known), default)
