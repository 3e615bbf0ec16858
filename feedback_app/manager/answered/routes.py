"""A month's answered invitations, without what was answered; a wrong code, mode or age mark is put right from here."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.manager.answered.forms import CorrectAnsweredForm
from feedback_app.manager.answered.views import (
    answered_in_month,
    find_answered,
    former_versions,
)
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.month import Month
from feedback_app.responses.new_version import correct_response
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("answered", __name__, url_prefix="/manager")


@room.get("/<month>/answered")
@policy("manager")
def list_answered(month: str) -> str:
    """Who has answered, by IRO, day and what was noted."""
    try:
        wanted = Month.parse(month)
    except ValueError:
        abort(404)
    me = current_viewer()
    return render_template(
        "manager/answered/list.html",
        rows=answered_in_month(
            context.db_session(), wanted, person_id=me.person_id, roles=me.roles
        ),
        month=wanted,
        titles=_titles(),
    )


@room.get("/answered/<answered_id>")
@policy("manager")
def correct_answered(answered_id: str) -> str:
    """What was noted of one, to be put right."""
    response, invitation = _answered(answered_id)
    form = CorrectAnsweredForm.of_response(response, invitation)
    return _page(response, invitation, form)


@room.post("/answered/<answered_id>")
@policy("manager")
def correct_answered_now(answered_id: str) -> AnyResponse:
    """Note it as it is, as a new version; pressed again, it is one."""
    response, invitation = _answered(answered_id)
    form = CorrectAnsweredForm.of_response(response, invitation)
    if not (form.validate() and form.check_with(response)):
        return make_response(_page(response, invitation, form), 400)
    db = context.db_session()
    typed = form.version.data or ""
    done = correct_response(
        db,
        context.keys(),
        invitation.id,
        form.facts_for(response),
        seen=int(typed) if typed.isdecimal() and len(typed) < 9 else 0,
        reason=form.reason.data,
        person_id=current_viewer().person_id,
    )
    if done == "gone":
        abort(404)
    if done == "changed":
        response, invitation = _answered(answered_id)
        form.say_changed(response.version)
        return make_response(_page(response, invitation, form), 409)
    flash(
        _("Saved. All figures count it so from now on.")
        if done == "corrected"
        else _("It is noted like that already.")
    )
    answer = redirect(url_for("answered.list_answered", month=response.month), 303)
    db.commit()
    return answer


def _answered(answered_id: str) -> tuple[Response, Invitation]:
    me = current_viewer()
    found = find_answered(
        context.db_session(), answered_id, person_id=me.person_id, roles=me.roles
    )
    return found or abort(404)


def _page(response: Response, invitation: Invitation, form: CorrectAnsweredForm) -> str:
    return render_template(
        "manager/answered/correct.html",
        form=form,
        response=response,
        invitation=invitation,
        former=former_versions(context.db_session(), response),
        titles=_titles(),
    )


def _titles() -> dict[str, str]:
    """Key and short title of every survey."""
    catalogue = context.catalogue()
    surveys = (catalogue.monthly_survey(), *catalogue.newest_surveys("manager"))
    return {survey.key: survey.short_title for survey in surveys}
