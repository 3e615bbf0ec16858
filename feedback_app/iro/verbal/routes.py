"""Writing down what a child says: the same questions, what to say before and after, marked verbal."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.iro.asking.own import find_own_invitation
from feedback_app.iro.verbal.written import is_written_down
from feedback_app.models.invitation import Invitation
from feedback_app.survey_page.keyed_in import (
    Manner,
    draw_keyed_in,
    receive_keyed_in,
    reference_for,
    visit_of,
)
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.headers import compress_page
from feedback_app.web.on_device import key_of_device, mark_of_link, mark_of_viewer

room = Blueprint("verbal", __name__, url_prefix="/iro/verbal")
room.after_request(compress_page)

VERBAL = Manner(
    "verbal", "iro/verbal/verbal.html", "iro/verbal/thanks.html", "iro/verbal/over.html"
)


@room.get("/<invitation_id>")
@policy("iro")
def record_verbal(invitation_id: str) -> AnyResponse:
    """The questions as the child would see them, with what to say before and after."""
    found = _own_invitation(invitation_id)
    if found.outcome != "waiting":
        return _no_longer_waiting(found)
    db = context.db_session()
    page = draw_keyed_in(
        VERBAL,
        found,
        visit_of(db, found),
        {},
        {},
        reference=reference_for(db, found),
    )
    return make_response(page)


@room.post("/<invitation_id>")
@policy("iro")
def record_now(invitation_id: str) -> AnyResponse:
    """Keep what was written down. The same send again is the same thank-you (promise 49)."""
    found = _own_invitation(invitation_id)
    form = request.form.to_dict(flat=False)
    taken = receive_keyed_in(VERBAL, found, form, current_viewer().person_id)
    return make_response(taken.page, taken.status)


def _no_longer_waiting(found: Invitation) -> AnyResponse:
    """It is written down already; or the link is over, and what this device keeps of it can be read and copied."""
    kept_key = _key_of_kept(found)
    if is_written_down(context.db_session(), current_viewer().person_id, found.id):
        page = render_template(VERBAL.thanks, invitation=found, kept_key=kept_key)
        return make_response(page)
    key = key_of_device(found.id)
    page = render_template(VERBAL.over, kept=(), kept_key=kept_key, device_key=key)
    return make_response(page, 404)


def _key_of_kept(found: Invitation) -> str:
    """Under which this person's device keeps what was keyed in."""
    return f"{mark_of_viewer()}.{mark_of_link(found.id)}"


def _own_invitation(invitation_id: str) -> Invitation:
    found = find_own_invitation(
        context.db_session(), current_viewer().person_id, invitation_id
    )
    return found or abort(404)
