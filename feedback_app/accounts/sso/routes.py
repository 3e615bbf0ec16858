"""Signing in by the council's own sign-in, and linking it to one's account.

What was asked is stored under the state and a secret in this browser's cookie, together: neither alone finds it again.
"""

from __future__ import annotations

import json
import secrets

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.accounts.arrivals import note_arrival
from feedback_app.accounts.challenges import store_challenge, use_challenge
from feedback_app.accounts.sign_in.next_path import safe_next_path
from feedback_app.accounts.sso.identities import find_person_of_account, link_identity
from feedback_app.accounts.sso.oidc import ISSUER, begin_sign_in, finish_sign_in
from feedback_app.accounts.sso.sso_terms import (
    AuthorizationRequest,
    CouncilAccount,
    IssuerAway,
    SignOnRefused,
)
from feedback_app.models.person import ROLES, Person
from feedback_app.people.persons import disable_if_unused
from feedback_app.web import context, session_check, staff_sessions
from feedback_app.web.access import current_person, optional_viewer, policy, viewer_of
from feedback_app.web.handed_over import is_handed_over
from feedback_app.web.navigation import landing_page
from feedback_app.web.second_factor import may_skip_second_step

room = Blueprint("sso", __name__)

SIGN_IN, LINK = "sso", "sso_link"
MINUTES = 10
"""How long a person may take at the council's sign-in."""
LONGEST_PATH = 400


@room.get("/sign-in/sso")
@policy("public")
def begin_council_sign_in() -> AnyResponse:
    """Redirect to the council's sign-in.

    A GET, since browsers let no form lead to another site; it writes in a transaction of its own.
    """
    next_path = safe_next_path(request.args.get("next", ""))
    if is_handed_over():
        return redirect(url_for("accounts.sign_in", next=next_path or None), 303)
    try:
        question = _ask_issuer()
    except IssuerAway:
        return _issuer_away_page()
    answer = redirect(question.url, 303)
    with context.instance().database.short_write() as db:
        _store_question(db, answer, question, SIGN_IN, next_path=next_path)
    return answer


@room.post("/me/second-factor/sso")
@policy(*ROLES, step_up=True)
def link_council_account() -> AnyResponse:
    """Show a page that leads to the council's sign-in; whoever comes back from it has linked it."""
    context.close_session()  # no transaction waits for another site
    try:
        question = _ask_issuer(prompt="select_account")
    except IssuerAway:
        return _issuer_away_page()
    answer = make_response(
        render_template("accounts/sso/link_account.html", url=question.url)
    )
    db = context.db_session()
    _store_question(db, answer, question, LINK, person=current_person())
    db.commit()
    return answer


@room.get("/sign-in/sso/back")
@policy("public")
def council_sign_in_callback() -> AnyResponse:
    """Come back from the council's sign-in with a code or a refusal: sign in, or link the account."""
    if is_handed_over():
        return _clear_cookie(redirect(url_for("accounts.sign_in"), 303))
    return _clear_cookie(_finish())


def _finish() -> AnyResponse:
    question, linking_person_id = _take_question()
    context.close_session()  # no transaction waits for another site
    if question is None:
        return _refused_page(
            _(
                "This sign-in was begun elsewhere, or took too long. Start it once more."
            ),
            "state",
        )
    code = request.args.get("code", "")
    if not code or "error" in request.args:
        return _refused_page(
            _("The council’s sign-in did not let you in. Start it once more."), "error"
        )
    parts = context.instance()
    try:
        account = finish_sign_in(
            ISSUER.get(),
            parts.settings,
            code=code,
            nonce=question["nonce"],
            verifier=question["verifier"],
        )
    except IssuerAway:
        return _issuer_away_page()
    except SignOnRefused as refused:
        message = _(
            "What the council’s sign-in sent does not fit this service. Tell your IT, and sign in with a password."
        )
        return _refused_page(message, str(refused))
    with parts.database.short_write() as db:
        if linking_person_id:
            return _link_account(db, account, linking_person_id)
        return _sign_in(db, account, question["next"])


def _take_question() -> tuple[dict[str, str] | None, str]:
    """Return what this browser was asked, now used up, and the id of the person who is linking ("" at a sign-in)."""
    secret = _full_secret(
        request.args.get("state", ""), request.cookies.get(_cookie_name(), "")
    )
    viewer = optional_viewer()
    with context.instance().database.short_write() as db:
        value = use_challenge(db, secret, kind=SIGN_IN)
        if value is not None:
            return json.loads(value), ""
        if viewer is not None:
            value = use_challenge(
                db, secret, kind=LINK, person=db.get_one(Person, viewer.person_id)
            )
            return (json.loads(value) if value else None), viewer.person_id
    return None, ""


def _sign_in(db: Session, account: CouncilAccount, next_path: str) -> AnyResponse:
    """Begin a session for the account's person.

    Whoever has no account, is switched off, has left or was away for long gets one and the same answer.
    """
    settings, keys = context.settings(), context.keys()
    person = find_person_of_account(db, account)
    if (
        person is None
        or not person.active
        or disable_if_unused(db, keys, person, days=settings.unused_days)
    ):
        message = _(
            "This council account does not open the service. If you have an account here, sign in and link it first."
        )
        return _refused_page(message, "unknown")
    complete = account.second_factor or may_skip_second_step(db, person)
    secret, session_row = staff_sessions.begin_session(
        db, person, how="sso", second_factor=account.second_factor, fresh=False
    )
    if complete:
        answer = redirect(
            next_path or landing_page(viewer_of(person, session_row)), 303
        )
        note_arrival(db, keys, person, answer, how="sso")
    else:
        answer = redirect(url_for("second.second_step", next=next_path or None), 303)
    staff_sessions.set_cookie(answer, secret)
    return answer


def _link_account(
    db: Session, account: CouncilAccount, linking_person_id: str
) -> AnyResponse:
    """Link the account to the person, who must be signed in as when they asked; other sessions end (promise 18)."""
    viewer = optional_viewer()
    still_signed_in = (
        viewer is not None
        and viewer.person_id == linking_person_id
        and viewer.complete
        and session_check.still_exists(db)
    )
    if viewer is None or not still_signed_in:
        return _refused_page(
            _("You were signed out meanwhile. Sign in and start it once more."),
            "signed out",
        )
    person = db.get_one(Person, viewer.person_id)
    if not link_identity(db, context.keys(), person, account):
        message = _(
            "Either this council account opens another account here, or yours is linked already."
        )
        return _refused_page(message, "taken", linking=True)
    staff_sessions.end_sessions_of(db, person.id, but=viewer.session_id)
    flash(
        _(
            "The council’s sign-in opens your account from now on. You were signed out everywhere else."
        )
    )
    return redirect(url_for("own.factors_page"), 303)


def _ask_issuer(**parameters: str) -> AuthorizationRequest:
    if not context.settings().has_council_sign_in:
        abort(404)
    return begin_sign_in(ISSUER.get(), context.settings(), **parameters)


def _store_question(
    db: Session,
    answer: AnyResponse,
    question: AuthorizationRequest,
    kind: str,
    *,
    next_path: str = "",
    person: Person | None = None,
) -> None:
    """Store what the issuer's answer must fit, and give this browser its half of the secret in a cookie."""
    browser_half = secrets.token_urlsafe(32)
    facts = {
        "nonce": question.nonce,
        "verifier": question.verifier,
        "next": next_path if len(next_path) <= LONGEST_PATH else "",
    }
    secret = _full_secret(question.state, browser_half)
    store_challenge(
        db, secret, kind=kind, person=person, value=json.dumps(facts), minutes=MINUTES
    )
    answer.set_cookie(
        _cookie_name(),
        browser_half,
        MINUTES * 60,
        secure=context.settings().secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _full_secret(state: str, browser_half: str) -> str:
    return f"{state}|{browser_half}"


def _cookie_name() -> str:
    return "__Host-sso" if context.settings().secure_cookies else "sso"


def _clear_cookie(answer: AnyResponse) -> AnyResponse:
    secure = context.settings().secure_cookies
    answer.delete_cookie(
        _cookie_name(), secure=secure, httponly=True, samesite="Lax", path="/"
    )
    return answer


def _refused_page(message: str, kind: str, *, linking: bool = False) -> AnyResponse:
    """Say that the council account opened nothing; `kind` is the fault, for the log."""
    current_app.logger.warning("a single sign-on was refused", extra={"kind": kind})
    page = render_template(
        "accounts/sso/did_not_work.html", message=message, linking=linking
    )
    return make_response(page, 403)


def _issuer_away_page() -> AnyResponse:
    current_app.logger.warning("the council's sign-in does not answer")
    message = _(
        "The council’s sign-in does not answer just now. Sign in with your password, or try again later."
    )
    return make_response(
        render_template(
            "accounts/sso/did_not_work.html", message=message, linking=False
        ),
        503,
    )
