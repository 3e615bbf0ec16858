"""Links by mail: choosing a first password, and a new one after a lost one (promise 19)."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.attempts import count_link_attempt, too_many_tries_message
from feedback_app.accounts.links.forms import ChoosePasswordForm, ForgotPasswordForm
from feedback_app.accounts.sign_in.routes import begin_after_password
from feedback_app.models.person import Person
from feedback_app.people.link_requests import request_link
from feedback_app.people.passwords import make_hash, set_password_hash
from feedback_app.people.persons import account_name
from feedback_app.people.staff_links import Kind, find_staff_link, use_staff_link
from feedback_app.web import context, limits
from feedback_app.web.access import policy
from feedback_app.web.known_devices import known_device, remember_device

room = Blueprint("tokens", __name__, url_prefix="/sign-in")


@room.get("/forgot")
@policy("public")
def forgot_password() -> str:
    """Show the form that asks for a link."""
    return _forgot_page(ForgotPasswordForm())


@room.post("/forgot")
@policy("public")
def forgot_now() -> AnyResponse:
    """Write down that somebody asked for a link; the worker sends it to whoever has an account here.

    What is asked of the database, and the answer, are one and the same for everyone (promise 16).
    """
    form = ForgotPasswordForm()
    if not form.validate():
        return make_response(_forgot_page(form), 400)
    email = account_name(form.email.data)
    if count_link_attempt(email).over:
        form.form_errors.append(too_many_tries_message())
        return make_response(_forgot_page(form), 429)
    db = context.db_session()
    request_link(
        db,
        limits.account_digest(email),
        on_known_device=bool(known_device(email)),
    )
    page = render_template(
        "accounts/links/link_sent.html", minutes=context.settings().reset_minutes
    )
    db.commit()
    return make_response(page)


@room.get("/reset/<token>")
@policy("public")
def reset_password(token: str) -> AnyResponse:
    """Show the form for a new password."""
    return _show_form(token, "reset")


@room.post("/reset/<token>")
@policy("public")
def reset_now(token: str) -> AnyResponse:
    """Set the new password; the second factor stays as it is."""
    return _choose_password(token, "reset")


@room.get("/invited/<token>")
@policy("public")
def accept_invitation(token: str) -> AnyResponse:
    """Show the form for a first password."""
    return _show_form(token, "invite")


@room.post("/invited/<token>")
@policy("public")
def invited_now(token: str) -> AnyResponse:
    """Set the first password; whoever chose it is signed in with it, and goes on to their second step."""
    return _choose_password(token, "invite")


def _show_form(token: str, kind: Kind) -> AnyResponse:
    link = find_staff_link(context.db_session(), token, kind)
    return (
        _link_over()
        if link is None
        else _choose_page(ChoosePasswordForm(), link.person_id, kind, 200)
    )


def _choose_password(token: str, kind: Kind) -> AnyResponse:
    """Check the form, set the password and use the link up, or show what is wrong."""
    db = context.db_session()
    link = find_staff_link(db, token, kind)
    if link is None:
        return _link_over()
    form = ChoosePasswordForm()
    if not form.validate():
        return _choose_page(form, link.person_id, kind, 400)
    if form.password.data != form.again.data:
        form.again.errors = [_("The two passwords are not the same. Type both again.")]
        return _choose_page(form, link.person_id, kind, 400)

    context.close_session()  # no write waits while the password is hashed
    try:
        password_hash = make_hash(form.password.data or "")
    except ValueError:
        form.password.errors = [
            _("Choose another: 12 to 128 characters, and none that many people use.")
        ]
        return _choose_page(form, link.person_id, kind, 400)
    db = context.db_session()
    person = db.get_one(Person, link.person_id)
    what: audit.AuditEvent = "password_reset" if kind == "reset" else "password_changed"
    set_password_hash(
        db, context.keys(), person, password_hash, by=person.id, what=what
    )
    if not person.active or not use_staff_link(db, link):
        return _link_over()
    if kind == "invite":
        answer = begin_after_password(db, person)
    else:
        flash(_("Your password is set. Sign in with it."))
        answer = redirect(url_for("accounts.sign_in"), 303)
    # Whoever holds the link has the person's mail: no stranger's wrong passwords keep them out of what they just chose.
    remember_device(answer, account_name(person.email))
    db.commit()
    return answer


def draw_forgot_again(message: str) -> AnyResponse:
    """The form that asks for a link as it was filled in, and why it was not taken."""
    form = ForgotPasswordForm()
    form.form_errors.append(message)
    return make_response(_forgot_page(form), 400)


def draw_choice_again(message: str) -> AnyResponse:
    """The form for a new password behind this link, and why it was not taken."""
    kind: Kind = "invite" if request.endpoint == "tokens.invited_now" else "reset"
    token = (request.view_args or {}).get("token", "")
    link = find_staff_link(context.db_session(), token, kind)
    if link is None:
        return _link_over()
    form = ChoosePasswordForm()
    form.form_errors.append(message)
    return _choose_page(form, link.person_id, kind, 400)


def _forgot_page(form: ForgotPasswordForm) -> str:
    return render_template("accounts/links/forgot_password.html", form=form)


def _choose_page(
    form: ChoosePasswordForm, person_id: str, kind: Kind, status: int
) -> AnyResponse:
    person = context.db_session().get_one(Person, person_id)
    page = render_template(
        "accounts/links/choose_password.html", form=form, person=person, kind=kind
    )
    return make_response(page, status)


def _link_over() -> AnyResponse:
    """Used, ended, withdrawn and unknown links read the same."""
    return make_response(render_template("accounts/links/link_over.html"), 404)
