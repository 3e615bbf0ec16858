"""Signing in with e-mail and password, signing out, and the page of one's own account."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.attempts import too_many_tries_message
from feedback_app.accounts.sign_in.forms import SignInForm
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.models.person import ROLES
from feedback_app.people.passwords import verify_password
from feedback_app.people.persons import disable_if_unused, find_person
from feedback_app.web import context, limits, staff_sessions
from feedback_app.web.access import current_viewer, policy, viewer_of
from feedback_app.web.navigation import landing_page
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
    email = (form.email.data or "").strip().lower()
    most = context.settings().sign_in_misses
    attempt = limits.count_attempt(
        "sign_in", most, limits.caller_digest(), limits.account_digest(email)
    )
    if attempt.over:
        form.form_errors.append(too_many_tries_message())
        return make_response(_form_page(form, next_path), 429)

    db, keys = context.db_session(), context.keys()
    person = find_person(db, email)
    # A password is hashed for nobody too, so that an unknown e-mail takes as long.
    stored = person.password_hash if person and person.active else None
    right = verify_password(stored, form.password.data or "")
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
        return refusal

    secret, session_row = staff_sessions.begin_session(db, person)
    if may_skip_second_step(db, person):
        audit.write_entry(db, keys.audit, "signed_in", person_id=person.id)
        answer = redirect(
            next_path or landing_page(viewer_of(person, session_row)), 303
        )
    else:
        answer = redirect(url_for("second.second_step", next=next_path or None), 303)
    staff_sessions.set_cookie(answer, secret)
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
    db.commit()
    return answer


@room.get("/me")
@policy(*ROLES)
def my_account() -> str:
    """Show who is signed in, with a link to their second factors."""
    return render_template("accounts/sign_in/my_account.html", person=current_viewer())


def _form_page(form: SignInForm, next_path: str) -> str:
    return render_template("accounts/sign_in/sign_in.html", form=form, next=next_path)
