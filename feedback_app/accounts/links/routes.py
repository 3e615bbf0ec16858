"""Coming in for the first time, and choosing a new password after a lost one (promise 19)."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired

from feedback_app import audit
from feedback_app.models.person import Person
from feedback_app.people import staff_links as staff_tokens
from feedback_app.people.passwords import set_password
from feedback_app.people.persons import find_person
from feedback_app.web import context, limits
from feedback_app.web.access import policy

room = Blueprint("tokens", __name__, url_prefix="/sign-in")


class ForgotForm(FlaskForm):  # type: ignore[misc]
    """Whose password is lost."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Type your e-mail."))])


class ChooseForm(FlaskForm):  # type: ignore[misc]
    """A password, typed twice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Type a password."))],
        description=_l("12 to 128 characters. A few words that belong together only for you are good."),
    )
    again = PasswordField(_l("The same again"), [InputRequired(_l("Type the password a second time."))])


@room.get("/forgot")
@policy("public")
def forgot_password() -> str:
    """Ask for a link."""
    return render_template("accounts/links/forgot_password.html", form=ForgotForm())


@room.post("/forgot")
@policy("public")
def forgot_now() -> AnyResponse:
    """Send a link to whoever has an account here. The answer is one and the same for everyone (promise 16)."""
    form = ForgotForm()
    if not form.validate():
        return make_response(render_template("accounts/links/forgot_password.html", form=form), 400)
    email = (form.email.data or "").strip().lower()
    most = context.settings().sign_in_misses
    if limits.count_attempt("reset", most, limits.caller_digest(), limits.account_digest(email)).over:
        form.form_errors.append(_("Too many tries. Wait ten minutes, then try again."))
        return make_response(render_template("accounts/links/forgot_password.html", form=form), 429)
    parts = context.instance()
    db = context.db_session()
    person = find_person(db, email)
    if person is not None and person.active:
        staff_tokens.make_staff_link(db, parts.keys, person, "reset", parts.settings, made_by=None)
    answer = make_response(render_template("accounts/links/link_sent.html", minutes=parts.settings.reset_minutes))
    db.commit()
    return answer


@room.get("/reset/<token>")
@policy("public")
def reset_password(token: str) -> AnyResponse:
    """The form for a new password."""
    return _form(token, "reset")


@room.post("/reset/<token>")
@policy("public")
def reset_now(token: str) -> AnyResponse:
    """Take the new password; the second factor stays as it is."""
    return _choose(token, "reset")


@room.get("/invited/<token>")
@policy("public")
def accept_invitation(token: str) -> AnyResponse:
    """The form for a first password."""
    return _form(token, "invite")


@room.post("/invited/<token>")
@policy("public")
def invited_now(token: str) -> AnyResponse:
    """Take the first password."""
    return _choose(token, "invite")


def _form(token: str, kind: staff_tokens.Kind) -> AnyResponse:
    row = staff_tokens.find_staff_link(context.db_session(), token, kind)
    return _over() if row is None else _page(ChooseForm(), row.person_id, kind, 200)


def _choose(token: str, kind: staff_tokens.Kind) -> AnyResponse:
    db = context.db_session()
    row = staff_tokens.find_staff_link(db, token, kind)
    if row is None:
        return _over()
    form = ChooseForm()
    if not form.validate():
        return _page(form, row.person_id, kind, 400)
    if form.password.data != form.again.data:
        form.again.errors = [_("The two are not the same. Type both again.")]
        return _page(form, row.person_id, kind, 400)
    person = db.get_one(Person, row.person_id)
    what: audit.What = "password_reset" if kind == "reset" else "password_changed"
    try:
        set_password(db, context.keys(), person, form.password.data or "", by=person.id, what=what)
    except ValueError:
        form.password.errors = [_("Choose another: 12 to 128 characters, and none that many people use.")]
        return _page(form, row.person_id, kind, 400)
    if not staff_tokens.use_staff_link(db, row):
        return _over()
    flash(_("Your password is set. Sign in with it."))
    answer = redirect(url_for("accounts.sign_in"), 303)
    db.commit()
    return answer


def _page(form: ChooseForm, person_id: str, kind: staff_tokens.Kind, status: int) -> AnyResponse:
    person = context.db_session().get_one(Person, person_id)
    return make_response(
        render_template("accounts/links/choose_password.html", form=form, person=person, kind=kind), status
    )


def _over() -> AnyResponse:
    """Used, ended, withdrawn and unknown links read the same."""
    return make_response(render_template("accounts/links/link_over.html"), 404)
