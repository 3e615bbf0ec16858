"""What is deleted, and when."""

from __future__ import annotations

from flask import Blueprint, render_template

from feedback_app import clock
from feedback_app.records import preview
from feedback_app.web import context
from feedback_app.web.access import policy

room = Blueprint("retention", __name__, url_prefix="/safeguarding")


@room.get("/retention")
@policy("lead", "deputy", "manager")
def show_retention() -> str:
    """What is deleted when: counts only, by the same function as the command."""
    lines = preview.preview_deletion(
        context.db_session(), context.settings(), clock.now()
    )
    return render_template("safeguarding/retention/retention.html", lines=lines)
