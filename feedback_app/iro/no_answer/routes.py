"""Asked, and no answer: the short form for a child who never got a link, and whom to tell about a child."""

from __future__ import annotations

from flask import Blueprint, render_template

from feedback_app.iro.asking.forms import AskForm, fill_in_last_choices
from feedback_app.iro.no_answer.views import whom_to_tell
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.child_languages import child_languages

room = Blueprint("iro_no_answer", __name__, url_prefix="/iro")


@room.get("/no-answer")
@policy("iro")
def note_no_answer() -> str:
    """Reference, age, how the child took part, and what came of it; all else as it was the last time."""
    survey = context.catalogue().monthly_survey().key
    form = AskForm(child_languages().offers_now(survey))
    fill_in_last_choices(context.db_session(), current_viewer().person_id, survey, form)
    return render_template("iro/no_answer/note.html", form=form, earlier=None)


@room.get("/tell-the-lead")
@policy("iro")
def tell_the_lead() -> str:
    """Whom to ring or write to about a child who may not be safe; the same page whoever asks."""
    return render_template(
        "iro/no_answer/tell.html",
        people=whom_to_tell(context.db_session()),
        numbers=context.settings(),
    )
