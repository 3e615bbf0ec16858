"""What children answered: any survey, any months, any part of the children; true counts for the manager alone."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request

from feedback_app import clock
from feedback_app.invitations.campaigns import campaigns_of
from feedback_app.manager.results import views
from feedback_app.manager.results.choice import (
    read_choice,
    slice_name,
    slice_value,
    survey_choices,
    versions_of,
)
from feedback_app.models.campaign import Campaign
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.counted import latest_month
from feedback_app.reports.figures.survey_answers import count_survey
from feedback_app.web import context
from feedback_app.web.access import policy

room = Blueprint("results", __name__, url_prefix="/manager")


@room.get("/answers")
@policy("manager")
def show_answers() -> str:
    """One survey's questions, each with its chart and its table."""
    return _page(request.args.to_dict())


@room.get("/<month>/answers")
@policy("manager")
def month_answers(month: str) -> str:
    """The same of one month of the monthly survey, as the month's pages lead to it."""
    try:
        wanted = Month.parse(month)
    except ValueError:
        abort(404)
    return _page({"period": "month", "month": str(wanted)})


def _page(typed: Mapping[str, str]) -> str:
    db, catalogue = context.db_session(), context.catalogue()
    asked_for = db.get(Campaign, typed.get("campaign", ""))
    key = typed.get("survey") or (asked_for.survey if asked_for else "")
    surveys = versions_of(catalogue, key)
    usual = latest_month(db, surveys[-1].key) or Month.containing(clock.today())
    campaigns = campaigns_of(db, surveys[-1].key)
    choice = read_choice(surveys, typed, usual, campaigns)
    found = count_survey(db, surveys, choice.period, choice.part, choice.beside)
    return render_template(
        "manager/results/answers.html",
        choice=choice,
        answers=found,
        questions=views.draw_questions(found),
        surveys=survey_choices(catalogue),
        column_name=views.column_name,
        slice_name=slice_name,
        slice_value=slice_value,
        say=wording,
    )
