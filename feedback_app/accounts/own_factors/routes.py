"""Pages on which staff set up and remove their own second factors: an app, passkeys, recovery codes."""

from __future__ import annotations

import pyotp
from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.accounts.attempts import count_code_attempt, too_many_tries_message
from feedback_app.accounts.passkeys import registration
from feedback_app.accounts.passkeys.site import passkeys_of, relying_party
from feedback_app.accounts.second_step import codes
from feedback_app.accounts.second_step.verify import wrong_code_message
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.documents.qr import qr_svg
from feedback_app.models.person import ROLES, Identity, Person
from feedback_app.people.persons import account_name
from feedback_app.web import context, limits, staff_sessions
from feedback_app.web.access import current_person, current_viewer, policy
from feedback_app.web.known_devices import remember_device
from feedback_app.web.second_factor import Factors, factors_of

room = Blueprint("own", __name__, url_prefix="/me/second-factor")


@room.get("")
@policy(*ROLES, before_second_step=True, step_up=True)
def factors_page() -> str:
    """Show the person's second factors, and how to add one."""
    return _factors_page()


@room.post("/app")
@policy(*ROLES, before_second_step=True, step_up=True)
def set_up_app() -> AnyResponse:
    """Show a new seed to scan; then, with a code of it, set the app up and end every other session (promise 18)."""
    db, keys, person = context.db_session(), context.keys(), current_person()
    setup = request.form.get("setup", "")
    seed = codes.waiting_seed(db, keys, person, setup) if setup else None
    if seed is None:
        setup, seed = codes.begin_app_setup(db, keys, person)
        page = _app_page(person, setup, seed)
        db.commit()
        return make_response(page)

    attempt = count_code_attempt()
    if attempt.over:
        return make_response(
            _app_page(person, setup, seed, too_many_tries_message()), 429
        )
    db, person = context.db_session(), current_person()
    if not codes.confirm_app(db, keys, person, setup, request.form.get("code", "")):
        return make_response(
            _app_page(person, setup, seed, wrong_code_message(was_passkey=False)), 400
        )
    answer = _begin_anew(db, person, make_response(_recovery_codes_page(db, person)))
    db.commit()
    limits.refund_attempt(attempt)
    return answer


@room.post("/app/off")
@policy(*ROLES, before_second_step=True, step_up=True)
def app_off() -> AnyResponse:
    """Remove the app."""
    db, person = context.db_session(), _lock_person()
    known = factors_of(db, person)
    if not known.app:
        abort(404)
    if _is_last(known):
        return _refuse_last()
    codes.remove_app(db, context.keys(), person)
    answer = _after_removal(db, person)
    db.commit()
    return answer


@room.post("/passkeys")
@policy(*ROLES, before_second_step=True, step_up=True)
def add_passkey() -> AnyResponse:
    """Show a page that makes a passkey with the browser; then store it and end every other session (promise 18)."""
    db, keys, person = context.db_session(), context.keys(), current_person()
    site = relying_party(context.settings())
    if site is None:
        abort(404)
    name = _printable(request.form.get("name", ""))
    made = request.form.get("credential", "")
    problem = ""
    if len(name) > registration.NAME_LENGTH:
        problem = _("Give it a shorter name: at most 60 characters.")
    elif made:
        if registration.add_passkey(
            db, keys, person, site, made, name=name or _("Passkey")
        ):
            answer = _after_passkey(db, person)
            db.commit()
            return answer
        problem = _(
            "That passkey could not be saved. Press the button to try once more."
        )
    options = registration.ask_to_add(
        db, keys, person, site, service=context.settings().service_name
    )
    page = render_template(
        "accounts/own_factors/add_passkey.html",
        options=options,
        name=name,
        problem=problem,
    )
    db.commit()
    return make_response(page, 400 if problem else 200)


@room.post("/passkeys/<passkey_id>/off")
@policy(*ROLES, before_second_step=True, step_up=True)
def passkey_off(passkey_id: str) -> AnyResponse:
    """Remove a passkey."""
    db, person = context.db_session(), _lock_person()
    if _is_last(factors_of(db, person)):
        return _refuse_last()
    if not registration.remove_passkey(db, context.keys(), person, passkey_id):
        abort(404)
    answer = _after_removal(db, person)
    db.commit()
    return answer


@room.post("/codes")
@policy(*ROLES, before_second_step=True, step_up=True)
def new_recovery_codes() -> AnyResponse:
    """Make ten new recovery codes, and show them."""
    db, person = context.db_session(), current_person()
    if not factors_of(db, person).has_second:
        flash(_("Set up a passkey or an authenticator app first."))
        return redirect(url_for("own.factors_page"), 303)
    page = _recovery_codes_page(db, person, tell=True)
    db.commit()
    return make_response(page)


def _after_passkey(db: Session, person: Person) -> AnyResponse:
    """A passkey was added: every other session ends. Whoever has no recovery codes gets some: a phone can be lost."""
    answer: AnyResponse
    if codes.count_recovery_codes(db, person):
        flash(_("Your passkey is saved. You were signed out everywhere else."))
        answer = redirect(url_for("own.factors_page"), 303)
    else:
        answer = make_response(_recovery_codes_page(db, person))
    return _begin_anew(db, person, answer)


def _begin_anew(db: Session, person: Person, answer: AnyResponse) -> AnyResponse:
    """A factor was added: a new session here, none elsewhere; whoever was half-way through signing in has come in."""
    remember_device(answer, account_name(person.email))
    return staff_sessions.replace_session(
        db, person, current_viewer().session_id, answer, ends_others=True
    )


def _after_removal(db: Session, person: Person) -> AnyResponse:
    """A factor was removed: every other session ends, and without any factor recovery codes are of no use."""
    if not factors_of(db, person).has_second:
        codes.delete_recovery_codes(db, person)
    staff_sessions.end_sessions_of(db, person.id, but=current_viewer().session_id)
    flash(_("Removed. You were signed out everywhere else."))
    return redirect(url_for("own.factors_page"), 303)


def _lock_person() -> Person:
    """The person's row, locked: of two requests that remove a factor at once, the second sees what the first did."""
    person_id = current_viewer().person_id
    return context.db_session().get_one(
        Person, person_id, with_for_update=True, populate_existing=True
    )


def _is_last(known: Factors) -> bool:
    return (
        context.settings().second_factor == "required"
        and known.passkeys + known.app <= 1
    )


def _refuse_last() -> AnyResponse:
    problem = _("This is your only second step. Add another before you remove it.")
    return make_response(_factors_page(problem), 409)


def _factors_page(problem: str = "") -> str:
    db, person, settings = context.db_session(), current_person(), context.settings()
    return render_template(
        "accounts/own_factors/own_factors.html",
        known=factors_of(db, person),
        passkeys=passkeys_of(db, person),
        possible=relying_party(settings) is not None,
        sso=settings.has_council_sign_in,
        linked=db.scalar(
            select(Identity.added_at).where(Identity.person_id == person.id)
        ),
        codes_left=codes.count_recovery_codes(db, person),
        complete=current_viewer().complete,
        next=safe_next_path(request.args.get("next", "")),
        problem=problem,
    )


def _app_page(person: Person, setup: str, seed: str, problem: str = "") -> str:
    address = pyotp.TOTP(seed).provisioning_uri(
        name=person.email, issuer_name=context.settings().service_name
    )
    # Not through the cache of drawn codes: a seed must not stay in memory.
    picture = qr_svg.__wrapped__(address, _("QR code for your authenticator app"))
    typed = " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))
    return render_template(
        "accounts/own_factors/set_up_app.html",
        setup=setup,
        picture=picture,
        typed=typed,
        problem=problem,
    )


def _recovery_codes_page(db: Session, person: Person, *, tell: bool = False) -> str:
    made = codes.make_recovery_codes(db, context.keys(), person, tell=tell)
    return render_template("accounts/own_factors/recovery_codes.html", codes=made)


def _printable(name: str) -> str:
    """A name as it is stored: one line, nothing that does not print."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())
