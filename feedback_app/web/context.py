"""What a request may reach: settings, keys, surveys, and its one database session."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.extensions import Database
from feedback_app.privacy.keys import Keys
from feedback_app.survey.catalogue import Catalogue

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


def settings() -> Settings:
    """The settings."""
    return instance().settings


def keys() -> Keys:
    """The keys."""
    return instance().keys


def catalogue() -> Catalogue:
    """The surveys and the fixed words."""
    return instance().catalogue


def session() -> Session:
    """This request's database session, opened on first use; on GET the database lets it read only (promise 4)."""
    if "session" not in g:
        g.session = instance().database.session(reading=request.method in SAFE)
    current: Session = g.session
    return current


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
