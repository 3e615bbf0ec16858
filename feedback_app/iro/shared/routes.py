"""What children chose to show their IRO."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from feedback_app.iro.shared.views import ShownFilter, shown_to
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("iro_shared", __name__, url_prefix="/iro")


@room.get("/shared")
@policy("iro")
def shared_answers() -> str:
    """Answers that children chose to show this IRO, and what the IRO heard; narrowed by age and survey."""
    parts = context.instance()
    surveys = [one for one in parts.catalogue.newest_surveys() if one.asks_iro_sees]
    only = ShownFilter.of_query(request.args, [survey.key for survey in surveys])
    seen = shown_to(
        context.db_session(),
        parts.keys,
        parts.catalogue,
        current_viewer().person_id,
        only,
    )
    return render_template(
        "iro/shared/shared.html",
        chosen=[one for one in seen if not one.was_heard],
        heard=[one for one in seen if one.was_heard],
        only=only,
        surveys=[(survey.key, survey.short_title) for survey in surveys],
    )
