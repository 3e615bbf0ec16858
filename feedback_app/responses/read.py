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
from feedback_app.responses.store import UNSAFE, Sent
from feedback_app.survey.answers import FIELD, read_answers
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import Facts, Problem, Question, Survey
from feedback_app.survey.path import questions_for, spotlight_for
from feedback_app.survey.types import HELPER_LIMIT, TALK_LIMIT
from feedback_app.typed_text import clean_text, is_visible

Form = Mapping[str, Sequence[str]]
Channel = Literal["self", "verbal", "paper"]
"""How a send came in; one from a phone is `helped` when the child says that somebody helps."""

TALK_TO = ("no", "iro", "other", "advocate")
NOT_SAFE_FIELDS = ("not_safe", "talk_to")
"""Where a send may say `not_safe`: a box of its own; and among those to talk to, on pages from before it had one."""
WRITTEN_BESIDE = "written_beside"
"""The field of what a child wrote on a paper form where nothing is asked."""
TALK_HOW = ("home", "school", "phone", "message", "somewhere", "another")


@dataclass(frozen=True, slots=True)
class Visit:
    """Which page a child was shown: what the page's stamp carries and the response stores.

    `facts`: what its conditions rested on, so that a page that was loaded before an officer's correction is read as it
    was shown; None of a page from before the stamp carried them.
    """

    survey: str
    version: int
    band: str
    look: str
    language: str
    spotlight: str | None
    facts: Facts | None = None


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
        facts_of(invitation),
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

    A child who leaves "should your IRO see this?" empty has said no; an IRO who wrote the answers down, or helped, has
    heard them. Whoever chose nobody to talk to, and wrote in that box, wants somebody to read it: the safeguarding lead
    does where they are not safe. So do words in it of a child who then said "no" (`Sent.unplaced_words`): they belong
    to no wish, and may be as long as they are.
    """
    facts = visit.facts or facts_of(invitation)
    answers, problems = read_answers(form, questions_of(catalogue, visit, facts), facts)
    talk_text = clean_text(first_value(form, "talk_how_text"))
    not_safe = any(UNSAFE in form.get(name, ()) for name in NOT_SAFE_FIELDS)
    unsaid = "other" if talk_text and not not_safe else "no"
    talk_to = _one(form, "talk_to", TALK_TO, unsaid)
    is_asked_how = not_safe or talk_to != "no"
    if is_asked_how and len(talk_text) > TALK_LIMIT:
        problems = (
            *problems,
            Problem("talk_how_text", "too_long", len(talk_text), TALK_LIMIT),
        )
    helper, box, helper_text = _helper(form, channel)
    if len(helper_text) > HELPER_LIMIT:
        problems = (
            *problems,
            Problem(box, "too_long", len(helper_text), HELPER_LIMIT),
        )
    helped = helper not in (None, "none")
    sent = Sent(
        survey=visit.survey,
        survey_version=visit.version,
        band=visit.band,
        look=visit.look,
        language=visit.language,
        spotlight=visit.spotlight,
        answers=answers,
        channel="helped" if channel == "self" and helped else channel,
        helper=helper,
        helper_text=helper_text,
        iro_may_see=_may_see(catalogue, visit, invitation, form, channel, helper),
        not_safe=not_safe,
        talk_to=talk_to,
        talk_how=tuple(how for how in TALK_HOW if how in form.get("talk_how", ()))
        if is_asked_how
        else (),
        talk_how_text=talk_text,
    )
    return sent, problems


def read_beside(
    catalogue: Catalogue, visit: Visit, invitation: Invited, form: Form, sent: Sent
) -> dict[str, list[str]]:
    """What a paper form says that counts for nothing: field -> values, empty where all of it counts.

    On paper a child sees both branches and may answer both, and writes in margins. What is off the path of what counts
    is no answer, and is not lost: the safeguarding lead reads it (rule D16).
    """
    facts = visit.facts or facts_of(invitation)
    answered = {one.question: one for one in sent.answers}
    found: dict[str, list[str]] = {}
    for question in questions_of(catalogue, visit, facts):
        answer = answered.get(question.id)
        if answer is None or answer.state == "declined":
            found[FIELD + question.id] = _said(form, FIELD + question.id)
    if not sent.not_safe and sent.talk_to == "no":
        found["talk_how"] = _said(form, "talk_how")
    if sent.iro_may_see not in ("yes", "no"):
        found["iro_sees"] = _said(form, "iro_sees")
    found[WRITTEN_BESIDE] = _said(form, WRITTEN_BESIDE)
    return {name: values for name, values in found.items() if values}


def _said(form: Form, name: str) -> list[str]:
    return [clean_text(one) for one in form.get(name, ()) if is_visible(one)]


def _helper(form: Form, channel: Channel) -> tuple[str | None, str, str]:
    """Who helped (None where it is not said), in which box more was typed of who it is, and what.

    Said on the helper's page it goes before what is said at the end; whoever only typed it had someone else.
    """
    if channel == "verbal":
        return None, "", ""
    box = "helping_text" if first_value(form, "helping_text") else "helped_text"
    typed = clean_text(first_value(form, box))
    chosen = (*form.get("helping", ()), *form.get("helped", ()))
    known = next((value for value in chosen if value in HELPERS), None)
    return known or ("other" if typed else None), box, typed


def _may_see(
    catalogue: Catalogue,
    visit: Visit,
    invitation: Invited,
    form: Form,
    channel: Channel,
    helper: str | None,
) -> str:
    if channel == "verbal":
        return "heard"
    if invitation.iro_id is None or not survey_of(catalogue, visit).asks_iro_sees:
        return "not_asked"
    if helper == "iro":
        return "heard"
    return _one(form, "iro_sees", ("no", "yes"), "no")


def first_value(form: Form, name: str) -> str:
    """What was sent in the field, "" where nothing was."""
    return next(iter(form.get(name, ())), "")


def _one(form: Form, name: str, known: Sequence[str], default: str) -> str:
    return next((value for value in form.get(name, ()) if value in known), default)
