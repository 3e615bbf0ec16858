"""What is waiting for the safeguarding lead: the queue, what has been read, one text opened and marked."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.models import scope
from feedback_app.models.text import READ_OUTCOMES, QueueEntry
from feedback_app.reading.marks import mark_read
from feedback_app.reading.marks_in_words import say_mark_taken
from feedback_app.reading.themes import used_themes
from feedback_app.reports import figures_in_words as wording
from feedback_app.safeguarding.queue.opened_texts import marks_of, open_entry
from feedback_app.safeguarding.queue.views import (
    MOST,
    next_entry,
    read_before,
    waiting_entries,
)
from feedback_app.typed_text import clean_line
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.form_fields import theme_problem

room = Blueprint("safeguarding", __name__, url_prefix="/safeguarding")


@room.get("/")
@policy("lead", "deputy")
def show_queue() -> str:
    """Concerns first, then texts to read, then wishes to talk with somebody."""
    pages = {
        name: request.args.get(name, 1, type=int)
        for name in ("concerns", "texts", "wishes")
    }
    found = waiting_entries(context.db_session(), current_viewer().person_id, **pages)
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
def read_text(entry_id: str) -> AnyResponse | str:
    """One text, opened: who opened it is noted before a word is shown. A complaint has a page of its own."""
    entry = _entry(entry_id)
    return _to_complaint(entry) or _text_page(entry)


@room.post("/texts/<entry_id>/read")
@policy("lead", "deputy")
def text_read(entry_id: str) -> AnyResponse:
    """Marked in one press and on to the next; kept under a theme; or a concern, whose page is next. Also once more."""
    db, me = context.db_session(), current_viewer().person_id
    entry = _entry(entry_id)
    if (elsewhere := _to_complaint(entry)) is not None:
        return elsewhere
    outcome = request.form.get("outcome", "")
    theme = clean_line(request.form.get("theme"))
    if outcome not in READ_OUTCOMES:
        flash(_("Choose what you found."))
        return redirect(url_for("safeguarding.read_text", entry_id=entry.id), 303)
    if outcome == "theme" and (problem := theme_problem(theme)):
        return make_response(_text_page(entry, problem=problem), 400)
    mark_read(
        db,
        context.keys().audit,
        entry,
        reader="lead",
        outcome=outcome,
        person_id=me,
        theme=theme,
    )
    if outcome == "concern":
        concern_id = _concern_of(entry)
        flash(_("A concern is raised. See to it here."))
        answer = redirect(url_for("cases.show_concern", concern_id=concern_id), 303)
    else:
        answer = _on_to_next(entry)
    db.commit()
    return answer


@room.post("/texts/<entry_id>/unread")
@policy("lead", "deputy")
def text_unread(entry_id: str) -> AnyResponse:
    """Whoever marked it as read has not read it after all: it waits again."""
    db, entry = context.db_session(), _entry(entry_id)
    if (elsewhere := _to_complaint(entry)) is not None:
        return elsewhere
    said = say_mark_taken(
        db,
        context.keys().audit,
        entry,
        reader="lead",
        person_id=current_viewer().person_id,
    )
    flash(said)
    db.commit()
    return redirect(url_for("safeguarding.read_text", entry_id=entry_id), 303)


def _text_page(entry: QueueEntry, *, problem: str = "") -> str:
    """The page of one text. Nothing is being written when it is called: SQLite has one writer."""
    parts, me = context.instance(), current_viewer().person_id
    entry_id, db = entry.id, context.db_session()
    db.rollback()
    with parts.database.short_write() as aside:
        audit.write_entry(
            aside, parts.keys.audit, "text_opened", person_id=me, about=entry_id
        )
    marks = marks_of(db, entry)
    return render_template(
        "safeguarding/queue/text.html",
        opened=open_entry(db, parts, entry, me),
        marks=marks,
        mine=next((mark for mark in marks if mark.reader == "lead"), None),
        me=me,
        following=next_entry(db, me, entry_id),
        themes=used_themes(db, me),
        say=wording,
        problem=problem,
        typed=request.form.get("theme", "") if problem else "",
    )


def _to_complaint(entry: QueueEntry) -> AnyResponse | None:
    """To the page on which a complaint is read, step by step; None for any other text."""
    if entry.complaint_id is None:
        return None
    return redirect(
        url_for("complaints.show_complaint", complaint_id=entry.complaint_id), 303
    )


def _on_to_next(entry: QueueEntry) -> AnyResponse:
    following = next_entry(context.db_session(), current_viewer().person_id, entry.id)
    if following is None:
        flash(_("Marked as read. Everything has been read."))
        return redirect(url_for("safeguarding.show_queue"), 303)
    flash(_("Marked as read. This is the next one."))
    return redirect(url_for("safeguarding.read_text", entry_id=following.id), 303)


def _concern_of(entry: QueueEntry) -> str:
    """The open concern that the text belongs to, just raised or there before."""
    opened = open_entry(
        context.db_session(), context.instance(), entry, current_viewer().person_id
    )
    return opened.concern.id if opened.concern else abort(404)


def _entry(entry_id: str) -> QueueEntry:
    """The entry, where this reader may open it; else as if it were not there."""
    found = context.db_session().scalar(
        scope.entries_for(current_viewer().person_id).where(QueueEntry.id == entry_id)
    )
    return found or abort(404)
