"""Concerns that have been seen to: found again by month and by what raised them, to be looked at or opened again."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from feedback_app.models.safeguarding import CONCERN_SOURCES
from feedback_app.month import Month
from feedback_app.safeguarding.closed.views import closed_concerns
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("closed", __name__, url_prefix="/safeguarding/closed")


@room.get("/")
@policy("lead", "deputy")
def list_closed() -> str:
    """A page of the closed concerns; `?month=` and `?source=` narrow it, `?page=` turns it."""
    month, source = request.args.get("month", ""), request.args.get("source", "")
    if source and source not in CONCERN_SOURCES:
        abort(404)
    found = closed_concerns(
        context.db_session(),
        current_viewer().person_id,
        month=_month(month) if month else None,
        source=source,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "safeguarding/closed/closed.html",
        found=found,
        sources=CONCERN_SOURCES,
        month=month,
        source=source,
    )


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)
