"""Every opening of a sealed envelope, as a page and as a sheet for the data protection officer."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.safeguarding.openings.views import as_csv, envelope_openings
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("openings", __name__, url_prefix="/safeguarding")


@room.get("/openings")
@policy("lead", "deputy", "manager")
def openings_page() -> str:
    """Every opening of an envelope, for the data protection officer."""
    return render_template(
        "safeguarding/openings/openings.html",
        rows=envelope_openings(context.db_session(), current_viewer().person_id),
    )


@room.get("/openings.csv")
@policy("lead", "deputy", "manager", step_up=True, download=True)
def openings_sheet() -> AnyResponse:
    """The same as a sheet; that it was taken is noted first."""
    with context.instance().database.short_write() as aside:
        audit.write_entry(
            aside,
            context.keys().audit,
            "exported",
            person_id=current_viewer().person_id,
            about="openings",
        )
    answer = make_response(
        as_csv(envelope_openings(context.db_session(), current_viewer().person_id))
    )
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = (
        'attachment; filename="envelopes-opened.csv"'
    )
    return answer
