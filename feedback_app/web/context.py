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
from feedback_app.database.sessions import Database
from feedback_app.privacy.keys import Keys
from feedback_app.survey.catalogue import Catalogue
from feedback_app.web.app_part import AppPart

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
"""Methods that change nothing: their database session is refused writes (promise 4)."""


@dataclass(frozen=True, slots=True)
class Instance:
    """The parts that every request needs: settings, keys, surveys and texts, the database."""

    settings: Settings
    keys: Keys
    catalogue: Catalogue
    database: Database


INSTANCE: AppPart[Instance] = AppPart("instance")
_replacing = threading.Lock()


def instance(app: Flask | None = None) -> Instance:
    """The parts of that application, or of the current one."""
    return INSTANCE.get(app)


def replace_parts(app: Flask, **parts: Any) -> Instance:
    """Put other parts (`settings=`, `keys=`) in the place of those in use; return all of them.

    Under a lock: two threads that replace different parts at once both succeed.
    """
    with _replacing:
        replaced = replace(instance(app), **parts)
        INSTANCE.set(app, replaced)
    return replaced


def settings() -> Settings:
    """The settings of the current application."""
    return instance().settings


def keys() -> Keys:
    """The keys of the current application."""
    return instance().keys


def catalogue() -> Catalogue:
    """The surveys and the fixed words of the current application."""
    return instance().catalogue


def db_session() -> Session:
    """This request's database session, opened on first use; on GET the database lets it read only (promise 4)."""
    if "session" not in g:
        reading = request.method in SAFE_METHODS
        g.session = instance().database.new_session(reading=reading)
        if not reading:
            for check in g.get("before_commit", ()):
                event.listen(g.session, "before_commit", check)
    current: Session = g.session
    return current


def before_commit(check: Callable[[Session], None]) -> None:
    """Have `check` called before each commit of this request's session; what it raises takes everything back."""
    if "session" in g:
        event.listen(g.session, "before_commit", check)
    g.setdefault("before_commit", []).append(check)


def close_session(_error: BaseException | None = None) -> None:
    """Close this request's session; whatever was not committed is gone.

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


def log_error(event: str, error: Exception) -> None:
    """Write an error and where it happened into the application's log."""
    current_app.logger.error(event, exc_info=error)
