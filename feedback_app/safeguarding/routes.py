"""The safeguarding lead's pages."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.duties import audit
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import READ_OUTCOMES, QueueEntry
from feedback_app.safeguarding.envelope import ReasonMissing, open_envelope
from feedback_app.safeguarding.queue import mark_read, open_entry, waiting
from feedback_app.safeguarding.verbs import close_concern, finish_request
from feedback_app.web import context
from feedback_app.web.access import policy, staff

room = Blueprint("safeguarding", __name__, url_prefix="/safeguarding")


@room.get("/")
@policy("lead", "deputy")
def queue() -> str:
    """Concerns first, then texts to read, then wishes to talk with somebody."""
    return render_template("safeguarding/queue.html", queue=waiting(context.session()), today=clock.today())


@room.get("/texts/<entry_id>")
@policy("lead", "deputy")
def text(entry_id: str) -> str:
    """One text, opened: who opened it is noted before a word is shown."""
    entry = context.session().get(QueueEntry, entry_id)
    if entry is None:
        abort(404)
    keys = context.keys()
    with context.instance().database.aside() as aside:
        audit.write(aside, keys.audit, "text_opened", person_id=staff().person_id, about=entry.id)
    return render_template("safeguarding/text.html", opened=open_entry(context.session(), keys, entry))


@room.post("/texts/<entry_id>/read")
@policy("lead", "deputy")
def text_read(entry_id: str) -> AnyResponse:
    """Marked: nothing to do, a theme, or a concern."""
    db = context.session()
    entry = db.get(QueueEntry, entry_id)
    if entry is None:
        abort(404)
    outcome = request.form.get("outcome", "")
    if outcome not in READ_OUTCOMES:
        flash(_("Choose what you found."))
        return redirect(url_for("safeguarding.text", entry_id=entry.id), 303)
    mark_read(db, context.keys(), entry, outcome=outcome, person_id=staff().person_id)
    flash(_("Marked as read."))
    db.commit()
    return redirect(url_for("safeguarding.queue"), 303)


@room.get("/concerns/<concern_id>")
@policy("lead", "deputy")
def concern(concern_id: str) -> str:
    """One concern."""
    found = context.session().get(Concern, concern_id)
    if found is None:
        abort(404)
    return render_template("safeguarding/concern.html", concern=found, reference=None, problem="")


@room.post("/concerns/<concern_id>/envelope")
@policy("lead", "deputy", step_up=True)
def concern_envelope(concern_id: str) -> AnyResponse:
    """Open the envelope to find the child, with a reason."""
    db = context.session()
    found = db.get(Concern, concern_id)
    if found is None or found.invitation_id is None:
        abort(404)
    try:
        reference = open_envelope(
            db,
            context.keys(),
            found.invitation_id,
            reason=request.form.get("reason", ""),
            person_id=staff().person_id,
        )
    except ReasonMissing:
        page = render_template(
            "safeguarding/concern.html", concern=found, reference=None, problem=_("Say why you need to find the child.")
        )
        return make_response(page, 400)
    page = render_template("safeguarding/concern.html", concern=found, reference=reference or "", problem="")
    db.commit()
    return make_response(page)


@room.post("/concerns/<concern_id>/close")
@policy("lead", "deputy")
def concern_close(concern_id: str) -> AnyResponse:
    """The concern has been seen to."""
    db = context.session()
    found = db.get(Concern, concern_id)
    if found is None:
        abort(404)
    close_concern(db, context.keys(), found, person_id=staff().person_id)
    flash(_("The concern is closed."))
    db.commit()
    return redirect(url_for("safeguarding.queue"), 303)


@room.post("/requests/<request_id>/envelope")
@policy("lead", "deputy", step_up=True)
def request_envelope(request_id: str) -> AnyResponse:
    """Open the envelope so that the person whom the child chose can be told whom to find."""
    db = context.session()
    found = db.get(ContactRequest, request_id)
    if found is None or found.invitation_id is None:
        abort(404)
    reference = open_envelope(
        db, context.keys(), found.invitation_id, reason="contact request", person_id=staff().person_id
    )
    page = render_template("safeguarding/request.html", wish=found, reference=reference or "")
    db.commit()
    return make_response(page)


@room.post("/requests/<request_id>/done")
@policy("lead", "deputy")
def request_done(request_id: str) -> AnyResponse:
    """Somebody has talked with the child."""
    db = context.session()
    found = db.get(ContactRequest, request_id)
    if found is None:
        abort(404)
    finish_request(db, context.keys(), found, person_id=staff().person_id)
    flash(_("Noted: somebody has talked with the child."))
    db.commit()
    return redirect(url_for("safeguarding.queue"), 303)
