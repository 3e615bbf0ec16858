"""The second step at sign-in, and asking for the second factor again before an action that matters (step-up)."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.accounts.arrivals import note_arrival
from feedback_app.accounts.attempts import (
    count_code_attempt,
    too_busy_message,
    too_many_tries_message,
)
from feedback_app.accounts.passkeys.site import relying_party
from feedback_app.accounts.second_step.verify import (
    second_factor_is_valid,
    wrong_code_message,
)
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.models.person import ROLES, Person, SignedIn
from feedback_app.people.passwords import TooBusy, verify_password
from feedback_app.web import context, limits, staff_sessions
from feedback_app.web.access import (
    current_person,
    current_viewer,
    policy,
    policy_at,
)
from feedback_app.web.kept_forms import draw_kept_form, nothing_lost
from feedback_app.web.navigation import landing_page
from feedback_app.web.second_factor import factors_of, render_confirm_page

room = Blueprint("second", __name__)

KEPT = "kept-"
"""What the names of fields begin with that wait in the page to be sent on."""


@room.get("/sign-in/second")
@policy(*ROLES, before_second_step=True)
def second_step() -> AnyResponse:
    """Show the form for a code or a passkey; whoever has no second factor yet sets one up first."""
    next_path = safe_next_path(request.args.get("next", ""))
    if current_viewer().complete:
        return redirect(next_path or landing_page(current_viewer()), 303)
    if not factors_of(context.db_session(), current_person()).has_second:
        return redirect(url_for("own.factors_page", next=next_path or None), 303)
    return make_response(_second_step_page(next_path))


@room.post("/sign-in/second")
@policy(*ROLES, before_second_step=True)
def second_step_now() -> AnyResponse:
    """Check the code or passkey; a valid one begins a session, under a new id, that reaches the person's pages."""
    next_path = safe_next_path(request.form.get("next", ""))
    attempt = count_code_attempt()
    if attempt.over:
        return make_response(
            _second_step_page(next_path, too_many_tries_message()), 429
        )
    db, person = context.db_session(), current_person()
    if not _showed_second_factor(db, person):
        refusal = make_response(
            _second_step_page(next_path, _wrong_code_message()), 400
        )
        db.commit()
        return refusal
    viewer = current_viewer()
    answer = redirect(next_path or landing_page(viewer), 303)
    note_arrival(db, context.keys(), person, answer)
    staff_sessions.replace_session(db, person, viewer.session_id, answer)
    db.commit()
    limits.refund_attempt(attempt)
    return answer


@room.get("/me/confirm")
@policy(*ROLES)
def confirm_second_factor() -> str:
    """Ask for the second factor again."""
    return render_confirm_page(
        current_person(),
        next_path=safe_next_path(request.args.get("next", "")),
        back=safe_next_path(request.args.get("back", "")),
    )


@room.post("/me/confirm")
@policy(*ROLES)
def confirm_now() -> AnyResponse:
    """Check the second factor, and lead on to where the person was going.

    Fields of a form that was interrupted are shown again, to be sent with one press.
    """
    next_path = safe_next_path(request.form.get("next", ""))
    send_to = safe_next_path(request.form.get("to", ""))
    back = safe_next_path(request.form.get("back", ""))
    form_policy = policy_at(send_to, "POST")
    if form_policy is None or not form_policy.step_up:
        send_to = ""
    fields = _waiting_fields()

    def ask_once_more(problem: str, status: int) -> AnyResponse:
        page = render_confirm_page(
            current_person(),
            next_path=next_path,
            back=back,
            send_to=send_to,
            fields=fields,
            problem=problem,
        )
        return make_response(page, status)

    attempt = count_code_attempt()
    if attempt.over:
        return ask_once_more(too_many_tries_message(), 429)
    try:
        right_password = _showed_password_instead()
    except TooBusy:
        limits.refund_attempt(attempt)
        return ask_once_more(too_busy_message(), 503)
    db, person = context.db_session(), current_person()
    if right_password is None:
        valid, problem = _showed_second_factor(db, person), _wrong_code_message()
    else:
        valid, problem = right_password, _("That is not your password. Try again.")
    if not valid:
        refusal = ask_once_more(problem, 400)
        db.commit()
        return refusal

    audit.write_entry(db, context.keys().audit, "stepped_up", person_id=person.id)
    own_session = update(SignedIn).where(SignedIn.id == current_viewer().session_id)
    db.execute(own_session.values(stepped_up_at=clock.now()))
    answer: AnyResponse
    if send_to:
        answer = make_response(_send_on_page(send_to, fields))
    elif back and _is_download(next_path):
        page = "accounts/second_step/download.html"
        answer = make_response(render_template(page, file=next_path, back=back))
    else:
        answer = redirect(next_path or landing_page(current_viewer()), 303)
    db.commit()
    limits.refund_attempt(attempt)
    return answer


def _is_download(path: str) -> bool:
    named = policy_at(path, "GET")
    return named is not None and named.download


def _showed_password_instead() -> bool | None:
    """Whether the password is right, of a person without a second factor (a demo); None where there is one.

    Read by itself, so that nobody's write waits while it is hashed. Raises TooBusy.
    """
    with context.instance().database.new_session(reading=True) as reading:
        person = reading.get_one(Person, current_viewer().person_id)
        if factors_of(reading, person).has_second:
            return None
        stored = person.password_hash
    return verify_password(stored, request.form.get("password", ""))


def _showed_second_factor(db: Session, person: Person) -> bool:
    return second_factor_is_valid(
        db,
        context.keys(),
        relying_party(context.settings()),
        person,
        passkey_answer=request.form.get("credential", ""),
        code=request.form.get("code", ""),
    )


def _wrong_code_message() -> str:
    return wrong_code_message(was_passkey=bool(request.form.get("credential")))


def _waiting_fields() -> list[tuple[str, str]]:
    """The fields of the interrupted form, under their own names."""
    fields = []
    for name, values in request.form.lists():
        if name.startswith(KEPT):
            fields += [(name.removeprefix(KEPT), value) for value in values]
    return fields


def _send_on_page(send_to: str, fields: list[tuple[str, str]]) -> str:
    return draw_kept_form(
        _("Thank you. Now send it"),
        nothing_lost(),
        action=send_to,
        fields=fields,
        signed_in=True,
    )


def _second_step_page(next_path: str, problem: str = "") -> str:
    known = factors_of(context.db_session(), current_person())
    return render_template(
        "accounts/second_step/second_step.html",
        next=next_path,
        problem=problem,
        known=known,
    )
