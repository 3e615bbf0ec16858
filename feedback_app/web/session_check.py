"""A session that is ended while a request of it is under way (promise 18).

Two rules, for every request of somebody signed in. Before it commits, its session must still be there, and its row is
held to the end of the transaction: what was disabled meanwhile writes nothing. Before its answer leaves, the session
is looked for once more: what was disabled meanwhile shows nothing.
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
from feedback_app.web.context import SAFE, close_session, instance


def watch_session(session_id: str, *, due: bool) -> None:
    """This request depends on that session; `due` says that its use is to be noted."""
    g.holds, g.seen_due = session_id, due
    if due and request.method in SAFE:
        _is_there()


def is_held(session_id: str) -> bool:
    """Whether this request depends on that session."""
    held: str | None = g.get("holds")
    return session_id == held


def hold_session(db: Session) -> None:
    """Before a commit: hold the session's row. A session that is gone takes back all that would be written (401)."""
    if not still_there(db):
        g.viewer = g.holds = None
        abort(401)


def still_there(db: Session) -> bool:
    """Whether the session is there, and is held so until this transaction ends; its use is noted where it is time."""
    if not g.get("holds"):
        return True
    seen_at = clock.now() if g.seen_due else SignedIn.seen_at
    g.seen_due = False
    return rows_changed(db, update(SignedIn).where(SignedIn.id == g.holds).values(seen_at=seen_at)) == 1


def let_go(db: Session) -> None:
    """This request ends its own session: it must be there now, and is not looked for again."""
    hold_session(db)
    g.holds = None


def withhold_answer(response: AnyResponse) -> AnyResponse:
    """After a request: no answer leaves for a session that was ended meanwhile."""
    if not g.get("holds"):
        return response
    close_session()
    try:
        there = _is_there()
    except SQLAlchemyError as error:
        return current_app.make_response(current_app.handle_user_exception(error))
    return response if there else redirect(url_for("accounts.sign_in"), 303)


def _is_there() -> bool:
    """Look for the session, and note its use where it is time to, in a short transaction of its own."""
    if not g.seen_due:
        with instance().database.new_session(reading=True) as db:
            return db.scalar(select(SignedIn.id).where(SignedIn.id == g.holds)) is not None
    g.seen_due = False
    with instance().database.short_write() as db:
        return rows_changed(db, update(SignedIn).where(SignedIn.id == g.holds).values(seen_at=clock.now())) == 1
