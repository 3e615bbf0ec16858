"""The administrator's page of what the service still needs: the rows of `flask service check`."""

from __future__ import annotations

from flask import Blueprint, render_template

from feedback_app.operations.readiness.check_row import is_ready
from feedback_app.operations.readiness.check_service import check_running
from feedback_app.web import context
from feedback_app.web.access import policy

room = Blueprint("ready", __name__, url_prefix="/admin")


@room.get("/ready")
@policy("administrator")
def show_checks() -> str:
    """Show each thing as ready, missing or wrong, with what to do next."""
    rows = check_running(context.db_session(), context.settings())
    return render_template(
        "admin/ready/show_checks.html",
        to_do=[row for row in rows if row.state != "ok"],
        done=[row for row in rows if row.state == "ok"],
        ready=is_ready(rows),
    )
