"""The page of one's own account: changing the password, and ending sessions elsewhere."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.account.forms import ChangePasswordForm
from feedback_app.accounts.account.views import MARK_LENGTH, sessions_of
from feedback_app.accounts.attempts import (
    count_password_attempt,
    too_busy_message,
    too_many_tries_message,
)
from feedback_app.accounts.links.forms import ChoosePasswordForm
from feedback_app.models.person import ROLES
from feedback_app.people.calendar_links import CALENDAR_ROLES
from feedback_app.people.passwords import (
    TooBusy,
    is_line_full,
    make_hash,
    set_password_hash,
    verify_password,
)
from feedback_app.people.persons import account_name
from feedback_app.people.staff_links import end_staff_links
from feedback_app.web import context, limits, staff_sessions
from feedback_app.web.access import current_person, current_viewer, policy
from feedback_app.web.refusals import note_refusal
from feedback_app.web.second_factor import (
    factors_of,
    is_recent,
    may_skip_second_step,
)

room = Blueprint("account", __name__, url_prefix="/me")


@room.get("")
@policy(*ROLES)
def show_account() -> str:
    """Show who is signed in: password, second step, and where."""
    db, person = context.db_session(), current_person()
    return render_template(
        "accounts/account/show_account.html",
        person=person,
        known=factors_of(db, person),
        has_calendar=bool(person.roles & frozenset(CALENDAR_ROLES)),
        sessions=sessions_of(
            db,
            person,
            own_id=current_viewer().session_id,
            without_step=may_skip_second_step(db, person),
        ),
    )


@room.post("/sessions/<session_mark>/end")
@policy(*ROLES)
def end_session(session_mark: str) -> AnyResponse:
    """End one other session of one's own."""
    db, viewer = context.db_session(), current_viewer()
    _note_end(1)
    ended = [
        row.id
        for row in staff_sessions.open_sessions(db, current_person())
        if row.id[:MARK_LENGTH] == session_mark and row.id != viewer.session_id
    ]
    for session_id in ended:
        staff_sessions.end_session(db, session_id)
    flash(
        _("That session is ended.") if ended else _("That session had ended already.")
    )
    answer = redirect(url_for("account.show_account"), 303)
    db.commit()
    return answer


@room.post("/sessions/end-others")
@policy(*ROLES)
def end_other_sessions() -> AnyResponse:
    """End all sessions of one's own but this one."""
    db, viewer = context.db_session(), current_viewer()
    number = len(staff_sessions.open_sessions(db, current_person())) - 1
    _note_end(number)
    staff_sessions.end_sessions_of(db, viewer.person_id, but=viewer.session_id)
    flash(
        ngettext(
            "%(num)s other session is ended. You are signed in here alone.",
            "%(num)s other sessions are ended. You are signed in here alone.",
            number,
        )
    )
    answer = redirect(url_for("account.show_account"), 303)
    db.commit()
    return answer


@room.get("/password")
@policy(*ROLES)
def change_password() -> AnyResponse:
    """Show the form for another password; whoever has none yet shows the second step again first."""
    if _must_step_up():
        return _step_up_first()
    return _password_page(_new_form())


@room.post("/password")
@policy(*ROLES)
def change_password_now() -> AnyResponse:
    """Check the old password, set the new one, and end every other session. No write waits while they are hashed."""
    if _must_step_up():
        return _step_up_first()
    form = _new_form()
    if not form.validate():
        return _password_page(form, 400)
    new = form.password.data or ""
    if new != form.again.data:
        form.again.errors = [_("The two passwords are not the same. Type both again.")]
        return _password_page(form, 400)
    if isinstance(form, ChangePasswordForm):
        if form.password_now.data == new:
            form.password.errors = [
                _("That is the password you have. Choose another one.")
            ]
            return _password_page(form, 400)
        refusal = _check_old_password(form)
        if refusal is not None:
            return refusal
    context.close_session()
    try:
        password_hash = make_hash(new)
    except ValueError:
        form.password.errors = [
            _("Choose another: 12 to 128 characters, and none that many people use.")
        ]
        return _password_page(form, 400)

    db, viewer, person = context.db_session(), current_viewer(), current_person()
    set_password_hash(
        db,
        context.keys(),
        person,
        password_hash,
        by=person.id,
        but_session=viewer.session_id,
    )
    end_staff_links(db, person.id)
    flash(_("Your password is changed. You were signed out everywhere else."))
    answer = redirect(url_for("account.show_account"), 303)
    db.commit()
    return answer


def _check_old_password(form: ChangePasswordForm) -> AnyResponse | None:
    """The page that says what is wrong with the old password; None where it is right. A wrong one is a miss."""
    person = current_person()
    stored = person.password_hash
    if is_line_full():
        form.form_errors.append(too_busy_message())
        return _password_page(form, 503)
    attempt = count_password_attempt(account_name(person.email))
    if attempt.over:
        form.form_errors.append(too_many_tries_message())
        return _password_page(form, 429)
    try:
        right = verify_password(stored, form.password_now.data or "")
    except TooBusy:
        limits.refund_attempt(attempt)
        form.form_errors.append(too_busy_message())
        return _password_page(form, 503)
    if not right:
        note_refusal("sign_in_failed", None, current_viewer().person_id)
        form.password_now.errors = [_("That is not your password. Try again.")]
        return _password_page(form, 400)
    limits.refund_attempt(attempt)
    return None


def _new_form() -> ChoosePasswordForm:
    """The form of a person who has a password, or of one who has none (a passkey or council account alone)."""
    has_one = current_person().password_hash is not None
    return ChangePasswordForm() if has_one else ChoosePasswordForm()


def _must_step_up() -> bool:
    has_one = current_person().password_hash is not None
    return not has_one and not is_recent(current_viewer().stepped_up_at)


def _step_up_first() -> AnyResponse:
    here = url_for("account.change_password")
    return redirect(url_for("second.confirm_second_factor", next=here), 303)


def _note_end(number: int) -> None:
    """Put it on the record, before any session's row is locked (PostgreSQL: the trail's lock is always taken first)."""
    audit.write_entry(
        context.db_session(),
        context.keys().audit,
        "sessions_ended",
        person_id=current_viewer().person_id,
        about=current_viewer().person_id,
        reason=str(number),
    )


def _password_page(form: ChoosePasswordForm, status: int = 200) -> AnyResponse:
    page = render_template(
        "accounts/account/change_password.html", form=form, person=current_person()
    )
    return make_response(page, status)
