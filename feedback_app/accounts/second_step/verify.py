"""What a signed-in person has shown on this request, and the session that follows from it."""

from __future__ import annotations

from flask import redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts.passkeys import authentication as passkeys
from feedback_app.accounts.second_step import codes as factors
from feedback_app.models.person import Person, SignedIn
from feedback_app.people import staff_links as staff_tokens
from feedback_app.web import context, limits, staff_sessions
from feedback_app.web.access import current_viewer


def current_person() -> Person:
    """Who is signed in, as the table has them."""
    return context.db_session().get_one(Person, current_viewer().person_id)


def second_factor_is_valid(db: Session, person: Person) -> bool:
    """Whether the form brought a good second factor, which is now used up: a passkey, or a code."""
    answer = request.form.get("credential", "")
    if answer:
        return passkey_shown(db, answer, person) is not None
    return factors.use_code(db, context.keys(), person, request.form.get("code", ""))


def passkey_shown(db: Session, answer: str, person: Person | None = None) -> Person | None:
    """Whose passkey was shown; None when it is not good. A failed answer is committed too: its question is used up."""
    where = passkeys.relying_party(context.settings())
    if where is None:
        return None
    try:
        found = passkeys.use_passkey(db, where, answer, person)
    except passkeys.PasskeyCopied as copied:
        owner = str(copied)
        entry = audit.write_entry(
            db, context.keys().audit, "refused", person_id=owner, about=owner, reason="a copy of a passkey"
        )
        staff_tokens.queue_change_message(db, entry)
        found = None
    if found is None:
        db.commit()
    return found


def count_code_attempt() -> limits.Attempt:
    """A try at showing a second factor, counted before what is shown is looked at; ends the session as it was read."""
    most = context.settings().second_factor_misses
    return limits.count_attempt("second", most, limits.account_digest(current_viewer().person_id))


def replace_session(db: Session, person: Person, answer: AnyResponse, *, ends_others: bool = False) -> AnyResponse:
    """The answer, with a new session that has shown a second factor; a factor that is new ends all others."""
    row = db.get(SignedIn, current_viewer().session_id)
    how: staff_sessions.SignInMethod = row.how if row else "password"  # type: ignore[assignment]
    if ends_others:
        staff_sessions.end_sessions_of(db, person.id)
    secret, _row = staff_sessions.begin_session(db, person, how=how, second_factor=True)
    staff_sessions.set_cookie(answer, secret)
    return answer


def redirect_to(path: str) -> AnyResponse:
    """On to that page."""
    return redirect(path, 303)


def wrong_code_message() -> str:
    """What to do about a code or a passkey that did not work."""
    if request.form.get("credential"):
        return str(_("That passkey did not work here. Try it once more, or type a code."))
    return str(_("That code does not work. Each code works once: wait for the next one and type it."))


def slow_down() -> str:
    """What to do after too many misses."""
    return str(_("Too many tries. Wait ten minutes, then try again."))
