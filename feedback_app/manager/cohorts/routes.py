"""How many children there are, as typed in; and how many of them answered the survey that is for them."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.manager.cohorts.forms import CohortForm
from feedback_app.manager.cohorts.views import (
    current_shares,
    entered_cohorts,
    share_words,
)
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.cohorts import enter_cohort
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("cohorts", __name__, url_prefix="/manager/cohorts")


@room.get("")
@policy("manager")
def show_cohorts() -> str:
    """The shares, the form, and what was entered before."""
    return _page(CohortForm())


@room.post("")
@policy("manager")
def add_cohort() -> AnyResponse:
    """Keep a number; the one that stood before stays in the history."""
    form = CohortForm()
    if not form.validate():
        return make_response(_page(form), 400)
    db = context.db_session()
    added = enter_cohort(
        db,
        context.keys().audit,
        what=form.kind.data,
        band=form.band.data or None,
        on_date=form.on_date.data,
        number=form.number.data,
        source=form.source.data or "",
        person_id=current_viewer().person_id,
    )
    flash(
        _("Saved. Shares are taken of it from that day on.")
        if added
        else _("This number stands for that day already.")
    )
    db.commit()
    return redirect(url_for("cohorts.show_cohorts"), 303)


def _page(form: CohortForm) -> str:
    db, month = context.db_session(), Month.containing(clock.today())
    return render_template(
        "manager/cohorts/cohorts.html",
        form=form,
        month=month,
        shares=current_shares(
            db,
            context.catalogue(),
            read_rules(db, month).cohort_targets(context.settings()),
            month,
        ),
        entered=entered_cohorts(db),
        share_words=share_words,
        say=wording,
    )
