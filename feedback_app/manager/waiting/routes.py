"""The manager's page for what others have not seen to: it is where the messages to a manager lead."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.manager.waiting.views import (
    CONFIRMED,
    openings_to_confirm,
    waiting_matters,
)
from feedback_app.models import scope
from feedback_app.models.safeguarding import Concern
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("waiting", __name__, url_prefix="/manager/waiting")


@room.get("/")
@policy("manager")
def show_waiting() -> str:
    """Concerns with who was told when and whom to ring; wishes, texts, and openings to confirm."""
    return render_template(
        "manager/waiting/waiting.html",
        waits=waiting_matters(context.db_session(), current_viewer().person_id),
        numbers=context.settings(),
    )


@room.post("/concerns/<concern_id>/taken-on")
@policy("manager")
def take_on(concern_id: str) -> AnyResponse:
    """The manager sees to it that somebody opens it: noted with a name, and theirs until somebody has seen it."""
    db, me = context.db_session(), current_viewer().person_id
    found = db.scalar(
        scope.concerns_for(me).where(
            Concern.id == concern_id, Concern.state != "closed"
        )
    )
    if found is None:
        abort(404)
    found.owner_id = me
    audit.write_entry(
        db, context.keys().audit, "concern_taken_on", person_id=me, about=found.id
    )
    flash(
        _(
            "Noted: you have taken this on. The clock goes on until somebody has opened it."
        )
    )
    db.commit()
    return redirect(url_for("waiting.show_waiting"), 303)


@room.post("/openings/<number>/confirm")
@policy("manager")
def confirm_opening(number: str) -> AnyResponse:
    """As the second person: the reason for opening an envelope holds."""
    db, me = context.db_session(), current_viewer().person_id
    if number not in {str(one.number) for one in openings_to_confirm(db, me)}:
        abort(404)
    audit.write_entry(db, context.keys().audit, CONFIRMED, person_id=me, about=number)
    flash(_("Noted: the reason holds."))
    db.commit()
    return redirect(url_for("waiting.show_waiting"), 303)
