"""What is waiting for the safeguarding lead: the queue, what has been read, one text opened and marked."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.models import scope
from feedback_app.models.text import READ_OUTCOMES, QueueEntry
from feedback_app.reading.marks import mark_read
from feedback_app.reports import figures_in_words as wording
from feedback_app.safeguarding.queue.opened_texts import marks_of, open_entry
from feedback_app.safeguarding.queue.views import MOST, read_before, waiting_entries
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("safeguarding", __name__, url_prefix="/safeguarding")


@room.get("/")
@policy("lead", "deputy")
def show_queue() -> str:
    """Concerns first, then texts to read, then wishes to talk with somebody."""
    found = waiting_entries(context.db_session(), current_viewer().person_id)
    return render_template(
        "safeguarding/queue/queue.html", queue=found, today=clock.today()
    )


@room.get("/read")
@policy("lead", "deputy")
def list_read() -> str:
    """What has been read: by whom, when, and what they found."""
    rows = read_before(context.db_session(), current_viewer().person_id)
    return render_template("safeguarding/queue/read.html", rows=rows, most=MOST)


@room.get("/texts/<entry_id>")
@policy("lead", "deputy")
def read_text(entry_id: str) -> str:
    """One text, opened: who opened it is noted before a word is shown."""
    entry = _entry(entry_id)
    parts, me = context.instance(), current_viewer().person_id
    with parts.database.short_write() as aside:
        audit.write_entry(
            aside, parts.keys.audit, "text_opened", person_id=me, about=entry.id
        )
    opened = open_entry(context.db_session(), parts, entry, me)
    marks = marks_of(context.db_session(), entry)
    return render_template(
        "safeguarding/queue/text.html", opened=opened, marks=marks, say=wording
    )


@room.post("/texts/<entry_id>/read")
@policy("lead", "deputy")
def text_read(entry_id: str) -> AnyResponse:
    """Marked: nothing to do, a theme, or a concern."""
    db = context.db_session()
    entry = _entry(entry_id)
    outcome = request.form.get("outcome", "")
    if outcome not in READ_OUTCOMES:
        flash(_("Choose what you found."))
        return redirect(url_for("safeguarding.read_text", entry_id=entry.id), 303)
    mark_read(
        db,
        context.keys().audit,
        entry,
        reader="lead",
        outcome=outcome,
        person_id=current_viewer().person_id,
    )
    flash(_("Marked as read."))
    db.commit()
    return redirect(url_for("safeguarding.show_queue"), 303)


def _entry(entry_id: str) -> QueueEntry:
    """The entry, where this reader may open it; else as if it were not there."""
    found = context.db_session().scalar(
        scope.entries_for(current_viewer().person_id).where(QueueEntry.id == entry_id)
    )
    return found or abort(404)
