"""Concerns and contact requests: opened with the child's words, seen with a note, owned, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.models import scope
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry
from feedback_app.reading.marks import mark_read_in_concern
from feedback_app.safeguarding.cases import pages, verbs, views
from feedback_app.safeguarding.cases.envelope import (
    EnvelopeReasonMissing,
    EnvelopeReasonTooLong,
    open_envelope,
)
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.form_fields import reason_too_long

room = Blueprint("cases", __name__, url_prefix="/safeguarding")


class NewTexts(ValueError):
    """A text came after the page was opened: nobody has read what they have not seen."""


@room.get("/concerns/<concern_id>")
@policy("lead", "deputy")
def show_concern(concern_id: str) -> str:
    """One concern, with all that the child wrote: who opened it is noted before a word is shown."""
    found = _concern(concern_id)
    pages.note_opening(found)
    return pages.show_page(found)


@room.post("/concerns/<concern_id>/seen")
@policy("lead", "deputy")
def concern_seen(concern_id: str) -> AnyResponse:
    """Seen, with a note, and the words that stood on the page read: the clock stops, and it is the reader's."""
    found = _concern(concern_id)
    return _noted(
        found,
        lambda note: verbs.acknowledge_concern(
            context.db_session(),
            context.keys(),
            found,
            note=note,
            read=_texts_shown(found),
            person_id=current_viewer().person_id,
        ),
        place=pages.SEEN_NOTE,
    )


@room.post("/concerns/<concern_id>/read")
@policy("lead", "deputy")
def concern_read(concern_id: str) -> AnyResponse:
    """The words that stood on the page are read."""
    found = _concern(concern_id)
    try:
        read = _texts_shown(found)
    except NewTexts:
        return _again(found, [pages.say_texts_came()])
    mark_read_in_concern(
        context.db_session(), context.keys().audit, read, person_id=_me()["person_id"]
    )
    flash(_("Noted: you have read these words."))
    context.db_session().commit()
    return redirect(_address(found), 303)


@room.post("/concerns/<concern_id>/note")
@policy("lead", "deputy")
def concern_note(concern_id: str) -> AnyResponse:
    """A further note."""
    found = _concern(concern_id)
    return _noted(
        found,
        lambda note: verbs.add_note(
            context.db_session(), context.keys(), found, note=note, **_me()
        ),
        place=pages.MORE_NOTE,
    )


@room.post("/concerns/<concern_id>/close")
@policy("lead", "deputy")
def concern_close(concern_id: str) -> AnyResponse:
    """The concern has been seen to: how it ended, with a note."""
    found = _concern(concern_id)
    return _noted(
        found,
        lambda note: verbs.close_concern(
            context.db_session(),
            context.keys(),
            found,
            outcome=request.form.get("outcome", ""),
            note=note,
            **_me(),
        ),
        place=pages.CLOSING_NOTE,
        done=_("The concern is closed. It stands under “Closed concerns”."),
    )


@room.post("/concerns/<concern_id>/reopen")
@policy("lead", "deputy")
def concern_reopen(concern_id: str) -> AnyResponse:
    """A closed concern is opened again, with a reason: whoever must act is told, and its clock begins anew."""
    found = _concern(concern_id)
    reason = request.form.get("reason", "")
    try:
        verbs.reopen_concern(
            context.db_session(), context.keys(), found, reason=reason, **_me()
        )
    except verbs.StepRefused as refused:
        if "still_open" in refused.lacks:
            flash(_("It is open already."))
            return redirect(_address(found), 303)
        return _again(
            found,
            pages.say_what_lacks(found, refused.lacks, "reopen-reason"),
            {"reopen-reason": reason},
        )
    flash(_("It is open again, and whoever sees to new concerns is told now."))
    context.db_session().commit()
    return redirect(_address(found), 303)


@room.post("/concerns/<concern_id>/about")
@policy("lead", "deputy")
def concern_about(concern_id: str) -> AnyResponse:
    """Which member of staff it is about; they neither see it nor hear of it from now on."""
    db, found = context.db_session(), _concern(concern_id)
    about_id = request.form.get("about", "") or None
    if about_id is not None and db.get(Person, about_id) is None:
        problem = _("Choose a person from the list, or “nobody who works here”.")
        return _again(found, [("about", problem)])
    verbs.name_about(db, context.keys(), found, about_id=about_id, **_me())
    mine = about_id == current_viewer().person_id
    flash(
        _("Noted. That person no longer sees this concern, and is told nothing of it.")
    )
    db.commit()
    return redirect(
        url_for("safeguarding.show_queue") if mine else _address(found), 303
    )


@room.post("/concerns/<concern_id>/envelope")
@policy("lead", "deputy", step_up=True)
def concern_envelope(concern_id: str) -> AnyResponse:
    """Open the envelope to find the child, with a reason. Of a concern that nobody has seen it says that it is seen."""
    return _open(_concern(concern_id))


@room.get("/requests/<request_id>")
@policy("lead", "deputy")
def contact_request(request_id: str) -> str:
    """One wish to talk with somebody, with how to reach the child: who opened it is noted first."""
    found = _request(request_id)
    pages.note_opening(found)
    return pages.show_page(found)


@room.post("/requests/<request_id>/seen")
@policy("lead", "deputy")
def request_seen(request_id: str) -> AnyResponse:
    """Seen, with a note."""
    found = _request(request_id)
    return _noted(
        found,
        lambda note: verbs.acknowledge_concern(
            context.db_session(),
            context.keys(),
            found,
            note=note,
            person_id=current_viewer().person_id,
        ),
        place=pages.SEEN_NOTE,
    )


@room.post("/requests/<request_id>/note")
@policy("lead", "deputy")
def request_note(request_id: str) -> AnyResponse:
    """A further note."""
    found = _request(request_id)
    return _noted(
        found,
        lambda note: verbs.add_note(
            context.db_session(), context.keys(), found, note=note, **_me()
        ),
        place=pages.MORE_NOTE,
    )


@room.post("/requests/<request_id>/envelope")
@policy("lead", "deputy", step_up=True)
def request_envelope(request_id: str) -> AnyResponse:
    """Open the envelope so that the person whom the child chose can be told whom to find."""
    return _open(_request(request_id))


@room.post("/requests/<request_id>/done")
@policy("lead", "deputy")
def request_done(request_id: str) -> AnyResponse:
    """Somebody has talked with the child, or why not."""
    found = _request(request_id)
    return _noted(
        found,
        lambda note: verbs.finish_request(
            context.db_session(),
            context.keys(),
            found,
            outcome=request.form.get("outcome", ""),
            note=note,
            **_me(),
        ),
        place=pages.CLOSING_NOTE,
        done=_("Noted. The child’s wish is off the list."),
    )


def _noted(
    found: verbs.Case, verb: Callable[[str], None], *, place: str, done: str = ""
) -> AnyResponse:
    """Do it with the note that was typed; else the page again, with all that is missing and what was typed."""
    note = request.form.get("note", "")
    typed = {place: note, "outcome": request.form.get("outcome", "")}
    try:
        verb(note)
    except NewTexts:
        return _again(found, [pages.say_texts_came()], typed)
    except verbs.StepRefused as refused:
        if "over" in refused.lacks:
            typed[pages.MORE_NOTE] = note
        return _again(found, pages.say_what_lacks(found, refused.lacks, place), typed)
    flash(done or _("Noted."))
    context.db_session().commit()
    return redirect(
        url_for("safeguarding.show_queue") if done else _address(found), 303
    )


def _texts_shown(found: Concern) -> Sequence[QueueEntry]:
    """The texts that stood on the page from which the form was sent; none where it names none. Raises NewTexts."""
    shown = request.form.get("shown", "")
    if not shown:
        return ()
    entries = views.entries_of_concern(
        context.db_session(), found, current_viewer().person_id
    )
    if views.mark_of_texts(context.instance(), entries) != shown:
        raise NewTexts(found.id)
    return entries


def _open(found: verbs.Case) -> AnyResponse:
    """The page with the reference on it, once; or with what is missing."""
    if found.invitation_id is None:
        abort(404)
    db, reason = context.db_session(), request.form.get("reason", "")
    try:
        read = _texts_shown(found) if isinstance(found, Concern) else ()
        reference = open_envelope(
            db, context.keys(), found.invitation_id, reason=reason, **_me()
        )
    except NewTexts:
        return _again(found, [pages.say_texts_came()], {"reason": reason})
    except EnvelopeReasonMissing:
        problem = _("Say why you need to find the child.")
        return _again(found, [("reason", problem)], {"reason": reason})
    except EnvelopeReasonTooLong:
        return _again(found, [("reason", reason_too_long())], {"reason": reason})
    # Of two presses at once the second sees here what the first did.
    verbs.lock_case(db, found)
    if isinstance(found, Concern) and found.state == "new":
        verbs.acknowledge_concern(
            db,
            context.keys(),
            found,
            note=reason,
            read=read,
            person_id=current_viewer().person_id,
        )
    pages.note_opening(found, db)
    page = pages.show_page(found, reference=reference or "")
    db.commit()
    return make_response(page)


def _again(
    found: verbs.Case,
    problems: Sequence[pages.Problem],
    typed: Mapping[str, str] | None = None,
) -> AnyResponse:
    """The page again, with what is wrong at its top. Nothing of the step is kept."""
    pages.note_opening(found)
    return make_response(pages.show_page(found, problems=problems, typed=typed), 400)


def _concern(concern_id: str) -> Concern:
    found = context.db_session().scalar(
        scope.concerns_for(current_viewer().person_id).where(Concern.id == concern_id)
    )
    return found or abort(404)


def _request(request_id: str) -> ContactRequest:
    found = context.db_session().scalar(
        scope.requests_for(current_viewer().person_id).where(
            ContactRequest.id == request_id
        )
    )
    return found or abort(404)


def _address(found: verbs.Case) -> str:
    if isinstance(found, Concern):
        return url_for("cases.show_concern", concern_id=found.id)
    return url_for("cases.contact_request", request_id=found.id)


def _me() -> dict[str, str]:
    return {"person_id": current_viewer().person_id}
