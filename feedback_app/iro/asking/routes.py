"""Asking a child: the form, the link with its QR code and card, a new link, ending it."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.documents import qr
from feedback_app.invitations.issue import (
    ReferenceMissing,
    end_invitation,
    issue_invitation,
    open_link,
    read_reference,
    reissue_link,
)
from feedback_app.iro.asking.forms import AskForm, invitation_facts
from feedback_app.iro.asking.own import find_own_invitation
from feedback_app.models.invitation import Invitation
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.child_languages import child_languages

room = Blueprint("iro_asking", __name__, url_prefix="/iro")


@room.get("/ask")
@policy("iro")
def ask_child() -> str:
    """The form that names whom to ask."""
    return render_template("iro/asking/ask.html", form=_ask_form())


@room.post("/ask")
@policy("iro")
def invite_now() -> AnyResponse:
    """Make a link, or go on to write down what the child says, or record that they said no."""
    form = _ask_form()
    parts = context.instance()
    if not form.validate():
        return make_response(render_template("iro/asking/ask.html", form=form), 400)
    db = context.db_session()
    way = request.form.get("way", "link")
    try:
        made = issue_invitation(
            db,
            parts.keys,
            invitation_facts(form, parts.catalogue, current_viewer().person_id),
            days=parts.settings.link_days,
            outcome="declined" if way == "said_no" else "waiting",
        )
    except ReferenceMissing:
        form.reference.errors = [
            _("Type a reference by which the council can find the child.")
        ]
        return make_response(render_template("iro/asking/ask.html", form=form), 400)
    if way == "said_no":
        flash(_("Noted: asked, and said no."))
        answer = redirect(url_for("iro.my_month"), 303)
    elif way == "aloud":
        answer = redirect(url_for("verbal.record_verbal", invitation_id=made.id), 303)
    else:
        answer = redirect(url_for("iro_asking.show_link", invitation_id=made.id), 303)
    db.commit()
    return answer


@room.get("/links/<invitation_id>")
@policy("iro")
def show_link(invitation_id: str) -> str:
    """A waiting link: its QR code, large; the address and the four words under it."""
    return _link_page(invitation_id, "iro/asking/link.html")


@room.get("/links/<invitation_id>/card")
@policy("iro")
def print_card(invitation_id: str) -> str:
    """The same on a card to print."""
    return _link_page(invitation_id, "iro/asking/card.html")


@room.post("/links/<invitation_id>/again")
@policy("iro")
def issue_again(invitation_id: str) -> AnyResponse:
    """A new link for a lost card; the older one ends."""
    found = _own_invitation(invitation_id)
    parts = context.instance()
    done = reissue_link(
        context.db_session(),
        parts.keys,
        found,
        days=parts.settings.link_days,
        person_id=current_viewer().person_id,
    )
    flash(
        _("This is a new link. The older one has ended.") if done else _already_over()
    )
    context.db_session().commit()
    return redirect(
        url_for("iro_asking.show_link", invitation_id=found.id)
        if done
        else url_for("iro.my_month"),
        303,
    )


@room.post("/links/<invitation_id>/end")
@policy("iro")
def end_link(invitation_id: str) -> AnyResponse:
    """End a link at once."""
    return _close(invitation_id, declined=False, said=_("The link has ended."))


@room.post("/links/<invitation_id>/said-no")
@policy("iro")
def said_no(invitation_id: str) -> AnyResponse:
    """One tap: the child was asked and said no."""
    return _close(invitation_id, declined=True, said=_("Noted: asked, and said no."))


def _link_page(invitation_id: str, template: str) -> str:
    found = _own_invitation(invitation_id)
    if found.outcome != "waiting":
        abort(404)
    parts = context.instance()
    opened = open_link(parts.keys, found)
    address = f"{parts.settings.public_url}/r/{opened.token}"
    return render_template(
        template,
        invitation=found,
        over=found.ends_at <= clock.now(),
        reference=read_reference(context.db_session(), parts.keys, found),
        picture=qr.qr_svg(address, _("QR code that opens the questions")),
        address=address,
        site=parts.settings.public_url.partition("://")[2],
        words=opened.words,
        numbers=parts.settings.braces,
    )


def _close(invitation_id: str, *, declined: bool, said: str) -> AnyResponse:
    found = _own_invitation(invitation_id)
    done = end_invitation(
        context.db_session(),
        context.keys(),
        found,
        person_id=current_viewer().person_id,
        declined=declined,
    )
    flash(said if done else _already_over())
    context.db_session().commit()
    return redirect(url_for("iro.my_month"), 303)


def _already_over() -> str:
    return str(_("This link is over already: it was answered or ended."))


def _ask_form() -> AskForm:
    return AskForm(child_languages().offers[context.catalogue().monthly_survey().key])


def _own_invitation(invitation_id: str) -> Invitation:
    found = find_own_invitation(
        context.db_session(), current_viewer().person_id, invitation_id
    )
    return found or abort(404)
