"""Keying in a paper form: anyone but the child's own IRO does it, so that no IRO handles answers about themselves."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.invitations.links import find_by_words
from feedback_app.invitations.tokens import typed_words
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

room = Blueprint("paper", __name__, url_prefix="/manager/paper")
room.after_request(compress_page)

PAPER = Manner(
    "paper",
    "manager/paper/paper.html",
    "manager/paper/thanks.html",
    "iro/verbal/over.html",
)


@room.get("/")
@policy("manager")
def find_paper_form() -> str:
    """The four words on the form lead to its invitation."""
    return render_template("manager/paper/find.html", typed="", problem="")


@room.post("/")
@policy("manager")
def find_now() -> AnyResponse:
    """Find it, also when the link has ended meanwhile: paper travels by post."""
    typed = request.form.get("words", "")[:200]
    link = find_by_words(
        context.db_session(), context.keys(), " ".join(typed_words(typed))
    )
    if link is None or link.outcome in ("answered", "not_for_me"):
        problem = _(
            "No form with these four words is waiting to be keyed in. Check each word on the form."
        )
        return make_response(
            render_template("manager/paper/find.html", typed=typed, problem=problem),
            400,
        )
    return redirect(url_for("paper.record_paper", invitation_id=link.id), 303)


@room.get("/<invitation_id>")
@policy("manager")
def record_paper(invitation_id: str) -> str:
    """The questions as they stand on the form."""
    found = _keyable(invitation_id)
    db = context.db_session()
    return draw_keyed_in(
        PAPER,
        found,
        visit_of(db, found),
        {},
        {},
        reference=reference_for(db, found),
    )


@room.post("/<invitation_id>")
@policy("manager")
def record_now(invitation_id: str) -> AnyResponse:
    """Keep what the child wrote, marked paper."""
    found = _keyable(invitation_id)
    form = request.form.to_dict(flat=False)
    taken = receive_keyed_in(PAPER, found, form, current_viewer().person_id)
    return make_response(taken.page, taken.status)


def _keyable(invitation_id: str) -> Invitation:
    """The invitation, for whoever is not the IRO whom the answers are about (rule D9)."""
    found = context.db_session().get(Invitation, invitation_id)
    if found is None or found.iro_id == current_viewer().person_id:
        abort(404)
    return found
