"""The spotlight: the one extra question of each month, and choosing it for a month that has not begun."""

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

from feedback_app import clock
from feedback_app.manager.spotlight.forms import IN_TURN, SpotlightForm
from feedback_app.manager.spotlight.views import (
    MonthRow,
    coming_months,
    spotlight_questions,
)
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.responses import spotlight as choices
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("spotlight", __name__, url_prefix="/manager/spotlight")


@room.get("/")
@policy("manager")
def list_months() -> str:
    """This month and the twelve to come."""
    survey = context.catalogue().monthly_survey()
    rows = coming_months(context.db_session(), survey, Month.containing(clock.today()))
    return render_template("manager/spotlight/months.html", rows=rows, say=wording)


@room.get("/<month>")
@policy("manager")
def show_month(month: str) -> AnyResponse:
    """The questions that can be chosen, in each band's words."""
    row = _row(month)
    if row.settled:
        return _begun()
    form = SpotlightForm(spotlight_questions(context.catalogue().monthly_survey()))
    form.question.data = row.chosen or IN_TURN
    return make_response(_page(form, row))


@room.post("/<month>")
@policy("manager")
def choose_question(month: str) -> AnyResponse:
    """Keep the choice, unless the month has begun meanwhile."""
    row, form = (
        _row(month),
        SpotlightForm(spotlight_questions(context.catalogue().monthly_survey())),
    )
    if not row.settled and not form.validate():
        return make_response(_page(form, row), 400)
    db, survey = context.db_session(), context.catalogue().monthly_survey()
    question = None if form.question.data == IN_TURN else form.question.data
    try:
        choices.choose_question(
            db,
            context.keys().audit,
            survey,
            row.month,
            question,
            person_id=current_viewer().person_id,
        )
    except choices.MonthHasBegun:
        return _begun()
    flash(_("%(month)s: saved.", month=row.month.name))
    db.commit()
    return redirect(url_for("spotlight.list_months"), 303)


def _begun() -> AnyResponse:
    flash(
        _(
            "That month has begun: its children are asked the same until it ends. Choose for a later month."
        )
    )
    return redirect(url_for("spotlight.list_months"), 303)


def _row(text: str) -> MonthRow:
    """The month's row. Months that are over, or too far ahead, are not here."""
    try:
        wanted = Month.parse(text)
    except ValueError:
        abort(404)
    survey = context.catalogue().monthly_survey()
    rows = coming_months(context.db_session(), survey, Month.containing(clock.today()))
    found = next((row for row in rows if row.month == wanted), None)
    if found is None:
        abort(404)
    return found


def _page(form: SpotlightForm, row: MonthRow) -> str:
    known = {
        one.id: one for one in spotlight_questions(context.catalogue().monthly_survey())
    }
    return render_template(
        "manager/spotlight/month.html", form=form, row=row, known=known, say=wording
    )
