"""Re-checks that the staff session still exists before a commit and before the response is sent (promise 18).

A session can be ended while one of its requests is running: the person is switched off, or loses a role. Before such a
request commits, its session must still be there, and its row is locked to the end of the transaction, so that nothing
is written. Before its response leaves, the session is looked for once more, so that nothing is shown.
"""

from __future__ import annotations

from flask import abort, current_app, g, redirect, request, url_for
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.models.base import rows_changed
from feedback_app.models.person import SignedIn
from feedback_app.web.context import SAFE_METHODS, close_session, instance


def watch_session(session_id: str, person_id: str, *, note_use: bool) -> None:
    """Remember that this request depends on that session of that person.

    `note_use`: write down that the session is in use, with the next check of it (at once on a GET).
    """
    g.watched_session, g.watched_person, g.note_use = session_id, person_id, note_use
    if note_use and request.method in SAFE_METHODS:
        _exists_now()


def is_watched(session_id: str) -> bool:
    """Whether this request depends on that session."""
    watched: str | None = g.get("watched_session")
    return session_id == watched


def is_watched_person(person_id: str) -> bool:
    """Whether this request depends on a session of that person."""
    return bool(g.get("watched_session")) and person_id == g.watched_person


def hold_session(db: Session) -> None:
    """Before a commit: lock the session's row. Where it is gone, all that would be written is taken back (401)."""
    if not still_exists(db):
        g.viewer = g.watched_session = None
        abort(401)


def still_exists(db: Session) -> bool:
    """Whether the session exists; its row is locked until this transaction ends, and its use noted where due."""
    if not g.get("watched_session"):
        return True
    seen_at = clock.now() if g.note_use else SignedIn.seen_at
    g.note_use = False
    lock = (
        update(SignedIn).where(SignedIn.id == g.watched_session).values(seen_at=seen_at)
    )
    return rows_changed(db, lock) == 1


def stop_watching(db: Session) -> None:
    """For a request that ends its own session: it must exist now, and is not looked for again."""
    hold_session(db)
    g.watched_session = None


def withhold_answer(response: AnyResponse) -> AnyResponse:
    """After a request: replace the response by a redirect to sign-in when its session was ended meanwhile."""
    if not g.get("watched_session"):
        return response
    close_session()
    try:
        exists = _exists_now()
    except SQLAlchemyError as error:
        return current_app.make_response(current_app.handle_user_exception(error))
    return response if exists else redirect(url_for("accounts.sign_in"), 303)


def _exists_now() -> bool:
    """Look for the session, and note its use where due, in a short transaction of its own."""
    if not g.note_use:
        with instance().database.new_session(reading=True) as db:
            return (
                db.scalar(select(SignedIn.id).where(SignedIn.id == g.watched_session))
                is not None
            )
    g.note_use = False
    with instance().database.short_write() as db:
        noted = (
            update(SignedIn)
            .where(SignedIn.id == g.watched_session)
            .values(seen_at=clock.now())
        )
        return rows_changed(db, noted) == 1
