"""Signing in by a passkey alone, and what the browser needs to show one."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.accounts.arrivals import note_arrival
from feedback_app.accounts.attempts import (
    count_passkey_attempt,
    too_many_sign_ins_message,
)
from feedback_app.accounts.passkeys.authentication import (
    account_of_answer,
    ask_to_use,
    find_passkey_owner,
)
from feedback_app.accounts.passkeys.site import relying_party
from feedback_app.accounts.sign_in.forms import SignInForm
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.models.person import ROLES, Person
from feedback_app.people.persons import disable_if_unused
from feedback_app.web import context, limits, staff_sessions
from feedback_app.web.access import current_person, policy, viewer_of
from feedback_app.web.navigation import landing_page

room = Blueprint("passkeys", __name__)


@room.post("/sign-in/passkey/ask")
@policy("public")
def passkey_challenge() -> AnyResponse:
    """Return the options for showing any passkey of this service; they say nothing of anybody."""
    return _options_for(None)


@room.post("/me/passkey/ask")
@policy(*ROLES, before_second_step=True)
def ask_me() -> AnyResponse:
    """Return the options for showing a passkey of the signed-in person: at the second step, and when asked again."""
    return _options_for(current_person())


@room.post("/sign-in/passkey")
@policy("public")
def sign_in_now() -> AnyResponse:
    """Sign in by a passkey, whose device checked its owner. Every failure reads the same, and counts as a miss."""
    next_path = safe_next_path(request.form.get("next", ""))
    shown = request.form.get("credential", "")
    with context.instance().database.new_session(reading=True) as reading:
        account = account_of_answer(reading, shown)
    attempt = count_passkey_attempt(account)
    if attempt.over:
        return _try_again(next_path, too_many_sign_ins_message(), 429)

    db, keys, settings = context.db_session(), context.keys(), context.settings()
    person = find_passkey_owner(db, keys, relying_party(settings), shown)
    may_come_in = (
        person is not None
        and person.active
        and not disable_if_unused(db, keys, person, days=settings.unused_days)
    )
    if person is None or not may_come_in:
        problem = _(
            "That passkey does not open this service. Sign in with your password."
        )
        answer = _try_again(next_path, problem, 400)
        db.commit()
        return answer

    secret, session_row = staff_sessions.begin_session(
        db, person, how="passkey", second_factor=True
    )
    answer = redirect(next_path or landing_page(viewer_of(person, session_row)), 303)
    note_arrival(db, keys, person, answer, how="passkey")
    staff_sessions.set_cookie(answer, secret)
    db.commit()
    limits.refund_attempt(attempt)
    return answer


def draw_again(message: str) -> AnyResponse:
    """The sign-in page, and why the passkey was not taken."""
    return _try_again(safe_next_path(request.form.get("next", "")), message, 400)


def _options_for(person: Person | None) -> AnyResponse:
    site = relying_party(context.settings())
    if site is None:
        abort(404)
    db = context.db_session()
    options = ask_to_use(db, site, person)
    db.commit()
    return current_app.response_class(options, mimetype="application/json")


def _try_again(next_path: str, problem: str, status: int) -> AnyResponse:
    form = SignInForm(formdata=None)
    form.form_errors = [problem]
    return make_response(
        render_template("accounts/sign_in/sign_in.html", form=form, next=next_path),
        status,
    )
