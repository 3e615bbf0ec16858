"""What the service sent to staff, and what could not be sent."""

from __future__ import annotations

from flask import Blueprint, render_template

from feedback_app.safeguarding.messages.views import latest_messages
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("messages", __name__, url_prefix="/safeguarding")


@room.get("/messages")
@policy("lead", "deputy", "manager")
def list_messages() -> str:
    """What was sent, and what could not be."""
    rows = latest_messages(
        context.db_session(), context.settings(), current_viewer().person_id
    )
    return render_template("safeguarding/messages/messages.html", rows=rows)
