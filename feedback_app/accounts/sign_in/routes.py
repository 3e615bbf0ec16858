"""Signing in with e-mail and password, and signing out."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.arrivals import note_arrival
from feedback_app.accounts.attempts import (
    count_password_attempt,
    too_busy_message,
    too_many_sign_ins_message,
)
from feedback_app.accounts.sign_in.forms import SignInForm
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.models.person import ROLES, Person
from feedback_app.people.passwords import TooBusy, is_line_full, verify_password
from feedback_app.people.persons import account_name, disable_if_unused, find_person
from feedback_app.web import context, limits, staff_sessions
from feedback_app.web.access import current_viewer, policy, viewer_of
from feedback_app.web.navigation import landing_page
from feedback_app.web.refusals import note_refusal
from feedback_app.web.second_factor import may_skip_second_step

room = Blueprint("accounts", __name__)


@room.get("/sign-in")
@policy("public")
def sign_in() -> str:
    """Show the sign-in form."""
    return _form_page(SignInForm(), safe_next_path(request.args.get("next", "")))


@room.post("/sign-in")
@policy("public")
def sign_in_now() -> AnyResponse:
    """Check e-mail and password; an unknown person reads and costs the same as a wrong password (promise 16)."""
    form = SignInForm()
    next_path = safe_next_path(request.form.get("next", ""))
    if not form.validate():
        return make_response(_form_page(form, next_path), 400)
    if is_line_full():
        return _too_busy(form, next_path)
    email = account_name(form.email.data)
    attempt = count_password_attempt(email)
    if attempt.over:
        form.form_errors.append(too_many_sign_ins_message())
        return make_response(_form_page(form, next_path), 429)

    with context.instance().database.new_session(reading=True) as reading:
        known = find_person(reading, email)
        # A password is hashed for nobody too, so that an unknown e-mail takes as long.
        stored = known.password_hash if known and known.active else None
    try:
        right = verify_password(stored, form.password.data or "")
    except TooBusy:
        limits.refund_attempt(attempt)
        return _too_busy(form, next_path)
    db, keys = context.db_session(), context.keys()
    person = find_person(db, email)
    if (
        person is None
        or not right
        or disable_if_unused(db, keys, person, days=context.settings().unused_days)
    ):
        form.form_errors.append(
            _("E-mail or password is wrong. Check both and try again.")
        )
        refusal = make_response(_form_page(form, next_path), 400)
        db.commit()
        note_refusal("sign_in_failed", None, known.id if known else "")
        limits.watch_all_misses("sign_in")
        return refusal

    answer = begin_after_password(db, person, next_path)
    db.commit()
    limits.refund_attempt(attempt)
    return answer


@room.post("/sign-out")
@policy(*ROLES, before_second_step=True)
def sign_out() -> AnyResponse:
    """End this session at once."""
    viewer = current_viewer()
    db = context.db_session()
    audit.write_entry(
        db, context.keys().audit, "signed_out", person_id=viewer.person_id
    )
    staff_sessions.end_session(db, viewer.session_id)
    answer = redirect(url_for("accounts.sign_in"), 303)
    staff_sessions.clear_cookie(answer)
    # What was being keyed in for a child is on this device alone, and goes with the session.
    answer.headers["Clear-Site-Data"] = '"storage"'
    db.commit()
    return answer


def begin_after_password(
    db: Session, person: Person, next_path: str = ""
) -> AnyResponse:
    """Begin a session and lead on: to the second step, or where that may be skipped to `next_path`.

    The caller commits. Until the second step is done, the session reaches that step and nothing else (promise 13).
    """
    secret, session_row = staff_sessions.begin_session(db, person)
    if may_skip_second_step(db, person):
        landing = next_path or landing_page(viewer_of(person, session_row))
        answer = redirect(landing, 303)
        note_arrival(db, context.keys(), person, answer)
    else:
        answer = redirect(url_for("second.second_step", next=next_path or None), 303)
    staff_sessions.set_cookie(answer, secret)
    return answer


def draw_again(message: str) -> AnyResponse:
    """The form as it was filled in, without the password, and why it was not taken."""
    form = SignInForm()
    form.form_errors.append(message)
    next_path = safe_next_path(request.form.get("next", ""))
    return make_response(_form_page(form, next_path), 400)


def _too_busy(form: SignInForm, next_path: str) -> AnyResponse:
    form.form_errors.append(too_busy_message())
    return make_response(_form_page(form, next_path), 503)


def _form_page(form: SignInForm, next_path: str) -> str:
    return render_template("accounts/sign_in/sign_in.html", form=form, next=next_path)
