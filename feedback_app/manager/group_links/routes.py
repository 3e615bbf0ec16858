"""One link of a group that a manager invited: what an IRO can do with a link of their own, for the same mis-taps."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.documents import qr
from feedback_app.invitations.issue import (
    open_link,
    read_reference,
)
from feedback_app.invitations.take_back import (
    can_be_reopened,
    find_former_link,
)
from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.month import london_day
from feedback_app.web import context, link_changes, send_form
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.review_form import CorrectForm

room = Blueprint("group_links", __name__, url_prefix="/manager/asked")


@room.get("/<group_link_id>")
@policy("manager")
def show_link(group_link_id: str) -> str:
    """A waiting link: its code, address and four words. Of one that a tap ended: the way back."""
    found, db = _own_link(group_link_id), context.db_session()
    if can_be_reopened(db, found):
        return render_template("manager/group_links/taken_back.html", invitation=found)
    if found.outcome != "waiting":
        abort(404)
    parts = context.instance()
    opened = open_link(parts.keys, found)
    address = f"{parts.settings.public_url}/r/{opened.token}"
    return render_template(
        "manager/group_links/link.html",
        invitation=found,
        survey=parts.catalogue.find_survey(found.survey, found.survey_version),
        made_on=london_day(found.issued_at),
        over=found.ends_at <= clock.now(),
        former=find_former_link(db, found),
        reference=read_reference(db, parts.keys, found),
        picture=qr.qr_svg(address, _("QR code that opens the questions")),
        address=address,
        site=parts.settings.public_url.partition("://")[2],
        words=opened.words,
        **send_form.sending_facts(found),
    )


@room.get("/<group_link_id>/send")
@policy("manager")
def send_link(group_link_id: str) -> str | AnyResponse:
    """The form to send a waiting link by text message or e-mail; where that is not set up, its page."""
    found = _own_link(group_link_id)
    form = send_form.open_send_form()
    if form is None or found.outcome != "waiting":
        return _keep_and_lead(found, waits=found.outcome == "waiting")
    return _send_page(found, form)


@room.post("/<group_link_id>/send")
@policy("manager")
def send_now(group_link_id: str) -> AnyResponse:
    """Send it: the worker does, within a minute."""
    found = _own_link(group_link_id)
    form = send_form.open_send_form()
    if form is None:
        return _keep_and_lead(found, waits=found.outcome == "waiting")
    if not form.validate():
        return make_response(_send_page(found, form), 400)
    return _keep_and_lead(found, waits=send_form.send_from_form(found, form))


@room.post("/<group_link_id>/end")
@policy("manager")
def end_link(group_link_id: str) -> AnyResponse:
    """End the link at once."""
    found = _own_link(group_link_id)
    done = link_changes.end_waiting_link(found, said=_("The link has ended."))
    return _keep_and_lead(found, waits=done)


@room.post("/<group_link_id>/back")
@policy("manager")
def take_back(group_link_id: str) -> AnyResponse:
    """It did not end: the link waits again."""
    found = _own_link(group_link_id)
    return _keep_and_lead(found, waits=link_changes.reopen_link(found))


@room.post("/<group_link_id>/again")
@policy("manager")
def issue_again(group_link_id: str) -> AnyResponse:
    """A new link for a lost card; the older one ends."""
    found = _own_link(group_link_id)
    return _keep_and_lead(found, waits=link_changes.issue_link_again(found))


@room.post("/<group_link_id>/again/back")
@policy("manager")
def take_back_again(group_link_id: str) -> AnyResponse:
    """The card was not lost: the former one is good again, the newer one ends."""
    found = _own_link(group_link_id)
    return _keep_and_lead(found, waits=link_changes.take_new_link_back(found))


@room.get("/<group_link_id>/correct")
@policy("manager")
def correct_link(group_link_id: str) -> str:
    """What was noted of the child, to be put right while the link waits."""
    found = _own_link(group_link_id)
    if found.outcome != "waiting":
        abort(404)
    return _correct_page(found, _correct_form(found))


@room.post("/<group_link_id>/correct")
@policy("manager")
def correct_now(group_link_id: str) -> AnyResponse:
    """Note it as it is; the card stays good."""
    found = _own_link(group_link_id)
    form = _correct_form(found)
    if not (form.validate() and form.check_together()):
        return make_response(_correct_page(found, form), 400)
    said = _("Saved. The card stays as it is.")
    done = link_changes.correct_waiting_link(found, form.noted_facts, said=said)
    return _keep_and_lead(found, waits=done)


def _send_page(found: Invitation, form: send_form.SendForm) -> str:
    return send_form.send_page(
        found,
        form,
        action=url_for("group_links.send_now", group_link_id=found.id),
        back=url_for("group_links.show_link", group_link_id=found.id),
    )


def _keep_and_lead(found: Invitation, *, waits: bool) -> AnyResponse:
    """Keep what was done; the link's page comes next where there is one, else the list."""
    page = url_for("group_links.show_link", group_link_id=found.id)
    answer = redirect(page if waits else url_for("asking.list_invited"), 303)
    context.db_session().commit()
    return answer


def _correct_form(found: Invitation) -> CorrectForm:
    catalogue = context.catalogue()
    survey = catalogue.find_survey(found.survey, found.survey_version)
    return CorrectForm.of_invitation(found, survey.bands)


def _correct_page(found: Invitation, form: CorrectForm) -> str:
    reference = read_reference(context.db_session(), context.keys(), found)
    return render_template(
        "manager/group_links/correct.html",
        form=form,
        invitation=found,
        reference=reference,
    )


def _own_link(group_link_id: str) -> Invitation:
    """The link, if this manager made it for a group or was handed it; another's is as unknown as one that never was."""
    surveys = [one.key for one in context.catalogue().newest_surveys("manager")]
    found = context.db_session().scalar(
        invitations_for(current_viewer().person_id).where(
            Invitation.id == group_link_id, Invitation.survey.in_(surveys)
        )
    )
    return found or abort(404)
