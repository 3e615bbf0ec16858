"""Pages that give out Word forms: for a link of one's own that waits, and blank.

A form for a link holds its token, as the card does: only whoever made the link gets it, and no one may store it.
"""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.invitations.issue import read_reference
from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.survey.model import Survey
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.child_languages import child_languages
from feedback_app.word_forms.files import blank_form, can_be_printed, forms_of_links
from feedback_app.word_forms.forms import BlankForm

room = Blueprint("word_forms", __name__, url_prefix="/forms")


@room.get("")
@policy("iro", "manager")
def choose_blank() -> str:
    """The form that chooses a blank one."""
    return render_template("word_forms/blank.html", form=_blank())


@room.get("/blank")
@policy("iro", "manager")
def download_blank() -> AnyResponse:
    """A form without a link."""
    form = _blank()
    if not (form.validate() and form.check_together()):
        return make_response(render_template("word_forms/blank.html", form=form), 400)
    return blank_form(form.chosen_blank)


@room.get("/links/<invitation_id>")
@policy("iro", "manager")
def show_form(invitation_id: str) -> str:
    """What to do with a link's form, and its download."""
    db = context.db_session()
    found = _own_waiting(db, invitation_id)
    return render_template(
        "word_forms/link.html",
        invitation=found,
        reference=read_reference(db, context.keys(), found),
        numbers=context.settings().braces,
        group=context.catalogue().find_survey(found.survey).handed_out_by == "manager",
    )


@room.get("/links/<invitation_id>/form")
@policy("iro", "manager")
def download_form(invitation_id: str) -> AnyResponse:
    """The form of a link, in large print with `large`."""
    db = context.db_session()
    found = _own_waiting(db, invitation_id)
    return forms_of_links(db, [found], large="large" in request.args)


def _blank() -> BlankForm:
    return BlankForm(request.args, _surveys(), child_languages())


def _surveys() -> list[Survey]:
    """Those that the viewer can hand out: a manager all of them, an officer those that IROs make links of."""
    role = None if "manager" in current_viewer().roles else "iro"
    return context.catalogue().newest_surveys("iro" if role else None)


def _own_waiting(db: Session, invitation_id: str) -> Invitation:
    """The link, if the viewer made it and it works; another's is as unknown as one that never was (promise 21)."""
    found = db.scalar(
        invitations_for(current_viewer().person_id).where(
            Invitation.id == invitation_id
        )
    )
    if found is None or not can_be_printed(found):
        abort(404)
    return found
