"""Concerns and contact requests: opened with the child's words, seen with a note, owned, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.concerns.escalation import plan_steps
from feedback_app.messages.steps import LATER_STEPS, label_of_kind
from feedback_app.models import scope
from feedback_app.models.person import Person
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry
from feedback_app.reading.marks import mark_read_in_concern
from feedback_app.reports import figures_in_words as wording
from feedback_app.safeguarding.cases import verbs, views
from feedback_app.safeguarding.cases.envelope import (
    EnvelopeReasonMissing,
    EnvelopeReasonTooLong,
    open_envelope,
)
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.form_fields import reason_too_long

room = Blueprint("cases", __name__, url_prefix="/safeguarding")

WORDS, SEEN_NOTE, MORE_NOTE, CLOSING_NOTE = "words", "note", "note-more", "note-close"
"""Places of the page, by id: what the child wrote, and the notes of its forms."""
Problem = tuple[str, str]
"""The id of the place that a problem is at, and what to do."""


class NewTexts(ValueError):
    """A text came after the page was opened: nobody has read what they have not seen."""


@room.get("/concerns/<concern_id>")
@policy("lead", "deputy")
def show_concern(concern_id: str) -> str:
    """One concern, with all that the child wrote: who opened it is noted before a word is shown."""
    found = _concern(concern_id)
    _note_opening(found)
    return _concern_page(found)


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
        place=SEEN_NOTE,
    )


@room.post("/concerns/<concern_id>/read")
@policy("lead", "deputy")
def concern_read(concern_id: str) -> AnyResponse:
    """The words that stood on the page are read."""
    found = _concern(concern_id)
    try:
        read = _texts_shown(found)
    except NewTexts:
        return _again(found, [_new_texts()])
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
        place=MORE_NOTE,
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
        place=CLOSING_NOTE,
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
            _problems(found, refused.lacks, "reopen-reason"),
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
    _note_opening(found)
    return _request_page(found)


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
        place=SEEN_NOTE,
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
        place=MORE_NOTE,
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
        place=CLOSING_NOTE,
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
        return _again(found, [_new_texts()], typed)
    except verbs.StepRefused as refused:
        if "over" in refused.lacks:
            typed[MORE_NOTE] = note
        return _again(found, _problems(found, refused.lacks, place), typed)
    flash(done or _("Noted."))
    context.db_session().commit()
    return redirect(
        url_for("safeguarding.show_queue") if done else _address(found), 303
    )


def _problems(
    found: verbs.Case, lacks: Sequence[verbs.Lack], place: str
) -> list[Problem]:
    """What is missing, in words; `place` is the field of the form that was sent."""
    words: dict[verbs.Lack, Problem] = {
        "over": (
            MORE_NOTE,
            _(
                "Somebody else ended it meanwhile. What you typed stands under “Add a note”."
            ),
        ),
        "unseen": (
            SEEN_NOTE,
            _(
                "Nobody has said yet that they have seen it. First say what you will do."
            ),
        ),
        "unread": (WORDS, _unread_words(found)),
        "outcome": ("outcome", _("Choose how it ended.")),
        "note": (place, _("Write a note: what you found, and what you will do.")),
        "note_too_long": (
            place,
            _("The note is too long: at most 4,000 characters."),
        ),
        "reason": (place, _("Say why it has to be opened again.")),
        "reason_too_long": (place, reason_too_long()),
    }
    return [words[lack] for lack in lacks]


def _unread_words(found: verbs.Case) -> str:
    """What to do about words of the child's that nobody has read."""
    seen = isinstance(found, Concern) and any(
        entry.read_at is None
        for entry in views.entries_of_concern(
            context.db_session(), found, current_viewer().person_id
        )
    )
    if seen:
        return str(
            _(
                "Not all of the child’s words are read. Read them, then press “I have read these words”."
            )
        )
    return str(
        _(
            "Another reader has to read the words that the child kept from you, their IRO, and to close it."
        )
    )


def _new_texts() -> Problem:
    return WORDS, _(
        "The child has sent more since you opened this page. Read it below, then press again."
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
        return _again(found, [_new_texts()], {"reason": reason})
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
    _note_opening(found, db)
    page = _page(found, reference=reference or "")
    db.commit()
    return make_response(page)


def _again(
    found: verbs.Case,
    problems: Sequence[Problem],
    typed: Mapping[str, str] | None = None,
) -> AnyResponse:
    """The page again, with what is wrong at its top. Nothing of the step is kept."""
    _note_opening(found)
    return make_response(_page(found, problems=problems, typed=typed), 400)


def _note_opening(found: verbs.Case, db: Session | None = None) -> None:
    """Note who opens the page with the child's words: in the transaction of a step that was taken, else in its own.

    Whatever a step began before it was refused is taken back first.
    """
    case_id, me = found.id, current_viewer().person_id
    what: verbs.Opening = (
        "concern_opened" if isinstance(found, Concern) else "request_opened"
    )
    if db is not None:
        verbs.note_opening(db, context.keys(), what, case_id, person_id=me)
        return
    context.db_session().rollback()  # SQLite has one writer
    with context.instance().database.short_write() as aside:
        verbs.note_opening(aside, context.keys(), what, case_id, person_id=me)


def _page(
    found: verbs.Case,
    *,
    reference: str | None = None,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    if isinstance(found, Concern):
        return _concern_page(found, reference=reference, problems=problems, typed=typed)
    return _request_page(found, reference=reference, problems=problems, typed=typed)


def _concern_page(
    found: Concern,
    *,
    reference: str | None = None,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    db, me = context.db_session(), current_viewer().person_id
    told = db.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.about_id == found.id, OutboxMessage.kind.startswith("concern")
        )
        .order_by(OutboxMessage.written_at)
    ).all()
    return render_template(
        "safeguarding/cases/concern.html",
        case=found,
        child=views.view_concern(db, context.instance(), found, me),
        say=wording,
        numbers=context.settings(),
        notes=verbs.notes_of(db, context.keys(), found),
        told=told,
        due=plan_steps(found.waits_since, context.settings()),
        later_steps=LATER_STEPS,
        label_of_kind=label_of_kind,
        people=db.scalars(
            select(Person).where(Person.active.is_(True)).order_by(Person.name)
        ).all(),
        owner=_name(found.owner_id),
        reference=reference,
        problems=problems,
        wrong=dict(problems),
        typed=typed or {},
        now=clock.now(),
    )


def _request_page(
    found: ContactRequest,
    *,
    reference: str | None = None,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    db, me = context.db_session(), current_viewer().person_id
    return render_template(
        "safeguarding/cases/contact_request.html",
        case=found,
        child=views.view_request(db, context.instance(), found, me),
        say=wording,
        numbers=context.settings(),
        notes=verbs.notes_of(db, context.keys(), found),
        owner=_name(found.owner_id),
        today=clock.today(),
        reference=reference,
        problems=problems,
        wrong=dict(problems),
        typed=typed or {},
    )


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


def _name(person_id: str | None) -> str:
    person = context.db_session().get(Person, person_id) if person_id else None
    return person.name if person else ""


def _address(found: verbs.Case) -> str:
    if isinstance(found, Concern):
        return url_for("cases.show_concern", concern_id=found.id)
    return url_for("cases.contact_request", request_id=found.id)


def _me() -> dict[str, str]:
    return {"person_id": current_viewer().person_id}
