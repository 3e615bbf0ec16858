"""A person's own second factors: an authenticator app, passkeys, recovery codes, the council's own sign-in."""

from __future__ import annotations

import pyotp
from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.accounts.passkeys import authentication as passkeys
from feedback_app.accounts.second_step import codes as factors
from feedback_app.accounts.second_step.verify import (
    count_code_attempt,
    current_person,
    redirect_to,
    replace_session,
    slow_down,
    wrong_code_message,
)
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.documents import qr
from feedback_app.models.person import ROLES, Identity, Person, RecoveryCode
from feedback_app.web import context, limits, second_factor, staff_sessions
from feedback_app.web.access import current_viewer, policy

room = Blueprint("own", __name__, url_prefix="/me/second-factor")


@room.get("")
@policy(*ROLES, before_second_step=True, step_up=True)
def factors_page() -> str:
    """What I can show at the second step, and how to add to it."""
    return _page()


@room.post("/app")
@policy(*ROLES, before_second_step=True, step_up=True)
def set_up_app() -> AnyResponse:
    """A new seed to scan; then, with a code of it, the app is set up and every other session ends (promise 18)."""
    db, keys, person = context.db_session(), context.keys(), current_person()
    setup = request.form.get("setup", "")
    seed = factors.waiting_seed(db, keys, person, setup) if setup else None
    if seed is None:
        setup, seed = factors.begin_app_setup(db, keys, person)
        page = _app_page(person, setup, seed)
        db.commit()
        return make_response(page)
    taken = count_code_attempt()
    if taken.over:
        return make_response(_app_page(person, setup, seed, slow_down()), 429)
    db, person = context.db_session(), current_person()
    if not factors.confirm_app(db, keys, person, setup, request.form.get("code", "")):
        return make_response(_app_page(person, setup, seed, wrong_code_message()), 400)
    answer = replace_session(
        db, person, make_response(_codes_page(factors.make_recovery_codes(db, keys, person))), ends_others=True
    )
    db.commit()
    limits.refund_attempt(taken)
    return answer


@room.post("/app/off")
@policy(*ROLES, before_second_step=True, step_up=True)
def app_off() -> AnyResponse:
    """Take the app off."""
    db, person = _held()
    known = second_factor.factors_of(db, person)
    if not known.app:
        abort(404)
    if _is_last(known):
        return _stays()
    factors.remove_app(db, context.keys(), person)
    return _taken_off(db, person)


@room.post("/passkeys")
@policy(*ROLES, before_second_step=True, step_up=True)
def add_passkey() -> AnyResponse:
    """A page that makes a passkey with the browser; then it is kept and every other session ends (promise 18)."""
    db, keys, person, where = (
        context.db_session(),
        context.keys(),
        current_person(),
        passkeys.relying_party(context.settings()),
    )
    name, answer = _tidy(request.form.get("name", "")), request.form.get("credential", "")
    if where is None:
        abort(404)
    problem = _("Give it a shorter name: at most 60 characters.") if len(name) > passkeys.NAME_LENGTH else ""
    if answer and not problem:
        if passkeys.add_passkey(db, keys, person, where, answer, name=name or _("Passkey")):
            return _kept(db, person)
        problem = _("That passkey could not be kept. Press the button to try once more.")
    options = passkeys.ask_to_add(db, keys, person, where, service=context.settings().service_name)
    page = render_template("accounts/own_factors/add_passkey.html", options=options, name=name, problem=problem)
    db.commit()
    return make_response(page, 400 if problem else 200)


@room.post("/passkeys/<passkey_id>/off")
@policy(*ROLES, before_second_step=True, step_up=True)
def passkey_off(passkey_id: str) -> AnyResponse:
    """Take a passkey off."""
    db, person = _held()
    if _is_last(second_factor.factors_of(db, person)):
        return _stays()
    if not passkeys.remove_passkey(db, context.keys(), person, passkey_id):
        abort(404)
    return _taken_off(db, person)


@room.post("/codes")
@policy(*ROLES, before_second_step=True, step_up=True)
def new_recovery_codes() -> AnyResponse:
    """Ten new recovery codes."""
    db, person = context.db_session(), current_person()
    if not second_factor.factors_of(db, person).has_second:
        flash(_("Set up a passkey or an authenticator app first."))
        return redirect(url_for("own.factors_page"), 303)
    page = _codes_page(factors.make_recovery_codes(db, context.keys(), person))
    db.commit()
    return make_response(page)


def _kept(db: Session, person: Person) -> AnyResponse:
    """A new passkey is kept. Whoever has no recovery codes is given some: a phone can be lost."""
    if _codes_left(db, person):
        flash(_("Your passkey is kept. You were signed out everywhere else."))
        answer = redirect_to(url_for("own.factors_page"))
    else:
        answer = make_response(_codes_page(factors.make_recovery_codes(db, context.keys(), person)))
    answer = replace_session(db, person, answer, ends_others=True)
    db.commit()
    return answer


def _held() -> tuple[Session, Person]:
    """The person, held to the end of the transaction: of two that take a factor off, the second sees the first."""
    db = context.db_session()
    return db, db.get_one(Person, current_viewer().person_id, with_for_update=True, populate_existing=True)


def _is_last(known: second_factor.Factors) -> bool:
    return context.settings().second_factor == "required" and known.passkeys + known.app <= 1


def _stays() -> AnyResponse:
    return make_response(_page(_("This is your only second step. Add another before you take it off.")), 409)


def _taken_off(db: Session, person: Person) -> AnyResponse:
    if not second_factor.factors_of(db, person).has_second:
        db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    staff_sessions.end_sessions_of(db, person.id, but=current_viewer().session_id)
    flash(_("It is taken off. You were signed out everywhere else."))
    db.commit()
    return redirect_to(url_for("own.factors_page"))


def _page(problem: str = "") -> str:
    db, person, settings = context.db_session(), current_person(), context.settings()
    return render_template(
        "accounts/own_factors/own_factors.html",
        known=second_factor.factors_of(db, person),
        passkeys=passkeys.passkeys_of(db, person),
        possible=passkeys.relying_party(settings) is not None,
        sso=settings.has_council_sign_in,
        linked=db.scalar(select(Identity.added_at).where(Identity.person_id == person.id)),
        codes_left=_codes_left(db, person),
        complete=current_viewer().complete,
        next=safe_next_path(request.args.get("next", "")),
        problem=problem,
    )


def _codes_left(db: Session, person: Person) -> int:
    left = select(func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return db.scalar(left) or 0


def _app_page(person: Person, setup: str, seed: str, problem: str = "") -> str:
    address = pyotp.TOTP(seed).provisioning_uri(name=person.email, issuer_name=context.settings().service_name)
    picture = qr.qr_svg.__wrapped__(address, _("QR code for your authenticator app"))
    typed = " ".join(seed[i : i + 4] for i in range(0, len(seed), 4))
    return render_template(
        "accounts/own_factors/set_up_app.html", setup=setup, picture=picture, typed=typed, problem=problem
    )


def _codes_page(made: list[str]) -> str:
    return render_template("accounts/own_factors/recovery_codes.html", codes=made)


def _tidy(name: str) -> str:
    """A name as it is kept: one line, nothing that does not print."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())
