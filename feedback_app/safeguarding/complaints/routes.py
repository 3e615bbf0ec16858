"""Complaints, for whoever may see to them: the list, and one page a complaint on which each step is taken in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

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
from feedback_app.models.complaint import COMPLAINT_OUTCOMES, Complaint
from feedback_app.models.text import QueueEntry
from feedback_app.reading.marks import mark_read
from feedback_app.records import erasure
from feedback_app.records.erasure_ledger import LedgerError
from feedback_app.safeguarding.cases.verbs import StepRefused
from feedback_app.safeguarding.complaints import verbs, views
from feedback_app.typed_text import clean_line
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.form_fields import reason_problem

room = Blueprint("complaints", __name__, url_prefix="/safeguarding/complaints")

READERS = ("lead", "deputy", "manager")
FOUND = ("nothing_to_do", "concern")
"""What a reader may find in a complaint's words."""


@room.get("/")
@policy(*READERS)
def list_complaints() -> str:
    """Waiting, acknowledged, closed; and the months in numbers."""
    found = views.list_complaints(context.db_session(), current_viewer().person_id)
    return render_template("safeguarding/complaints/complaints.html", found=found)


@room.get("/<complaint_id>")
@policy(*READERS)
def show_complaint(complaint_id: str) -> str:
    """One complaint with its words; who opened it is noted before a word is shown."""
    found, parts = _complaint(complaint_id), context.instance()
    with parts.database.short_write() as aside:
        audit.write_entry(
            aside,
            parts.keys.audit,
            "complaint_opened",
            person_id=current_viewer().person_id,
            about=found.id,
        )
    return _page(found)


@room.post("/<complaint_id>/read")
@policy(*READERS)
def complaint_read(complaint_id: str) -> AnyResponse:
    """Read: no child is in danger by it, or one may be, which raises a concern at once."""
    found, db, viewer = _complaint(complaint_id), context.db_session(), current_viewer()
    outcome = request.form.get("found", "")
    if outcome not in FOUND:
        return _again(found, _("Choose what you found."), "found")
    entry = db.scalars(
        scope.entries_for(viewer.person_id).where(QueueEntry.complaint_id == found.id)
    ).one()
    mark_read(
        db,
        context.keys().audit,
        entry,
        reader="lead" if viewer.roles & {"lead", "deputy"} else "manager",
        outcome=outcome,
        person_id=viewer.person_id,
    )
    raised = _("Noted. The concern is raised: the safeguarding lead is told at once.")
    return _done(found, raised if outcome == "concern" else _("Marked as read."))


@room.post("/<complaint_id>/acknowledge")
@policy(*READERS)
def complaint_acknowledge(complaint_id: str) -> AnyResponse:
    """The sender was told that it is here: on which day, and how."""
    found = _complaint(complaint_id)
    try:
        told_on = date.fromisoformat(request.form.get("told_on", "").strip())
    except ValueError:
        return _again(found, _("Give the day on which you told them."), "told_on")
    return _step(
        found,
        lambda note: verbs.acknowledge_complaint(
            context.db_session(),
            context.keys(),
            found,
            told_on=told_on,
            note=note,
            **_me(),
        ),
        _("Acknowledged."),
    )


@room.post("/<complaint_id>/note")
@policy(*READERS)
def complaint_note(complaint_id: str) -> AnyResponse:
    """A further note."""
    found = _complaint(complaint_id)
    return _step(
        found,
        lambda note: verbs.add_complaint_note(
            context.db_session(), context.keys(), found, note=note, **_me()
        ),
        _("Noted."),
    )


@room.post("/<complaint_id>/close")
@policy(*READERS)
def complaint_close(complaint_id: str) -> AnyResponse:
    """How it ended, and how the sender was told."""
    found, outcome = _complaint(complaint_id), request.form.get("outcome", "")
    if outcome not in COMPLAINT_OUTCOMES:
        return _again(found, _("Choose how it ended."), "outcome")
    return _step(
        found,
        lambda note: verbs.close_complaint(
            context.db_session(),
            context.keys(),
            found,
            outcome=outcome,
            note=note,
            **_me(),
        ),
        _("The complaint is closed."),
    )


@room.post("/<complaint_id>/reopen")
@policy(*READERS)
def complaint_reopen(complaint_id: str) -> AnyResponse:
    """Back a step, with the reason."""
    found = _complaint(complaint_id)
    return _step(
        found,
        lambda note: verbs.reopen_complaint(
            context.db_session(),
            context.keys(),
            found,
            seen_as=request.form.get("seen_as", ""),
            note=note,
            **_me(),
        ),
        _("It is back a step."),
    )


@room.post("/<complaint_id>/owner")
@policy(*READERS)
def complaint_owner(complaint_id: str) -> AnyResponse:
    """Whose it is from now on."""
    found, db = _complaint(complaint_id), context.db_session()
    owner_id = request.form.get("owner", "")
    if owner_id not in verbs.possible_owners(db, found):
        return _again(found, _("Choose a person from the list."), "owner")
    verbs.give_complaint(db, context.keys(), found, owner_id=owner_id, **_me())
    return _done(found, _("Noted. They are told."))


@room.post("/<complaint_id>/about")
@policy(*READERS)
def complaint_about(complaint_id: str) -> AnyResponse:
    """Which members of staff it is about; they neither see it nor hear of it from now on."""
    found, db = _complaint(complaint_id), context.db_session()
    about_ids = set(request.form.getlist("about")) & set(views.staff_names(db))
    try:
        verbs.name_complaint_about(
            db, context.keys(), found, about_ids=about_ids, **_me()
        )
    except verbs.NobodyLeft:
        problem = _(
            "Nobody could see to it any more. Leave out one person, or have an administrator add one first."
        )
        return _again(found, problem, "about")
    mine = current_viewer().person_id in about_ids
    message = _("Noted. Whoever it is about no longer sees it, and is told nothing.")
    return _done(None if mine else found, message)


@room.post("/<complaint_id>/erase")
@policy("lead", "deputy", step_up=True)
def complaint_erase(complaint_id: str) -> AnyResponse:
    """Delete a closed one, so that no restore brings it back."""
    found, db = _complaint(complaint_id), context.db_session()
    reason = clean_line(request.form.get("reason", ""))
    if problem := reason_problem(reason, _("Say who asked for it, and why.")):
        return _again(found, problem, "reason")
    try:
        erasure.erase_complaint(
            db,
            context.keys(),
            context.settings().erased_file,
            found.id,
            reason=reason,
            **_me(),
        )
    except erasure.MattersStillOpen:
        problem = _("Nothing was erased: close it and its concern first.")
        return _again(found, problem, "reason", 409)
    except LedgerError as error:
        context.log_error("the ledger of erasures cannot be written", error)
        problem = _(
            "Nothing was erased: the list of erasures cannot be written. Ring whoever runs the service."
        )
        return _again(found, problem, "reason", 503)
    return _done(None, _("The complaint is erased."))


def _step(found: Complaint, verb: Callable[[str], None], message: str) -> AnyResponse:
    """Take the step with the note that was typed; or the page again, with what was typed and what is to be mended."""
    try:
        verb(request.form.get("note", ""))
    except verbs.NotReadYet:
        return _again(found, _("Say first what you found when you read it."), "found")
    except verbs.DayImpossible:
        problem = _("Give a day from the day it came until today.")
        return _again(found, problem, "told_on")
    except StepRefused as refused:
        problem = (
            _("The note is too long: at most 4,000 characters.")
            if "note_too_long" in refused.lacks
            else _("Write it down: it is what shows what was done.")
        )
        return _again(found, problem, "note")
    except verbs.StepTaken:
        complaint_id = found.id
        context.close_session()
        problem = _("Somebody else took a step meanwhile. Look at it, then go on.")
        return _again(_complaint(complaint_id), problem, "", 409)
    return _done(found, message)


def _done(found: Complaint | None, message: str) -> AnyResponse:
    """Led back to the complaint, or to the list."""
    there = (
        url_for("complaints.show_complaint", complaint_id=found.id)
        if found
        else url_for("complaints.list_complaints")
    )
    flash(message)
    context.db_session().commit()
    return redirect(there, 303)


def _again(
    found: Complaint, problem: str, field: str, status: int = 400
) -> AnyResponse:
    return make_response(_page(found, problem=problem, field=field), status)


def _page(found: Complaint, *, problem: str = "", field: str = "") -> str:
    page = views.open_complaint_page(
        context.db_session(), context.instance(), found, current_viewer().person_id
    )
    return render_template(
        "safeguarding/complaints/complaint.html",
        page=page,
        case=found,
        problem=problem,
        field=field,
        typed=request.form,
        today=clock.today(),
        opens_concerns=bool(current_viewer().roles & {"lead", "deputy"}),
    )


def _complaint(complaint_id: str) -> Complaint:
    """The complaint, where it is not about this reader; else as if it were not there."""
    found = context.db_session().scalar(
        scope.complaints_for(current_viewer().person_id).where(
            Complaint.id == complaint_id
        )
    )
    return found or abort(404)


def _me() -> dict[str, str]:
    return {"person_id": current_viewer().person_id}
