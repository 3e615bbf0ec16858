"""The second step at sign-in, asking for it again before what matters, and setting it up."""

from __future__ import annotations

import pyotp
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.accounts import factors
from feedback_app.accounts.own_path import asks_again, own_path
from feedback_app.accounts.passwords import fits
from feedback_app.documents import qr
from feedback_app.duties import audit
from feedback_app.models.person import Person, RecoveryCode, SignedIn
from feedback_app.web import access, context, limits
from feedback_app.web.access import policy, staff
from feedback_app.web.navigation import home_of

room = Blueprint("second", __name__)

EVERYONE = ("iro", "manager", "lead", "deputy", "administrator")
KEPT = "kept-"


@room.get("/sign-in/second")
@policy(*EVERYONE, early=True)
def second_step() -> AnyResponse:
    """The form for a code; whoever has no second factor yet sets one up first."""
    wanted = own_path(request.args.get("next", ""))
    if staff().complete:
        return redirect(wanted or home_of(staff()), 303)
    if not access.factors(context.session(), _person()).second:
        return redirect(url_for("second.own", next=wanted or None), 303)
    return make_response(_second_page(wanted))


@room.post("/sign-in/second")
@policy(*EVERYONE, early=True)
def second_step_now() -> AnyResponse:
    """A good code begins a session that reaches the person's pages, under a new id."""
    wanted, taken = own_path(request.form.get("next", "")), _take()
    if taken.over:
        return make_response(_second_page(wanted, _slow_down()), 429)
    db, person = context.session(), _person()
    if not _shown(db, person):
        return make_response(_second_page(wanted, _wrong_code()), 400)
    audit.write(db, context.keys().audit, "signed_in", person_id=person.id)
    answer = _anew(db, person, wanted or home_of(staff()))
    db.commit()
    limits.give_back(taken)
    return answer


@room.get("/me/confirm")
@policy(*EVERYONE)
def confirm() -> str:
    """Ask for the second factor again."""
    return access.confirm_page(next_=own_path(request.args.get("next", "")))


@room.post("/me/confirm")
@policy(*EVERYONE)
def confirm_now() -> AnyResponse:
    """On to where the person was going; what was typed there is shown again, to be sent with one press."""
    wanted, to = own_path(request.form.get("next", "")), own_path(request.form.get("to", ""))
    to = to if asks_again(to) else ""
    kept = [(n.removeprefix(KEPT), v) for n, all_of in request.form.lists() if n.startswith(KEPT) for v in all_of]
    taken = _take()
    if taken.over:
        return make_response(access.confirm_page(next_=wanted, to=to, kept=kept, problem=_slow_down()), 429)
    db, person = context.session(), _person()
    known = access.factors(db, person)
    good = _shown(db, person) if known.second else fits(person.password_hash, request.form.get("password", ""))
    if not good:
        problem = _wrong_code() if known.second else _("That is not your password. Try again.")
        return make_response(access.confirm_page(next_=wanted, to=to, kept=kept, problem=problem), 400)
    db.execute(update(SignedIn).where(SignedIn.id == staff().session_id).values(stepped_up_at=clock.now()))
    audit.write(db, context.keys().audit, "stepped_up", person_id=person.id)
    answer: AnyResponse
    if to:
        answer = make_response(
            render_template(
                "staff/kept_form.html",
                title=_("Thank you. Now send it"),
                message=_("Nothing you typed is lost."),
                fields=kept,
                action=to,
                signed_in=True,
            )
        )
    else:
        answer = redirect(wanted or home_of(staff()), 303)
    db.commit()
    limits.give_back(taken)
    return answer


@room.get("/me/second-factor")
@policy(*EVERYONE, early=True, step_up=True)
def own() -> str:
    """What I can show at the second step, and how to add to it."""
    db, person = context.session(), _person()
    left = select(func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return render_template(
        "accounts/second_factor.html",
        known=access.factors(db, person),
        codes_left=db.scalar(left) or 0,
        next=own_path(request.args.get("next", "")),
    )


@room.post("/me/second-factor/app")
@policy(*EVERYONE, early=True, step_up=True)
def own_app() -> AnyResponse:
    """A new seed to scan; then, with a code of it, the app is set up and every other session ends (promise 18)."""
    db, keys, person = context.session(), context.keys(), _person()
    setup = request.form.get("setup", "")
    seed = factors.waiting_seed(db, keys, person, setup) if setup else None
    if seed is None:
        setup, seed = factors.start_app(db, keys, person)
        page = _app_page(person, setup, seed)
        db.commit()
        return make_response(page)
    taken = _take()
    if taken.over:
        return make_response(_app_page(person, setup, seed, _slow_down()), 429)
    db, person = context.session(), _person()
    if not factors.confirm_app(db, keys, person, setup, request.form.get("code", "")):
        return make_response(_app_page(person, setup, seed, _wrong_code()), 400)
    codes = factors.make_codes(db, keys, person)
    answer = _anew(db, person, None, _codes_page(codes))
    db.commit()
    limits.give_back(taken)
    return answer


@room.post("/me/second-factor/codes")
@policy(*EVERYONE, early=True, step_up=True)
def own_codes() -> AnyResponse:
    """Ten new recovery codes."""
    db, person = context.session(), _person()
    if not access.factors(db, person).second:
        flash(_("Set up an authenticator app first."))
        return redirect(url_for("second.own"), 303)
    page = _codes_page(factors.make_codes(db, context.keys(), person))
    db.commit()
    return make_response(page)


def _person() -> Person:
    return context.session().get_one(Person, staff().person_id)


def _shown(db: Session, person: Person) -> bool:
    return factors.use_code(db, context.keys(), person, request.form.get("code", ""))


def _take() -> limits.Try:
    """A try at showing a second factor, counted before the code is looked at."""
    context.session().commit()  # the note that this session was seen; the request's own write begins after the count
    most = context.settings().second_factor_misses
    return limits.take("second", most, limits.account(staff().person_id))


def _anew(db: Session, person: Person, to: str | None, page: str = "") -> AnyResponse:
    """A new session that has shown a second factor; a factor that is new ends all others."""
    if to is None:
        access.end_all(db, person.id)
    secret, _row = access.begin(db, person, second_factor=True)
    answer = redirect(to, 303) if to else make_response(page)
    access.set_cookie(answer, secret)
    return answer


def _second_page(wanted: str, problem: str = "") -> str:
    known = access.factors(context.session(), _person())
    return render_template("accounts/second_step.html", next=wanted, problem=problem, known=known)


def _app_page(person: Person, setup: str, seed: str, problem: str = "") -> str:
    address = pyotp.TOTP(seed).provisioning_uri(name=person.email, issuer_name=context.settings().service_name)
    picture = qr.svg.__wrapped__(address, _("QR code for your authenticator app"))
    typed = " ".join(seed[i : i + 4] for i in range(0, len(seed), 4))
    return render_template("accounts/app.html", setup=setup, picture=picture, typed=typed, problem=problem)


def _codes_page(codes: list[str]) -> str:
    return render_template("accounts/codes.html", codes=codes)


def _wrong_code() -> str:
    return str(_("That code does not work. Each code works once: wait for the next one and type it."))


def _slow_down() -> str:
    return str(_("Too many tries. Wait ten minutes, then try again."))
