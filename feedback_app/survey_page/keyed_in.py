"""The page on which staff key in a child's answers: the child's own page and script, one load and one send.

Said aloud, the IRO keys it in; on paper, anyone but that IRO does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.issue import read_reference
from feedback_app.labels import label
from feedback_app.models.invitation import Invitation
from feedback_app.month import Month, london_day
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.responses import read as sends
from feedback_app.responses.keyed_in import (
    WrongDay,
    day_given,
    differs_from_code,
    earliest_day,
    record_keyed_in,
)
from feedback_app.survey.model import Problem
from feedback_app.survey_page.build_page import build_page
from feedback_app.web import context
from feedback_app.web.access import current_viewer

SURE = "sure"
"""The field by which an officer says that an answer which differs from their code is right."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the answers came, and the templates that say so: the page, the thank-you, and that the link is over."""

    channel: Literal["verbal", "paper"]
    page: str
    thanks: str
    over: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a send: a page and its status. `kept` = it is stored."""

    page: str
    status: int
    kept: bool = False


def visit_of(db: Session, invitation: Invitation) -> sends.Visit:
    """The page that is keyed in: its spotlight question is that of the month in which the child was asked.

    So it is the same at load and at send. Asked for before anything is stored: drawing the page again, also when the
    database has gone meanwhile, asks for nothing more.
    """
    return sends.visit_of(
        db,
        context.catalogue(),
        invitation,
        Month.containing(london_day(invitation.issued_at)),
    )


def reference_for(db: Session, invitation: Invitation) -> str:
    """The child's reference, for whoever made the link and keys it in now; "" for another."""
    if invitation.issuer_id != current_viewer().person_id:
        return ""
    return read_reference(db, context.keys(), invitation) or ""


def receive_keyed_in(
    manner: Manner, invitation: Invitation, form: sends.Form, person_id: str
) -> Taken:
    """What became of a send of keyed-in answers: kept and committed, or shown again with what is wrong (promise 49)."""
    db = context.db_session()
    visit = visit_of(db, invitation)
    reference = reference_for(db, invitation)
    try:
        taken = _store(db, manner, invitation, visit, form, person_id, reference)
        if taken.kept:
            db.commit()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, what was keyed in stays on the page
        context.log_error("what was keyed in could not be stored", error)
        page = draw_keyed_in(
            manner, invitation, visit, form, {}, reference=reference, failed=True
        )
        stopped = isinstance(error, OperationalError | PoolTimeout)
        return Taken(page, 503 if stopped else 500)
    return taken


def _store(
    db: Session,
    manner: Manner,
    invitation: Invitation,
    visit: sends.Visit,
    form: sends.Form,
    person_id: str,
    reference: str,
) -> Taken:
    """Judge and store what was keyed in. Every refusal shows all of it again."""
    parts = context.instance()
    sent, problems = sends.read_sent(
        parts.catalogue, visit, invitation, form, channel=manner.channel
    )
    wrong = {problem.question: problem for problem in problems}
    if sends.first_value(form, "drawn_for") not in ("", _drawn_for(visit)):
        page = draw_keyed_in(
            manner, invitation, visit, form, wrong, reference=reference, changed=True
        )
        return Taken(page, 400)
    try:
        day = day_given(next(iter(form.get("day", ())), ""))
    except WrongDay as error:
        return Taken(
            draw_keyed_in(
                manner,
                invitation,
                visit,
                form,
                wrong,
                reference=reference,
                wrong_day=str(error),
            ),
            400,
        )
    if wrong:
        page = draw_keyed_in(
            manner, invitation, visit, form, wrong, reference=reference
        )
        return Taken(page, 400)
    differs = differs_from_code(invitation, sent)
    if differs and not sends.first_value(form, SURE):
        page = draw_keyed_in(
            manner, invitation, visit, form, {}, reference=reference, differs=differs
        )
        return Taken(page, 400)
    talk_days = parts.settings.talk_days
    if not record_keyed_in(
        db,
        parts.keys,
        invitation,
        sent,
        day=day,
        person_id=person_id,
        talk_days=talk_days,
    ):
        return Taken(render_template(manner.over, kept=_typed(form)), 409)
    return Taken(render_template(manner.thanks, invitation=invitation), 200, kept=True)


def draw_keyed_in(
    manner: Manner,
    invitation: Invitation,
    visit: sends.Visit,
    filled: sends.Form,
    problems: Mapping[str, Problem],
    *,
    reference: str,
    wrong_day: str = "",
    failed: bool = False,
    changed: bool = False,
    differs: str = "",
) -> str:
    """The page, with what was typed still in it.

    `reference`: the child's, where the reader may see it; `failed`: it could not be stored just now;
    `changed`: age, mode or code were put right since the page was opened, so that other questions may stand here now;
    `differs`: how the child's account differs from the code, to be asked about once.
    """
    parts = context.instance()
    page = build_page(
        parts.catalogue,
        parts.catalogue.find_survey(visit.survey, visit.version),
        visit.band,
        visit.look,
        visit.spotlight,
        sends.facts_of(invitation),
        parts.settings.braces,
        has_iro=invitation.iro_id is not None,
        by=manner.channel,
    )
    return render_template(
        manner.page,
        page=page,
        invitation=invitation,
        filled=filled,
        problems=problems,
        day_problem=_day_words().get(wrong_day, ""),
        failed=failed,
        changed=changed,
        differs=_difference_words(invitation).get(differs, ""),
        drawn_for=_drawn_for(visit),
        today=clock.today(),
        first_day=earliest_day(),
        reference=reference,
        draft_key=_draft_key(invitation),
    )


def _drawn_for(visit: sends.Visit) -> str:
    """What decides which questions the page has."""
    facts = visit.facts
    more = (facts.mode, *sorted(facts.marks)) if facts else ()
    return " ".join(f"{one}" for one in (visit.band, visit.look, *more))


def _draft_key(invitation: Invitation) -> str:
    """Under which the officer's device keeps what is keyed in: of this person and this link, and no secret."""
    key = context.keys().digest.newest_key
    whose = keyed_digest(key, "draft", current_viewer().person_id)[:12]
    return f"?w={whose}.{keyed_digest(key, 'draft', invitation.id)[:12]}"


def _day_words() -> dict[str, str]:
    return {
        "missing": _("Give the day on which the child said this."),
        "future": _(
            "The day is in the future. Give the day on which the child said this."
        ),
        "before": _(
            "The day is more than 62 days ago. Give the day on which the child said this."
        ),
    }


def _difference_words(invitation: Invitation) -> dict[str, str]:
    code = label("pn_code", invitation.pn_code) if invitation.pn_code else ""
    return {
        "was_there": _(
            "You wrote that the child was at the review. The code that is noted says that they were not: %(code)s.",
            code=code,
        ),
        "was_not_there": _(
            "You wrote that the child was not at the review. The code that is noted says that they were: %(code)s.",
            code=code,
        ),
    }


def _typed(form: sends.Form) -> list[str]:
    return [
        value
        for name, values in form.items()
        if name.startswith("q-")
        for value in values
        if value
    ]
