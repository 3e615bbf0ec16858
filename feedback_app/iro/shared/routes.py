"""What children chose to show their IRO."""

from __future__ import annotations

from flask import Blueprint, render_template

from feedback_app.iro.shared.views import shared_with
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("iro_shared", __name__, url_prefix="/iro")


@room.get("/shared")
@policy("iro")
def shared_answers() -> str:
    """Answers that children chose to show this IRO."""
    parts = context.instance()
    seen = shared_with(
        context.db_session(), parts.keys, parts.catalogue, current_viewer().person_id
    )
    return render_template("iro/shared/shared.html", shown=seen)
