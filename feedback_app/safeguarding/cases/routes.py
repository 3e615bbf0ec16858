"""Concerns and contact requests: opened, seen with a note, owned, closed with an outcome."""

from __future__ import annotations

from collections.abc import Callable

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
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.concerns.escalation import plan_steps
from feedback_app.messages.steps import LATER_STEPS, label_of_kind
from feedback_app.models import scope
from feedback_app.models.person import Person
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import (
    CONCERN_OUTCOMES,
    REQUEST_OUTCOMES,
    Concern,
    ContactRequest,
)
from feedback_app.reports import figures_in_words as wording
from feedback_app.safeguarding.cases import verbs
from feedback_app.safeguarding.cases.envelope import (
    EnvelopeReasonMissing,
    open_envelope,
)
from feedback_app.safeguarding.queue.opened_texts import answers_of_concern
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("cases", __name__, url_prefix="/safeguarding")


@room.get("/concerns/<concern_id>")
@policy("lead", "deputy")
def show_concern(concern_id: str) -> str:
    """One concern: what raised it, what the child wrote, the steps, the notes."""
    return _concern_page(_concern(concern_id))


@room.post("/concerns/<concern_id>/seen")
@policy("lead", "deputy")
def concern_seen(concern_id: str) -> AnyResponse:
    """Seen, with a note: the clock stops, and the concern is the reader's."""
    found = _concern(concern_id)
    return _noted(
        found,
        lambda note: verbs.acknowledge_concern(
            context.db_session(), context.keys(), found, note=note, **_me()
        ),
    )


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
    )


@room.post("/concerns/<concern_id>/close")
@policy("lead", "deputy")
def concern_close(concern_id: str) -> AnyResponse:
    """The concern has been seen to: how it ended, with a note."""
    found = _concern(concern_id)
    outcome = request.form.get("outcome", "")
    if outcome not in CONCERN_OUTCOMES:
        return _again(found, _("Choose how it ended."), "outcome")
    return _noted(
        found,
        lambda note: verbs.close_concern(
            context.db_session(),
            context.keys(),
            found,
            outcome=outcome,
            note=note,
            **_me(),
        ),
        done=_("The concern is closed."),
    )


@room.post("/concerns/<concern_id>/about")
@policy("lead", "deputy")
def concern_about(concern_id: str) -> AnyResponse:
    """Which member of staff it is about; they neither see it nor hear of it from now on."""
    db, found = context.db_session(), _concern(concern_id)
    about_id = request.form.get("about", "") or None
    if about_id is not None and db.get(Person, about_id) is None:
        return _again(
            found,
            _("Choose a person from the list, or “nobody who works here”."),
            "about",
        )
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
    """Open the envelope to find the child, with a reason."""
    found = _concern(concern_id)
    return _open(found)


@room.get("/requests/<request_id>")
@policy("lead", "deputy")
def contact_request(request_id: str) -> str:
    """One wish to talk with somebody."""
    return _request_page(_request(request_id))


@room.post("/requests/<request_id>/seen")
@policy("lead", "deputy")
def request_seen(request_id: str) -> AnyResponse:
    """Seen, with a note."""
    found = _request(request_id)
    return _noted(
        found,
        lambda note: verbs.acknowledge_concern(
            context.db_session(), context.keys(), found, note=note, **_me()
        ),
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
    outcome = request.form.get("outcome", "")
    if outcome not in REQUEST_OUTCOMES:
        return _again(found, _("Choose how it ended."), "outcome")
    return _noted(
        found,
        lambda note: verbs.finish_request(
            context.db_session(),
            context.keys(),
            found,
            outcome=outcome,
            note=note,
            **_me(),
        ),
        done=_("Noted. The child’s wish is off the list."),
    )


def _noted(
    found: verbs.Case, verb: Callable[[str], None], *, done: str = ""
) -> AnyResponse:
    """Do it with the note that was typed; without one, the page again with what was typed."""
    try:
        verb(request.form.get("note", ""))
    except verbs.NoteMissing:
        return _again(
            found, _("Write a note: what you found, and what you will do."), "note"
        )
    except verbs.NoteTooLong:
        return _again(
            found, _("The note is too long: at most 4,000 characters."), "note"
        )
    flash(done or _("Noted."))
    context.db_session().commit()
    return redirect(
        url_for("safeguarding.show_queue") if done else _address(found), 303
    )


def _open(found: verbs.Case) -> AnyResponse:
    """The page with the reference on it, once; or with what is missing."""
    if found.invitation_id is None:
        abort(404)
    try:
        reference = open_envelope(
            context.db_session(),
            context.keys(),
            found.invitation_id,
            reason=request.form.get("reason", ""),
            **_me(),
        )
    except EnvelopeReasonMissing:
        return _again(found, _("Say why you need to find the child."), "reason")
    page = _page(found, reference=reference or "")
    context.db_session().commit()
    return make_response(page)


def _again(found: verbs.Case, problem: str, field: str) -> AnyResponse:
    return make_response(_page(found, problem=problem, field=field), 400)


def _page(
    found: verbs.Case,
    *,
    reference: str | None = None,
    problem: str = "",
    field: str = "",
) -> str:
    if isinstance(found, Concern):
        return _concern_page(found, reference=reference, problem=problem, field=field)
    return _request_page(found, reference=reference, problem=problem, field=field)


def _concern_page(
    found: Concern, *, reference: str | None = None, problem: str = "", field: str = ""
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
        all_told=answers_of_concern(db, context.catalogue(), found, me),
        say=wording,
        notes=verbs.notes_of(db, context.keys(), found),
        told=told,
        due=plan_steps(found.raised_at, context.settings()),
        later_steps=LATER_STEPS,
        label_of_kind=label_of_kind,
        people=db.scalars(
            select(Person).where(Person.active.is_(True)).order_by(Person.name)
        ).all(),
        owner=_name(found.owner_id),
        reference=reference,
        problem=problem,
        field=field,
        typed=request.form,
        now=clock.now(),
    )


def _request_page(
    found: ContactRequest,
    *,
    reference: str | None = None,
    problem: str = "",
    field: str = "",
) -> str:
    return render_template(
        "safeguarding/cases/contact_request.html",
        case=found,
        notes=verbs.notes_of(context.db_session(), context.keys(), found),
        owner=_name(found.owner_id),
        today=clock.today(),
        reference=reference,
        problem=problem,
        field=field,
        typed=request.form,
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
