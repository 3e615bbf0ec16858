"""IRO says, child says: one page for a month, a quarter, the twelve months to a month, or any months."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from feedback_app import clock
from feedback_app.manager.both_accounts import views
from feedback_app.manager.results.choice import read_choice
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.counted import latest_month
from feedback_app.reports.figures.iro_says import compare_accounts
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.shares import taking_from
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.web import context
from feedback_app.web.access import policy

room = Blueprint("both_accounts", __name__, url_prefix="/manager/iro-says")


@room.get("")
@policy("manager")
def show_accounts() -> str:
    """What officers noted beside what children say: counts of the whole service, never by officer."""
    db, catalogue = context.db_session(), context.catalogue()
    surveys = tuple(catalogue.monthly_versions())
    usual = latest_month(db, surveys[-1].key) or Month.containing(clock.today())
    choice = read_choice(surveys, {"period": "year", **request.args.to_dict()}, usual)
    found = compare_accounts(db, surveys[-1].key, *choice.period.months)
    labels = {
        option: words
        for question in asked_questions(surveys)
        if question.id == "views_shared"
        for option, words in question.options.items()
    }
    with taking_from(read_rules(db, choice.period.last).fewest_answers):
        return render_template(
            "manager/both_accounts/both_accounts.html",
            choice=choice,
            comparisons=views.compare_all(found, lambda who: labels.get(who, who)),
            share_of=views.share_of,
            say=wording,
        )
