"""The page on which staff key in a child's answers: the child's own page and script, one load and one send.

Said aloud, the IRO keys it in; on paper, anyone but that IRO does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from flask import render_template
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.issue import read_reference
from feedback_app.labels import label
from feedback_app.models.invitation import Invitation
from feedback_app.month import Month, london_day
from feedback_app.responses import read as sends
from feedback_app.responses.interviews import (
    InterviewNotes,
    PresentMissing,
    read_notes,
)
from feedback_app.responses.keyed_in import (
    WrongDay,
    day_given,
    differs_from_code,
    earliest_day,
    record_keyed_in,
)
from feedback_app.rulebook.counted_codes import read_codes
from feedback_app.survey.model import Problem
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.views import SurveyPage
from feedback_app.web import context
from feedback_app.web.access import current_viewer
from feedback_app.web.on_device import key_of_device, mark_of_link, mark_of_viewer

TEXT_FIELDS = ("talk_how_text", "helped_text")
"""The fields of words beside the last questions."""
SURE = "sure"
"""The field by which an officer says that an answer which differs from their code is right."""


def _nothing_more(_page: SurveyPage, _of: Invitation, _visit: sends.Visit) -> Any:
    return {}


@dataclass(frozen=True, slots=True)
class Manner:
    """How the answers came, and the templates that say so: the page, the thank-you, and that the link is over.

    `more`: what that page needs besides, from the page that a child would see: name -> value.
    """

    channel: Literal["verbal", "paper"]
    page: str
    thanks: str
    over: str
    more: Callable[[SurveyPage, Invitation, sends.Visit], Mapping[str, Any]] = (
        _nothing_more
    )


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
    day, wrong_day = _read_day(form)
    notes = _read_notes(form) if manner.channel == "verbal" else None
    who_missing = manner.channel == "verbal" and notes is None
    if wrong or day is None or who_missing:
        page = draw_keyed_in(
            manner,
            invitation,
            visit,
            form,
            wrong,
            reference=reference,
            wrong_day=wrong_day,
            who_missing=who_missing,
        )
        return Taken(page, 400)
    differs = differs_from_code(invitation, sent)
    if differs and not sends.first_value(form, SURE):
        page = draw_keyed_in(
            manner, invitation, visit, form, {}, reference=reference, differs=differs
        )
        return Taken(page, 400)
    talk_days = parts.settings.talk_days
    beside = None
    if manner.channel == "paper":
        beside = sends.read_beside(parts.catalogue, visit, invitation, form, sent)
    if not record_keyed_in(
        db,
        parts.keys,
        invitation,
        sent,
        day=day,
        person_id=person_id,
        talk_days=talk_days,
        notes=notes,
        beside=beside,
    ):
        return Taken(render_template(manner.over, kept=_typed(form)), 409)
    return Taken(render_template(manner.thanks, invitation=invitation), 200, kept=True)


def _read_day(form: sends.Form) -> tuple[date | None, str]:
    """The day that was given, or None and why it is refused."""
    try:
        return day_given(sends.first_value(form, "day")), ""
    except WrongDay as error:
        return None, str(error)


def _read_notes(form: sends.Form) -> InterviewNotes | None:
    """What the officer noted of the interview; None where it is not said who was there."""
    try:
        return read_notes(form)
    except PresentMissing:
        return None


def draw_keyed_in(
    manner: Manner,
    invitation: Invitation,
    visit: sends.Visit,
    filled: sends.Form,
    problems: Mapping[str, Problem],
    *,
    reference: str,
    wrong_day: str = "",
    who_missing: bool = False,
    failed: bool = False,
    changed: bool = False,
    differs: str = "",
) -> str:
    """The page, with what was typed still in it.

    `reference`: the child's, where the reader may see it; `who_missing`: nobody is ticked of who was there;
    `failed`: it could not be stored just now;
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
    if manner.channel == "verbal":
        page = replace(
            page,
            own_words=_("Their own words, as they say them"),
            read_back=_("I read it back, and it is right"),
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
        whose=_whose_words(invitation, with_day=not reference),
        who_missing=who_missing,
        draft_key=f"?w={mark_of_viewer()}.{mark_of_link(invitation.id)}",
        device_key=key_of_device(invitation.id),
        **manner.more(page, invitation, visit),
    )


def _drawn_for(visit: sends.Visit) -> str:
    """What decides which questions the page has."""
    facts = visit.facts
    more = (facts.mode, *sorted(facts.marks)) if facts else ()
    return " ".join(f"{one}" for one in (visit.band, visit.look, *more))


def _whose_words(invitation: Invitation, *, with_day: bool) -> tuple[str, ...]:
    """What tells this child from another of the same officer; with the day of asking where no reference does."""
    part = {True: _("took part"), False: _("did not take part"), None: ""}
    day = format_date(london_day(invitation.issued_at), "d MMMM") if with_day else ""
    words = (
        _("age %(band)s", band=label("band", invitation.band)),
        part[
            read_codes(context.db_session()).codes_now.says_took_part(
                invitation.pn_code
            )
        ],
        _("asked on %(day)s", day=day) if day else "",
    )
    return tuple(one for one in words if one)


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
        if name.startswith("q-") or name in (*TEXT_FIELDS, sends.WRITTEN_BESIDE)
        for value in values
        if value
    ]
