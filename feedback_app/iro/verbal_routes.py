"""Writing down what a child says: the child's own page and script, one load and one send (settled.md)."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.duties import sends
from feedback_app.iro.own import own
from feedback_app.iro.verbal import WrongDay, day_given, record_verbal
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.month import london_day
from feedback_app.survey.model import Problem
from feedback_app.visit.page import build_page
from feedback_app.web import context
from feedback_app.web.access import policy, staff
from feedback_app.web.headers import compress

room = Blueprint("verbal", __name__, url_prefix="/iro/verbal")
room.after_request(compress)


@room.get("/<invitation_id>")
@policy("iro")
def record(invitation_id: str) -> AnyResponse:
    """The questions as the child would see them, with what to say before and after."""
    found = own(invitation_id)
    if found.outcome != "waiting":
        return make_response(_over(), 404)
    return make_response(_page(found, {}, {}))


@room.post("/<invitation_id>")
@policy("iro")
def record_now(invitation_id: str) -> AnyResponse:
    """Keep what was written down, marked verbal. The same send again is the same thank-you (promise 49)."""
    form = request.form.to_dict(flat=False)
    found = own(invitation_id)
    parts = context.instance()
    db = context.session()
    sent, problems = sends.read_sent(parts.catalogue, _visit(found), found, form, verbal=True)
    wrong = {problem.question: problem for problem in problems}
    try:
        day = day_given(found, request.form.get("day", ""))
    except WrongDay as error:
        return make_response(_page(found, form, wrong, wrong_day=str(error)), 400)
    if wrong:
        return make_response(_page(found, form, wrong), 400)
    try:
        kept = record_verbal(db, parts, found, sent, day=day, person_id=staff().person_id)
        if not kept and not _same_as_kept(found, sent.digest(parts.keys.digest.newest)):
            return make_response(render_template("iro/verbal_over.html", form=form, kept=_typed(form)), 409)
        db.commit()
    except (OperationalError, PoolTimeout) as error:
        current_app.logger.error("a verbal answer could not be stored", exc_info=error)
        return make_response(_page(found, form, {}, failed=True), 503)
    return make_response(render_template("iro/verbal_thanks.html", invitation=found))


def _page(
    invitation: Invitation,
    filled: sends.Form,
    problems: dict[str, Problem],
    *,
    wrong_day: str = "",
    failed: bool = False,
) -> str:
    parts = context.instance()
    visit = _visit(invitation)
    page = build_page(
        parts.catalogue,
        parts.catalogue.survey(visit.survey, visit.version),
        visit.band,
        visit.look,
        visit.spotlight,
        sends.facts_of(invitation),
        parts.settings.numbers,
        verbal=True,
    )
    return render_template(
        "iro/verbal.html",
        page=page,
        invitation=invitation,
        filled=filled,
        problems=problems,
        action=url_for("verbal.record_now", invitation_id=invitation.id),
        day_problem=_day_words().get(wrong_day, ""),
        failed=failed,
        today=clock.today(),
        first_day=london_day(invitation.issued_at),
    )


def _day_words() -> dict[str, str]:
    return {
        "missing": _("Give the day on which the child said this."),
        "future": _("The day is in the future. Give the day on which the child said this."),
        "before": _("The day is before you asked the child. Give the day on which the child said this."),
    }


def _visit(invitation: Invitation) -> sends.Visit:
    """The spotlight question is that of the month in which the child was asked: the same at load and at send."""
    asked = london_day(invitation.issued_at)
    return sends.visit_of(context.catalogue(), invitation, year=asked.year, month=asked.month)


def _same_as_kept(invitation: Invitation, digest: str) -> bool:
    kept = context.session().scalar(
        select(Response.content_digest).where(
            Response.invitation_id == invitation.id, Response.version == 1, Response.channel == "verbal"
        )
    )
    return kept == digest


def _typed(form: sends.Form) -> list[str]:
    return [value for name, values in form.items() if name.startswith("q-") for value in values if len(value) > 0]


def _over() -> str:
    return render_template(
        "staff/error.html",
        title=_("This link is over"),
        message=_("It was answered or ended. Ask the child anew to record what they say."),
    )
