"""Signing in by a passkey alone, and what the browser needs to show one."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.passkeys import authentication as passkeys
from feedback_app.accounts.second_step.verify import current_person, passkey_shown, slow_down
from feedback_app.accounts.sign_in.forms import SignInForm
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.models.person import ROLES, Person
from feedback_app.people.persons import disable_if_unused
from feedback_app.web import access, context, limits, staff_sessions
from feedback_app.web.access import policy
from feedback_app.web.navigation import landing_page

room = Blueprint("passkeys", __name__)


@room.post("/sign-in/passkey/ask")
@policy("public")
def passkey_challenge() -> AnyResponse:
    """What to show a passkey for, of whoever has one; says nothing of anybody."""
    return _asked(None)


@room.post("/me/passkey/ask")
@policy(*ROLES, before_second_step=True)
def ask_me() -> AnyResponse:
    """The same for one of mine: at the second step, and when asked again."""
    return _asked(current_person())


@room.post("/sign-in/passkey")
@policy("public")
def sign_in_now() -> AnyResponse:
    """A whole sign-in: the device checked its owner. Whatever is not good reads the same, and is counted as a miss."""
    wanted = safe_next_path(request.form.get("next", ""))
    taken = limits.count_attempt("sign_in", context.settings().sign_in_misses, limits.caller_digest())
    if taken.over:
        return _again(wanted, slow_down(), 429)
    db = context.db_session()
    person = passkey_shown(db, request.form.get("credential", ""))
    if person is None or not _may_come_in(person):
        db.commit()
        return _again(wanted, _("That passkey does not open this service. Sign in with your password."), 400)
    audit.write_entry(db, context.keys().audit, "signed_in", person_id=person.id, reason="passkey")
    secret, row = staff_sessions.begin_session(db, person, how="passkey", second_factor=True)
    answer = redirect(wanted or landing_page(access.viewer_of(person, row)), 303)
    staff_sessions.set_cookie(answer, secret)
    db.commit()
    limits.refund_attempt(taken)
    return answer


def _may_come_in(person: Person) -> bool:
    days = context.settings().unused_days
    return person.active and not disable_if_unused(context.db_session(), context.keys(), person, days=days)


def _asked(person: Person | None) -> AnyResponse:
    where = passkeys.relying_party(context.settings())
    if where is None:
        abort(404)
    db = context.db_session()
    options = passkeys.ask_to_use(db, where, person)
    db.commit()
    return current_app.response_class(options, mimetype="application/json")


def _again(wanted: str, problem: str, status: int) -> AnyResponse:
    form = SignInForm(formdata=None)
    form.form_errors = [problem]
    return make_response(render_template("accounts/sign_in/sign_in.html", form=form, next=wanted), status)
