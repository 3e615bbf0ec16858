"""Who may reach what: denied by default; every endpoint names its one policy (promises 17, 20)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from flask import (
    Flask,
    abort,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.extensions import csrf
from feedback_app.invitations.tokens import fingerprint
from feedback_app.models.person import ROLES, Passkey, Person, SignedIn
from feedback_app.web import session_check as holds
from feedback_app.web.context import SAFE, before_commit, db_session, settings

View = TypeVar("View", bound=Callable[..., Any])
How = Literal["password", "passkey", "sso"]

PUBLIC = frozenset(("public",))
SIGNED_IN = frozenset(ROLES)
NEVER_KEPT = ("csrf_token", "password", "again", "code", "credential")
"""Fields that are not written back into a page: a password in either box, a code or a passkey of the second factor."""
SEEN_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person at the other end, as far as pages care."""

    person_id: str
    name: str
    roles: frozenset[str]
    session_id: str
    complete: bool = True
    stepped_up_at: datetime | None = None


def policy(*roles: str, step_up: bool = False, early: bool = False, polls: bool = False) -> Callable[[View], View]:
    """Mark a view with who may reach it: role names, or "public".

    `step_up` asks for the second factor again when it was given more than five minutes ago (promise 19); `early` is
    for the second step itself, before it is done; `polls` for what a page asks by itself, which prolongs no session.
    """
    allowed = frozenset(roles)
    unknown = allowed - SIGNED_IN - PUBLIC
    if unknown or not allowed:
        raise ValueError(f"no such role: {', '.join(sorted(unknown)) or 'none named'}")

    def mark(view: View) -> View:
        marked: Any = view
        marked.policy, marked.step_up, marked.early, marked.polls = allowed, step_up, early, polls
        return view

    return mark


def policy_of(app: Flask, endpoint: str) -> frozenset[str] | None:
    """The policy of an endpoint, None when it names none (then nobody reaches it)."""
    return getattr(app.view_functions[endpoint], "policy", None)


def signed_in_person() -> Viewer | None:
    """Who is signed in on this request, or None."""
    found: Viewer | None = g.get("viewer")
    return found


def staff() -> Viewer:
    """Who is signed in; only called behind a policy that asks for somebody."""
    found = signed_in_person()
    if found is None:
        abort(404)
    return found


def optional_viewer() -> Viewer | None:
    """Who is signed in, on a page that is open to all."""
    return _load_viewer()


def check_access() -> AnyResponse | None:
    """Before each request: let it through, send it to sign in, or answer as if the page were not there."""
    if request.endpoint is None:
        return None
    allowed = policy_of(current_app, request.endpoint)
    if allowed is None:
        current_app.logger.error("no policy", extra={"endpoint": request.endpoint})
        abort(404)
    if allowed == PUBLIC:
        return None
    g.viewer = _load_viewer()
    if g.viewer is None:
        if request.method in SAFE:
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
        abort(401)
    if request.method not in SAFE:
        before_commit(holds.hold_session)
    view: Any = current_app.view_functions[request.endpoint]
    if view.early and view.step_up and _sets_up_the_first(g.viewer):
        return None
    if not g.viewer.complete and (view.step_up or not view.early):
        return _second_step_first()
    if not allowed & g.viewer.roles:
        abort(404)
    if view.step_up and not stepped_up(g.viewer):
        return _ask_again()
    return None


def _sets_up_the_first(person: Viewer) -> bool:
    """Who has no second factor sets one up with what they have shown: a password, or nothing more in a demo.

    A session that is complete without one (single sign-on) is asked for the password.
    """
    known = db_session().get_one(Person, person.person_id)
    return not factors_of(db_session(), known).has_second and (not person.complete or may_skip(db_session(), known))


def _second_step_first() -> AnyResponse:
    """Only a password was shown so far: that opens the second step, and nothing else (promise 13)."""
    if request.method not in SAFE:
        g.viewer = None
        abort(401)
    return redirect(url_for("second.second_step", next=request.full_path.rstrip("?")), 303)


def stepped_up(person: Viewer) -> bool:
    """Whether the second factor was shown within the last five minutes (promise 19)."""
    window = timedelta(minutes=settings().step_up_minutes)
    return person.stepped_up_at is not None and clock.now() - person.stepped_up_at <= window


def _ask_again() -> AnyResponse:
    """Ask for the second factor again; what was typed waits in the page, and is sent on after that."""
    if request.method in SAFE:
        return redirect(url_for("second.confirm_second_factor", next=request.full_path.rstrip("?")), 303)
    csrf.protect()
    return make_response(confirm_page(to=request.path, kept=typed_fields()), 403)


def typed_fields() -> list[tuple[str, str]]:
    """What was typed, field by field, to be shown or sent again: all but secrets and the guard."""
    return [(name, one) for name, all_of in request.form.lists() if name not in NEVER_KEPT for one in all_of]


def confirm_page(*, next_: str = "", to: str = "", kept: list[tuple[str, str]] | None = None, problem: str = "") -> str:
    """The page that asks for the second factor again, or for the password where there is none (a demo)."""
    person = db_session().get_one(Person, staff().person_id)
    known = factors_of(db_session(), person)
    return render_template("accounts/confirm.html", known=known, next=next_, to=to, kept=kept or [], problem=problem)


def cookie_name() -> str:
    """The session cookie: host-locked wherever the site has https."""
    return "__Host-staff" if settings().secure_cookies else "staff"


def begin_session(
    db: Session, person: Person, *, how: How = "password", second_factor: bool = False, fresh: bool = True
) -> tuple[str, SignedIn]:
    """A new session for the person: the cookie's secret, and the row that knows only its hash.

    `second_factor` says that more than a password was shown; not `fresh`, that it may have been shown long ago, to
    another site: it lets the person in, and does not answer for what asks again. The session that the browser had
    before is over.
    """
    old = request.cookies.get(cookie_name(), "")
    if old:
        end_session(db, fingerprint(old))
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    row = SignedIn(
        id=fingerprint(secret),
        person_id=person.id,
        began_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=settings().session_hours),
        how=how,
        second_factor_at=now if second_factor else None,
        stepped_up_at=now if (second_factor and fresh) or may_skip(db, person) else None,
    )
    db.add(row)
    person.last_seen_at = now
    return secret, row


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can show: an authenticator app, passkeys, a password."""

    app: bool
    passkeys: int
    password: bool

    @property
    def has_second(self) -> bool:
        """Whether there is a second factor at all."""
        return self.app or self.passkeys > 0


def factors_of(db: Session, person: Person) -> Factors:
    """The factors of a person."""
    keys = db.scalar(select(func.count()).where(Passkey.person_id == person.id)) or 0
    return Factors(person.totp_confirmed_at is not None, keys, person.password_hash is not None)


def may_skip(db: Session, person: Person) -> bool:
    """Whether this person needs no second step: only in a demo, and only who has set none up (promise 13)."""
    return settings().second_factor == "may_skip" and not factors_of(db, person).has_second


def set_cookie(response: AnyResponse, secret: str) -> None:
    """Hand the browser its session secret, for this browser session only."""
    response.set_cookie(
        cookie_name(), secret, secure=settings().secure_cookies, httponly=True, samesite="Lax", path="/"
    )


def end_session(db: Session, session_id: str) -> None:
    """End one session at once."""
    if holds.is_held(session_id):
        holds.let_go(db)
    db.execute(delete(SignedIn).where(SignedIn.id == session_id))


def end_all(db: Session, person_id: str, *, but: str = "") -> None:
    """End all sessions of a person, or all but one: new password, role or factor, disabled (promise 18).

    Whoever writes an audit entry too writes it first: on PostgreSQL the trail's lock is always taken before these.
    """
    present = signed_in_person() if has_request_context() else None
    if present and present.person_id == person_id and not but:
        holds.let_go(db)
    db.execute(delete(SignedIn).where(SignedIn.person_id == person_id, SignedIn.id != but))


def idle_minutes(roles: frozenset[str]) -> int:
    """An IRO's own session bears 30 idle minutes; whoever reads many children's words has 15 (promise 17)."""
    return settings().iro_idle_minutes if roles == {"iro"} else settings().manager_idle_minutes


def _load_viewer() -> Viewer | None:
    secret = request.cookies.get(cookie_name(), "")
    if not secret:
        return None
    row = db_session().get(SignedIn, fingerprint(secret))
    person = db_session().get(Person, row.person_id) if row else None
    now = clock.now()
    if row is None or person is None or not person.active:
        return None
    if now >= row.ends_at or now >= row.seen_at + timedelta(minutes=idle_minutes(person.roles)):
        return None
    holds.watch_session(row.id, due=now - row.seen_at >= SEEN_EVERY and not _polls())
    complete = row.second_factor_at is not None or may_skip(db_session(), person)
    return Viewer(person.id, person.name, person.roles, row.id, complete, row.stepped_up_at)


def _polls() -> bool:
    return bool(request.endpoint and getattr(current_app.view_functions[request.endpoint], "polls", False))


def clear_cookie(response: AnyResponse) -> None:
    """Take the session cookie away."""
    response.delete_cookie(cookie_name(), secure=settings().secure_cookies, httponly=True, samesite="Lax", path="/")
