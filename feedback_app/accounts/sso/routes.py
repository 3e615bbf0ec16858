"""Signing in by the council's own sign-in, and linking it to one's account.

What was asked is kept under the state and a secret in this browser's cookie, together: neither alone finds it again.
"""

from __future__ import annotations

import json
import secrets

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.accounts import challenges
from feedback_app.accounts.second_step.verify import current_person
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.accounts.sso import identities, oidc
from feedback_app.models.person import ROLES, Person
from feedback_app.people.persons import disable_if_unused
from feedback_app.web import access, context, second_factor, staff_sessions
from feedback_app.web import session_check as holds
from feedback_app.web.access import policy
from feedback_app.web.navigation import landing_page

room = Blueprint("sso", __name__)

SIGN_IN, LINK = "sso", "sso_link"
MINUTES = 10
LONGEST_PATH = 400


@room.get("/sign-in/sso")
@policy("public")
def begin_council_sign_in() -> AnyResponse:
    """To the council's sign-in. A GET, since browsers let no form lead to another site; it writes in its own time."""
    wanted = safe_next_path(request.args.get("next", ""))
    try:
        asked = _ask()
    except oidc.IssuerAway:
        return _away()
    answer = redirect(asked.url, 303)
    with context.instance().database.short_write() as db:
        _remember(db, answer, asked, SIGN_IN, wanted=wanted)
    return answer


@room.post("/me/second-factor/sso")
@policy(*ROLES, step_up=True)
def link_council_account() -> AnyResponse:
    """A page that leads to the council's sign-in; whoever comes back from it has linked it."""
    context.close_session()  # no transaction waits for another site
    try:
        asked = _ask(prompt="select_account")
    except oidc.IssuerAway:
        return _away()
    answer = make_response(render_template("accounts/sso/link_account.html", url=asked.url))
    db = context.db_session()
    _remember(db, answer, asked, LINK, person=current_person())
    db.commit()
    return answer


@room.get("/sign-in/sso/back")
@policy("public")
def council_sign_in_callback() -> AnyResponse:
    """Back from the council's sign-in, with a code or a refusal."""
    asked, linking = _taken()
    context.close_session()  # no transaction waits for another site
    if asked is None:
        return _clear(_refused(_("This sign-in was begun elsewhere, or took too long. Start it once more."), "state"))
    parts, code = context.instance(), request.args.get("code", "")
    if not code or "error" in request.args:
        return _clear(_refused(_("The council’s sign-in did not let you in. Start it once more."), "error"))
    try:
        known = oidc.finish_sign_in(
            _kept(), parts.settings, code=code, nonce=asked["nonce"], verifier=asked["verifier"]
        )
    except oidc.IssuerAway:
        return _clear(_away())
    except oidc.SignOnRefused as refused:
        said = _(
            "What the council’s sign-in sent does not fit this service. Tell your IT, and sign in with a password."
        )
        return _clear(_refused(said, str(refused)))
    with parts.database.short_write() as db:
        return _clear(_link_it(db, known, linking) if linking else _come_in(db, known, asked["next"]))


def _taken() -> tuple[dict[str, str] | None, str]:
    """What this browser was asked, now used up, and the id of the person who is linking (empty at a sign-in)."""
    secret, viewer = (
        _secret(request.args.get("state", ""), request.cookies.get(_cookie(), "")),
        access.optional_viewer(),
    )
    with context.instance().database.short_write() as db:
        value, linking = challenges.use_challenge(db, secret, kind=SIGN_IN), ""
        if value is None and viewer is not None:
            linking = viewer.person_id
            value = challenges.use_challenge(db, secret, kind=LINK, person=db.get_one(Person, linking))
    return (json.loads(value) if value else None), linking


def _come_in(db: Session, known: oidc.CouncilAccount, wanted: str) -> AnyResponse:
    """One and the same answer to whoever has no account, is disabled, has left or was away for long."""
    settings, keys = context.settings(), context.keys()
    person = identities.find_person_of_account(db, known)
    if person is None or not person.active or disable_if_unused(db, keys, person, days=settings.unused_days):
        said = _(
            "This council account does not open the service. If you have an account here, sign in and link it first."
        )
        return _refused(said, "unknown")
    complete = known.second_factor or second_factor.may_skip_second_step(db, person)
    if complete:
        audit.write_entry(db, keys.audit, "signed_in", person_id=person.id, reason="sso")
    secret, row = staff_sessions.begin_session(db, person, how="sso", second_factor=known.second_factor, fresh=False)
    if complete:
        answer = redirect(wanted or landing_page(access.viewer_of(person, row)), 303)
    else:
        answer = redirect(url_for("second.second_step", next=wanted or None), 303)
    staff_sessions.set_cookie(answer, secret)
    return answer


def _link_it(db: Session, known: oidc.CouncilAccount, linking: str) -> AnyResponse:
    """The person is signed in still, as they were when they asked (promise 18: every other session ends)."""
    viewer = access.optional_viewer()
    if viewer is None or viewer.person_id != linking or not viewer.complete or not holds.still_exists(db):
        return _refused(_("You were signed out meanwhile. Sign in and start it once more."), "signed out")
    person = db.get_one(Person, viewer.person_id)
    if not identities.link_identity(db, context.keys(), person, known):
        return _refused(
            _("Either this council account opens another account here, or yours is linked already."),
            "taken",
            linking=True,
        )
    staff_sessions.end_sessions_of(db, person.id, but=viewer.session_id)
    flash(_("The council’s sign-in opens your account from now on. You were signed out everywhere else."))
    return redirect(url_for("own.factors_page"), 303)


def _kept() -> oidc.Issuer:
    return oidc.ISSUER.get()


def _ask(**more: str) -> oidc.AuthorizationRequest:
    if not context.settings().has_council_sign_in:
        abort(404)
    return oidc.begin_sign_in(_kept(), context.settings(), **more)


def _remember(
    db: Session,
    answer: AnyResponse,
    asked: oidc.AuthorizationRequest,
    kind: str,
    *,
    wanted: str = "",
    person: Person | None = None,
) -> None:
    """Keep what the answer must fit, and give this browser its half of the secret."""
    half = secrets.token_urlsafe(32)
    kept = {"nonce": asked.nonce, "verifier": asked.verifier, "next": wanted if len(wanted) <= LONGEST_PATH else ""}
    secret = _secret(asked.state, half)
    challenges.store_challenge(db, secret, kind=kind, person=person, value=json.dumps(kept), minutes=MINUTES)
    secure = context.settings().secure_cookies
    answer.set_cookie(_cookie(), half, MINUTES * 60, secure=secure, httponly=True, samesite="Lax", path="/")


def _secret(state: str, half: str) -> str:
    return f"{state}|{half}"


def _cookie() -> str:
    return "__Host-sso" if context.settings().secure_cookies else "sso"


def _clear(answer: AnyResponse) -> AnyResponse:
    secure = context.settings().secure_cookies
    answer.delete_cookie(_cookie(), secure=secure, httponly=True, samesite="Lax", path="/")
    return answer


def _refused(said: str, kind: str, *, linking: bool = False) -> AnyResponse:
    current_app.logger.warning("a single sign-on was refused", extra={"kind": kind})
    return make_response(render_template("accounts/sso/did_not_work.html", said=said, linking=linking), 403)


def _away() -> AnyResponse:
    current_app.logger.warning("the council's sign-in does not answer")
    said = _("The council’s sign-in does not answer just now. Sign in with your password, or try again later.")
    return make_response(render_template("accounts/sso/did_not_work.html", said=said, linking=False), 503)
