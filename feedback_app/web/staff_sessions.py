"""Sessions of staff, kept on the server: a row per session, found by the hash of the browser's cookie (promise 17)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Literal

from flask import has_request_context, request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.models.person import Person, SignedIn
from feedback_app.privacy.cipher import fingerprint
from feedback_app.web import session_check
from feedback_app.web.browsers import browser_here
from feedback_app.web.context import db_session, settings
from feedback_app.web.second_factor import may_skip_second_step

SignInMethod = Literal["password", "passkey", "sso"]

SEEN_EVERY = timedelta(seconds=60)
"""How often the use of a session is written down: not on every request."""


def begin_session(
    db: Session,
    person: Person,
    *,
    how: SignInMethod = "password",
    second_factor: bool = False,
    fresh: bool = True,
) -> tuple[str, SignedIn]:
    """Start a session; return the secret for the cookie, and the row, which knows only the secret's hash.

    `second_factor`: more than a password was shown. `fresh`: it was shown to us just now; single sign-on passes False,
    since another site may have seen it long ago: it lets the person in, but does not count as a step-up.
    The session that this browser had before is ended.
    """
    old_secret = request.cookies.get(cookie_name(), "")
    if old_secret:
        end_session(db, fingerprint(old_secret))
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    stepped_up = (second_factor and fresh) or may_skip_second_step(db, person)
    row = SignedIn(
        id=fingerprint(secret),
        person_id=person.id,
        began_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=settings().session_hours),
        how=how,
        browser=browser_here(),
        second_factor_at=now if second_factor else None,
        stepped_up_at=now if stepped_up else None,
    )
    db.add(row)
    person.last_seen_at = now
    return secret, row


def replace_session(
    db: Session,
    person: Person,
    session_id: str,
    answer: AnyResponse,
    *,
    ends_others: bool = False,
) -> AnyResponse:
    """Put a new session that has shown a second factor in the place of `session_id`; the answer carries its cookie.

    `ends_others` ends every session of the person first, as a newly added factor must (promise 18).
    """
    old = db.get(SignedIn, session_id)
    how: SignInMethod = old.how if old else "password"  # type: ignore[assignment]
    if ends_others:
        end_sessions_of(db, person.id)
    secret, _row = begin_session(db, person, how=how, second_factor=True)
    set_cookie(answer, secret)
    return answer


def find_session(*, background: bool) -> tuple[SignedIn, Person] | None:
    """Return the live session of this request's cookie and its person; None when there is none.

    A session ends at its fixed end, after too many idle minutes, or when its person is switched off. `background`
    requests, which a page makes by itself, do not extend it.
    """
    secret = request.cookies.get(cookie_name(), "")
    if not secret:
        return None
    row = db_session().get(SignedIn, fingerprint(secret))
    person = db_session().get(Person, row.person_id) if row else None
    if row is None or person is None or not person.active:
        return None
    now = clock.now()
    if now >= row.ends_at or now >= row.seen_at + timedelta(
        minutes=idle_minutes(person.roles)
    ):
        return None
    note_use = now - row.seen_at >= SEEN_EVERY and not background
    session_check.watch_session(row.id, person.id, note_use=note_use)
    return row, person


def end_session(db: Session, session_id: str) -> None:
    """End one session at once."""
    if session_check.is_watched(session_id):
        session_check.stop_watching(db)
    db.execute(delete(SignedIn).where(SignedIn.id == session_id))


def open_sessions(db: Session, person: Person) -> list[SignedIn]:
    """Return the person's sessions that have not ended, the one that was used last first."""
    now = clock.now()
    used_since = now - timedelta(minutes=idle_minutes(person.roles))
    found = select(SignedIn).where(
        SignedIn.person_id == person.id,
        SignedIn.ends_at > now,
        SignedIn.seen_at > used_since,
    )
    return list(db.scalars(found.order_by(SignedIn.seen_at.desc(), SignedIn.id)))


def end_sessions_of(db: Session, person_id: str, *, but: str = "") -> None:
    """End all sessions of a person, or all but one: new password, role or factor, switched off (promise 18).

    Whoever writes an audit entry too writes it first: on PostgreSQL the trail's lock is always taken before these.
    """
    if not but and has_request_context() and session_check.is_watched_person(person_id):
        session_check.stop_watching(db)
    db.execute(
        delete(SignedIn).where(SignedIn.person_id == person_id, SignedIn.id != but)
    )


def idle_minutes(roles: frozenset[str]) -> int:
    """After how many idle minutes a session ends: longer for an IRO alone, who sees only their own (promise 17)."""
    return (
        settings().iro_idle_minutes
        if roles == {"iro"}
        else settings().manager_idle_minutes
    )


def cookie_name() -> str:
    """The name of the session cookie: locked to the host wherever the site has https."""
    return "__Host-staff" if settings().secure_cookies else "staff"


def set_cookie(answer: AnyResponse, secret: str) -> None:
    """Hand the browser its session secret; the cookie goes when the browser is closed."""
    secure = settings().secure_cookies
    answer.set_cookie(
        cookie_name(), secret, secure=secure, httponly=True, samesite="Lax", path="/"
    )


def clear_cookie(answer: AnyResponse) -> None:
    """Take the session cookie away from the browser."""
    answer.delete_cookie(
        cookie_name(),
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
