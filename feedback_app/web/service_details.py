"""Keeping each process's settings up to date with what the administrator changed, with no look-up on most requests."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.config import Settings
from feedback_app.operations import service_details as numbers
from feedback_app.web import context
from feedback_app.web.context import Instance, instance

EVERY_SECONDS = 15.0
NOT_FOR = ("livez", "static", "clips")


@dataclass(slots=True)
class _Watch:
    """The settings of the start, and when this process looks again (monotonic seconds)."""

    base: Settings
    look_at: float = 0.0


def base_of(app: Flask) -> Settings:
    """The settings as they were started with."""
    watch: _Watch = app.extensions["numbers"]
    return watch.base


def refresh_details(app: Flask, *, at_once: bool = False) -> Instance:
    """This application's parts, with the administrator's values at most 15 seconds old.

    Pages that were drawn with the old numbers are forgotten. Where the database does not answer, or holds a value that
    cannot be worked with, the settings in use stay: a child's page never waits for this.
    """
    watch: _Watch = app.extensions["numbers"]
    now = monotonic()
    parts = instance(app)
    if now < watch.look_at and not at_once:
        return parts
    watch.look_at = now + EVERY_SECONDS
    try:
        with parts.database.new_session(reading=True) as session:
            found = numbers.merge_details(watch.base, numbers.changed_details(session))
    except SQLAlchemyError:
        app.logger.warning("the administrator's settings could not be read")
        return parts
    except numbers.CannotHold as problem:
        app.logger.error("the administrator's settings cannot be worked with", exc_info=problem)
        return parts
    if found != parts.settings:
        # The new settings stand before the drawn pages go: a page drawn meanwhile is drawn with the new ones.
        parts = context.replace_parts(app, settings=found)
        for pages in ("drawn", "ready"):
            app.extensions[pages] = {}
    return parts


def init_app(app: Flask) -> None:
    """Look before a request, where it is time to."""
    app.extensions["numbers"] = _Watch(instance(app).settings)

    @app.before_request
    def _look() -> None:
        if request.endpoint not in NOT_FOR:
            refresh_details(app)
