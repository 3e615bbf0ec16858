"""What a request may reach: settings, keys, surveys, and its one database session."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.database import time_budget as patience
from feedback_app.extensions import Database
from feedback_app.privacy.keys import Keys
from feedback_app.survey.catalogue import Catalogue

_changing = threading.Lock()
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True, slots=True)
class Instance:
    """The parts that live as long as the application."""

    settings: Settings
    keys: Keys
    catalogue: Catalogue
    database: Database


def instance(app: Flask | None = None) -> Instance:
    """The parts of this application."""
    found: Instance = (app or current_app).extensions["feedback"]
    return found


def replace_parts(app: Flask, **parts: Any) -> Instance:
    """Put other parts in the place of those in use: settings, or keys. Two threads that change different ones may."""
    with _changing:
        changed: Instance = replace(instance(app), **parts)
        app.extensions["feedback"] = changed
    return changed


def settings() -> Settings:
    """The settings."""
    return instance().settings


def keys() -> Keys:
    """The keys."""
    return instance().keys


def catalogue() -> Catalogue:
    """The surveys and the fixed words."""
    return instance().catalogue


def db_session() -> Session:
    """This request's database session, opened on first use; on GET the database lets it read only (promise 4)."""
    if "session" not in g:
        reading = request.method in SAFE
        g.session = instance().database.new_session(reading=reading)
        if not reading and "before_commit" in g:
            event.listen(g.session, "before_commit", g.before_commit)
    current: Session = g.session
    return current


def before_commit(keep: Callable[[Session], None]) -> None:
    """Have this called before each commit of this request's session; what it raises takes everything back."""
    if "session" in g:
        event.listen(g.session, "before_commit", keep)
    g.before_commit = keep


def close_session(_error: BaseException | None = None) -> None:
    """Give the session back; whatever was not committed is gone.

    A connection that was lost meanwhile has nothing to take back: the page that was made stays what is sent.
    """
    current: Session | None = g.pop("session", None)
    if current is None:
        return
    try:
        current.close()
    except DBAPIError as error:
        current_app.logger.warning("a lost connection was let go", exc_info=error)
        current.invalidate()


def begin_patience(app: Flask) -> None:
    """Let each request wait for the database only so long; longer behind a sign-in, where months are added up."""

    @app.before_request
    def _begin() -> None:
        allowed = getattr(app.view_functions.get(request.endpoint or ""), "policy", ("public",))
        g.patience = patience.begin_budget(patience.CHILD_SECONDS if "public" in allowed else patience.STAFF_SECONDS)

    @app.teardown_appcontext
    def _end(_error: BaseException | None = None) -> None:
        token = g.pop("patience", None)
        if token is not None:
            patience.end_budget(token)
