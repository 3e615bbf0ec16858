"""The manager's invitations to the safeguarding and the yearly survey: made from a list, printed as sheets of cards."""

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
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.documents import qr
from feedback_app.invitations.issue import end_invitation
from feedback_app.manager.asking.forms import AskManyForm
from feedback_app.manager.asking.verbs import (
    ask_many,
    batch_cards,
    batch_of,
    waiting_batches,
)
from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.reports.figures.misdirected import misdirected_to_ask_again
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("asking", __name__, url_prefix="/manager")


@room.get("/ask")
@policy("manager")
def invite_group() -> str:
    """The form that takes a list of references."""
    return render_template("manager/asking/ask.html", form=_form())


@room.post("/ask")
@policy("manager")
def ask_now() -> AnyResponse:
    """Make a link for each reference, all or none."""
    form, parts = _form(), context.instance()
    if not (form.validate() and form.check_age(parts.catalogue)):
        return make_response(render_template("manager/asking/ask.html", form=form), 400)
    db = context.db_session()
    made = ask_many(
        db,
        parts.keys,
        parts.catalogue,
        form,
        days=parts.settings.link_days,
        by=current_viewer().person_id,
    )
    flash(ngettext("%(num)s link is made.", "%(num)s links are made.", made))
    db.commit()
    return redirect(url_for("asking.list_invited"), 303)


@room.get("/asked")
@policy("manager")
def list_invited() -> str:
    """The links that wait, by day, survey and age; and those that reached somebody they were not for."""
    db, me = context.db_session(), current_viewer().person_id
    titles = _titles()
    return render_template(
        "manager/asking/invited.html",
        batches=waiting_batches(db, me, list(titles)),
        astray=misdirected_to_ask_again(db, me, list(titles)),
        titles=titles,
    )


@room.get("/asked/cards")
@policy("manager")
def print_cards() -> AnyResponse:
    """One day's links as cards to print and cut out, each with its reference on a stub."""
    parts, db = context.instance(), context.db_session()
    wanted = {name: request.args.get(name, "") for name in ("survey", "band", "day")}
    batch = batch_of(db, current_viewer().person_id, list(_titles()), **wanted)
    if batch is None:
        flash(
            _(
                "None of those links is without an answer any more: each was answered or has ended."
            )
        )
        return redirect(url_for("asking.list_invited"), 303)
    made = [
        (
            card,
            qr.qr_svg(
                f"{parts.settings.public_url}/r/{card.link.token}",
                _("QR code that opens the questions"),
            ),
        )
        for card in batch_cards(db, parts.keys, batch)
    ]
    site = parts.settings.public_url.partition("://")[2]
    return make_response(
        render_template(
            "manager/asking/cards.html",
            made=made,
            site=site,
            numbers=parts.settings.braces,
        )
    )


@room.post("/asked/<invitation_id>/end")
@policy("manager")
def end_link(invitation_id: str) -> AnyResponse:
    """End one of the links at once."""
    db = context.db_session()
    found = db.scalar(
        invitations_for(current_viewer().person_id).where(
            Invitation.id == invitation_id, Invitation.survey.in_(list(_titles()))
        )
    )
    if found is None:
        abort(404)
    done = end_invitation(
        db, context.keys(), found, person_id=current_viewer().person_id
    )
    flash(
        _("The link has ended.")
        if done
        else _("This link is over already: it was answered or ended.")
    )
    db.commit()
    return redirect(url_for("asking.list_invited"), 303)


def _form() -> AskManyForm:
    return AskManyForm(context.catalogue().newest_surveys("manager"))


def _titles() -> dict[str, str]:
    """Key and short title of each survey that the manager hands out (plan row 11b)."""
    return {
        survey.key: survey.short_title
        for survey in context.catalogue().newest_surveys("manager")
    }
