"""The measures of a survey: each with its target, the month, the twelve months to it, a verdict and a movement."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from feedback_app import clock
from feedback_app.manager.measures import views
from feedback_app.manager.results.choice import (
    read_choice,
    survey_choices,
    versions_of,
)
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.counted import latest_month
from feedback_app.reports.figures.measures import measure_survey
from feedback_app.web import context
from feedback_app.web.access import policy

room = Blueprint("measures", __name__, url_prefix="/manager/measures")


@room.get("")
@policy("manager")
def show_measures() -> str:
    """All measures of one survey in one month."""
    db, catalogue = context.db_session(), context.catalogue()
    surveys = versions_of(catalogue, request.args.get("survey", ""))
    usual = latest_month(db, surveys[-1].key) or Month.containing(clock.today())
    choice = read_choice(surveys, request.args.to_dict(), usual)
    found = measure_survey(db, surveys, choice.period.last)
    return render_template(
        "manager/measures/measures.html",
        choice=choice,
        measures=found,
        drawn=views.draw_measures(found.rows),
        surveys=survey_choices(catalogue),
        percent=views.percent_in_words,
        interval=views.interval_in_words,
        say=wording,
    )
