"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.sign_in.forms import SignInForm
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.models.person import ROLES
from feedback_app.people.passwords import verify_password
from feedback_app.people.persons import disable_if_unused, find_person
from feedback_app.web import access, context, limits, second_factor, staff_sessions
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.navigation import landing_page

room = Blueprint("accounts", __name__)


@room.get("/sign-in")
@policy("public")
def sign_in() -> str:
    """The form."""
    return render_template(
        "accounts/sign_in/sign_in.html", form=SignInForm(), next=safe_next_path(request.args.get("next", ""))
    )


@room.post("/sign-in")
@policy("public")
def sign_in_now() -> AnyResponse:
    """Check e-mail and password; an unknown person reads and costs the same as a wrong password (promise 16)."""
    form = SignInForm()
    wanted = safe_next_path(request.form.get("next", ""))
    if not form.validate():
        return make_response(render_template("accounts/sign_in/sign_in.html", form=form, next=wanted), 400)
    email = (form.email.data or "").strip().lower()
    taken = limits.count_attempt(
        "sign_in", context.settings().sign_in_misses, limits.caller_digest(), limits.account_digest(email)
    )
    if taken.over:
        form.form_errors.append(_("Too many tries. Wait ten minutes, then try again."))
        return make_response(render_template("accounts/sign_in/sign_in.html", form=form, next=wanted), 429)
    db = context.db_session()
    person = find_person(db, email)
    good = verify_password(person.password_hash if person and person.active else None, form.password.data or "")
    if person is None or not good or disable_if_unused(db, context.keys(), person, days=context.settings().unused_days):
        db.commit()
        form.form_errors.append(_("That e-mail and password do not go together. Check both and try again."))
        return make_response(render_template("accounts/sign_in/sign_in.html", form=form, next=wanted), 400)
    secret, row = staff_sessions.begin_session(db, person)
    if second_factor.may_skip_second_step(db, person):
        audit.write_entry(db, context.keys().audit, "signed_in", person_id=person.id)
        answer = redirect(wanted or landing_page(access.viewer_of(person, row)), 303)
    else:
        answer = redirect(url_for("second.second_step", next=wanted or None), 303)
    staff_sessions.set_cookie(answer, secret)
    db.commit()
    limits.refund_attempt(taken)
    return answer


@room.post("/sign-out")
@policy(*ROLES, before_second_step=True)
def sign_out() -> AnyResponse:
    """End this session at once."""
    person = current_viewer()
    db = context.db_session()
    audit.write_entry(db, context.keys().audit, "signed_out", person_id=person.person_id)
    staff_sessions.end_session(db, person.session_id)
    db.commit()
    answer = redirect(url_for("accounts.sign_in"), 303)
    staff_sessions.clear_cookie(answer)
    return answer


@room.get("/me")
@policy(*ROLES)
def my_account() -> str:
    """Who I am here."""
    return render_template("accounts/sign_in/my_account.html", person=current_viewer())
