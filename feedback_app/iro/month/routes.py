"""An IRO's own month: who was heard, and which links have no answer yet."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.iro.month import sentences
from feedback_app.iro.month.views import month_of
from feedback_app.month import Month
from feedback_app.reports.figures_in_words import asked_in_words
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("iro", __name__, url_prefix="/iro")


@room.get("/")
@policy("iro")
def my_month_now() -> AnyResponse:
    """The present month."""
    return redirect(
        url_for("iro.my_month", month=str(Month.containing(clock.today()))), 303
    )


@room.get("/month")
@policy("iro")
def my_month() -> str:
    """What is missing and a button for each half; the links that wait, what ended without an answer, what is shared."""
    try:
        month = Month.parse(
            request.args.get("month", str(Month.containing(clock.today())))
        )
    except ValueError:
        abort(404)
    parts = context.instance()
    seen = month_of(
        context.db_session(),
        parts.keys,
        parts.settings,
        parts.catalogue.monthly_survey().key,
        current_viewer().person_id,
        month,
    )
    return render_template(
        "iro/month/my_month.html",
        seen=seen,
        today=clock.today(),
        say=sentences,
        asked_in_words=asked_in_words,
    )
