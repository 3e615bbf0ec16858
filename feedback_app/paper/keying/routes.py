"""Keying in a paper form: anyone but the child's own IRO does it, so that no IRO handles answers about themselves."""

from __future__ import annotations

from dataclasses import replace

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.invitations.campaigns import days_of_link, running_campaign
from feedback_app.invitations.issue import ReferenceMissing, issue_invitation
from feedback_app.invitations.links import find_by_words
from feedback_app.invitations.references import already_asked
from feedback_app.invitations.tokens import typed_words
from feedback_app.models.invitation import Invitation
from feedback_app.paper.keying.forms import BeginForm
from feedback_app.paper.keying.views import (
    build_sheet,
    officers_by_name,
    was_keyed_in_by,
)
from feedback_app.survey_page.keyed_in import (
    Manner,
    draw_keyed_in,
    receive_keyed_in,
    reference_for,
    visit_of,
)
from feedback_app.typed_text import reference_key
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.child_languages import child_languages
from feedback_app.web.headers import compress_page
from feedback_app.web.on_device import key_of_device, mark_of_link, mark_of_viewer

room = Blueprint("paper", __name__, url_prefix="/paper")
room.after_request(compress_page)
former = Blueprint("former_paper", __name__, url_prefix="/manager/paper")
"""Where these pages stood before they were for business support too."""

KEYERS = ("manager", "business_support")
PAPER = Manner(
    "paper",
    "paper/keying/sheet.html",
    "paper/keying/thanks.html",
    "paper/keying/over.html",
    build_sheet,
)
KEPT = "kept_form"
"""What the next page is told of a form that is stored: under which mark the browser kept it, which opens nothing."""


@room.get("/")
@policy(*KEYERS)
def find_paper_form() -> str:
    """The four words on the form lead to its sheet. After a form is stored it says so, and waits for the next."""
    return _find_page(kept_key=session.pop(KEPT, ""))


@room.post("/")
@policy(*KEYERS)
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
        return make_response(_find_page(typed=typed, problem=problem), 400)
    return redirect(url_for("paper.record_paper", invitation_id=link.id), 303)


@room.get("/begin")
@policy(*KEYERS)
def begin_form() -> str:
    """What stands on the part of a blank form that is torn off: it has no four words."""
    return _begin_page(_begin_form())


@room.post("/begin")
@policy(*KEYERS)
def begin_now() -> AnyResponse:
    """Make the invitation of a blank form, and go on to its sheet."""
    form, parts, db = _begin_form(), context.instance(), context.db_session()
    holds = form.validate()
    if not (form.check_together() and holds):
        return make_response(_begin_page(form), 400)
    if not form.is_another:
        asked = already_asked(db, parts.keys, form.survey.data, [form.reference.data])
        found = asked.get(reference_key(form.reference.data), "")
        if found:
            return make_response(_begin_page(form, found), 409)
    campaign = running_campaign(db, form.survey.data, clock.today())
    facts = form.facts_of_form(current_viewer().person_id)
    try:
        made = issue_invitation(
            db,
            parts.keys,
            replace(facts, campaign_id=campaign.id if campaign else None),
            days=days_of_link(campaign, parts.settings.link_days),
        )
    except ReferenceMissing:
        form.reference.errors = [
            _("Type a reference by which the council can find the child.")
        ]
        return make_response(_begin_page(form), 400)
    answer = redirect(url_for("paper.record_paper", invitation_id=made.id), 303)
    db.commit()
    return answer


@room.get("/<invitation_id>")
@policy(*KEYERS)
def record_paper(invitation_id: str) -> AnyResponse:
    """The questions as they stand on the form."""
    found, db = _keyable(invitation_id), context.db_session()
    if found.outcome in ("answered", "not_for_me"):
        return _no_longer_waiting(found)
    page = draw_keyed_in(
        PAPER,
        found,
        visit_of(db, found),
        {},
        {},
        reference=reference_for(db, found),
    )
    return make_response(page)


@room.post("/<invitation_id>")
@policy(*KEYERS)
def record_now(invitation_id: str) -> AnyResponse:
    """Keep what the child wrote, marked paper. The same send again is kept once, and answered alike."""
    found = _keyable(invitation_id)
    form = request.form.to_dict(flat=False)
    taken = receive_keyed_in(PAPER, found, form, current_viewer().person_id)
    if not taken.kept:
        return make_response(taken.page, taken.status)
    session[KEPT] = _key_of_kept(found)
    if request.headers.get("X-Sent-By") == "script":
        return make_response(taken.page)
    return redirect(url_for("paper.find_paper_form"), 303)


@former.get("/")
@policy("manager")
def find_at_former_address() -> AnyResponse:
    """Where it stands now."""
    return redirect(url_for("paper.find_paper_form"), 301)


@former.get("/<invitation_id>")
@policy("manager")
def record_at_former_address(invitation_id: str) -> AnyResponse:
    """Where it stands now."""
    return redirect(url_for("paper.record_paper", invitation_id=invitation_id), 301)


def _find_page(*, typed: str = "", problem: str = "", kept_key: str = "") -> str:
    return render_template(
        "paper/keying/find.html", typed=typed, problem=problem, kept_key=kept_key
    )


def _begin_form() -> BeginForm:
    parts = context.instance()
    monthly = parts.catalogue.monthly_survey()
    others = [one for one in parts.catalogue.newest_surveys() if one.key != monthly.key]
    officers = officers_by_name(context.db_session(), current_viewer().person_id)
    return BeginForm(
        [monthly, *others], officers, child_languages().offers_now(monthly.key)
    )


def _begin_page(form: BeginForm, asked: str = "") -> str:
    """The form; `asked`: that the child was asked already, "waiting" or "answered"."""
    return render_template("paper/keying/begin.html", form=form, asked=asked)


def _no_longer_waiting(found: Invitation) -> AnyResponse:
    """It is keyed in already; or it is over, and what this device keeps of it can be read and copied."""
    kept_key = _key_of_kept(found)
    if was_keyed_in_by(context.db_session(), current_viewer().person_id, found.id):
        return make_response(render_template(PAPER.thanks, kept_key=kept_key))
    page = render_template(
        PAPER.over, kept=(), kept_key=kept_key, device_key=key_of_device(found.id)
    )
    return make_response(page, 404)


def _key_of_kept(found: Invitation) -> str:
    """Under which this person's browser keeps what was keyed in."""
    return f"{mark_of_viewer()}.{mark_of_link(found.id)}"


def _keyable(invitation_id: str) -> Invitation:
    """The invitation, for whoever is not the IRO whom the answers are about (rule D9)."""
    found = context.db_session().get(Invitation, invitation_id)
    if found is None or found.iro_id == current_viewer().person_id:
        abort(404)
    return found
