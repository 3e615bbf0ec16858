"""Links by mail: choosing a first password, and a new one after a lost one (promise 19)."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.attempts import too_many_tries_message
from feedback_app.accounts.links.forms import ChoosePasswordForm, ForgotPasswordForm
from feedback_app.models.person import Person
from feedback_app.people.passwords import set_password
from feedback_app.people.persons import find_person
from feedback_app.people.staff_links import (
    Kind,
    find_staff_link,
    make_staff_link,
    use_staff_link,
)
from feedback_app.web import context, limits
from feedback_app.web.access import policy

room = Blueprint("tokens", __name__, url_prefix="/sign-in")


@room.get("/forgot")
@policy("public")
def forgot_password() -> str:
    """Show the form that asks for a link."""
    return _forgot_page(ForgotPasswordForm())


@room.post("/forgot")
@policy("public")
def forgot_now() -> AnyResponse:
    """Send a link to whoever has an account here. The answer is one and the same for everyone (promise 16)."""
    form = ForgotPasswordForm()
    if not form.validate():
        return make_response(_forgot_page(form), 400)
    email = (form.email.data or "").strip().lower()
    most = context.settings().sign_in_misses
    if limits.count_attempt(
        "reset", most, limits.caller_digest(), limits.account_digest(email)
    ).over:
        form.form_errors.append(too_many_tries_message())
        return make_response(_forgot_page(form), 429)
    db, keys, settings = context.db_session(), context.keys(), context.settings()
    person = find_person(db, email)
    if person is not None and person.active:
        make_staff_link(db, keys, person, "reset", settings, made_by=None)
    page = render_template(
        "accounts/links/link_sent.html", minutes=settings.reset_minutes
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
    """Set the first password."""
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

    person = db.get_one(Person, link.person_id)
    what: audit.AuditEvent = "password_reset" if kind == "reset" else "password_changed"
    try:
        set_password(
            db,
            context.keys(),
            person,
            form.password.data or "",
            by=person.id,
            what=what,
        )
    except ValueError:
        form.password.errors = [
            _("Choose another: 12 to 128 characters, and none that many people use.")
        ]
        return _choose_page(form, link.person_id, kind, 400)
    if not use_staff_link(db, link):
        return _link_over()
    flash(_("Your password is set. Sign in with it."))
    answer = redirect(url_for("accounts.sign_in"), 303)
    db.commit()
    return answer


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
