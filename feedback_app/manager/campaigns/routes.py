"""The manager begins a campaign, sees how it goes, and lets it last longer (plan row 11b)."""

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

from feedback_app.invitations.campaigns import (
    CampaignsOverlap,
    make_campaign,
    prolong_campaign,
)
from feedback_app.manager.campaigns.forms import CampaignForm, ProlongForm
from feedback_app.manager.campaigns.views import campaign_rows
from feedback_app.manager.cohorts.views import share_words
from feedback_app.models.campaign import Campaign
from feedback_app.reports import figures_in_words as wording
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("campaigns", __name__, url_prefix="/manager/campaigns")


@room.get("")
@policy("manager")
def list_campaigns() -> str:
    """All campaigns with their counts, the latest first, and the form of a new one."""
    return _list_page(_new_form())


@room.post("")
@policy("manager")
def begin_campaign() -> AnyResponse:
    """Keep a new campaign: links that are made from its first day on are its own."""
    form, db = _new_form(), context.db_session()
    if not form.validate():
        return make_response(_list_page(form), 400)
    try:
        made = make_campaign(
            db,
            context.keys().audit,
            survey=form.survey.data,
            name=form.name.data,
            begins_on=form.begins_on.data,
            last_day=form.last_day.data,
            reminder_days=form.reminder_days,
            person_id=current_viewer().person_id,
        )
    except CampaignsOverlap as overlap:
        form.begins_on.errors = [_overlap_words(overlap)]
        return make_response(_list_page(form), 409)
    flash(_("Saved. Links that are made from its first day on belong to it."))
    db.commit()
    return redirect(url_for("campaigns.show_campaign", campaign_id=made.id), 303)


@room.get("/<campaign_id>")
@policy("manager")
def show_campaign(campaign_id: str) -> str:
    """One campaign: the counter by age, whom to reach yet, and the form of a later last day."""
    found = _campaign(campaign_id)
    return _campaign_page(found, ProlongForm(found))


@room.post("/<campaign_id>")
@policy("manager")
def let_it_last(campaign_id: str) -> AnyResponse:
    """Move its last day on, and the last day of the links that wait."""
    found, db = _campaign(campaign_id), context.db_session()
    form = ProlongForm(found)
    if not form.validate():
        return make_response(_campaign_page(found, form), 400)
    try:
        prolong_campaign(
            db,
            context.keys().audit,
            found,
            form.last_day.data,
            person_id=current_viewer().person_id,
        )
    except CampaignsOverlap as overlap:
        form.last_day.errors = [_overlap_words(overlap)]
        return make_response(_campaign_page(found, form), 409)
    flash(_("Saved. Links that wait work until that day."))
    db.commit()
    return redirect(url_for("campaigns.show_campaign", campaign_id=found.id), 303)


def _new_form() -> CampaignForm:
    return CampaignForm(context.catalogue().newest_surveys("manager"))


def _campaign(campaign_id: str) -> Campaign:
    found = context.db_session().get(Campaign, campaign_id)
    if found is None:
        abort(404)
    return found


def _overlap_words(overlap: CampaignsOverlap) -> str:
    return str(
        _(
            "“%(name)s” of the same survey runs on some of these days. Choose others.",
            name=overlap.other.name,
        )
    )


def _list_page(form: CampaignForm) -> str:
    return render_template(
        "manager/campaigns/list.html",
        form=form,
        rows=campaign_rows(context.db_session(), context.settings()),
        titles=_titles(),
    )


def _campaign_page(found: Campaign, form: ProlongForm) -> str:
    (row,) = campaign_rows(context.db_session(), context.settings(), [found])
    return render_template(
        "manager/campaigns/campaign.html",
        form=form,
        row=row,
        title=_titles().get(found.survey, found.survey),
        share_words=share_words,
        say=wording,
    )


def _titles() -> dict[str, str]:
    return {
        survey.key: survey.short_title
        for survey in context.catalogue().newest_surveys()
    }
