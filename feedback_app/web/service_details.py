"""Keeps each process's settings up to date with the details that the administrator changed, mostly without a query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.config import Settings
from feedback_app.operations.service_details import (
    InvalidDetails,
    merge_details,
    values_in_force,
)
from feedback_app.web import context
from feedback_app.web.app_part import AppPart
from feedback_app.web.context import Instance, instance

EVERY_SECONDS = 15.0
ENDPOINTS_WITHOUT_DETAILS = ("livez", "static", "clips")
"""Requests that need neither details nor keys, and look for no newer ones."""


@dataclass(slots=True)
class _DetailsWatch:
    """The settings of the start, when this process looks again (monotonic seconds), and who is called on a change."""

    started_with: Settings
    look_at: float = 0.0
    listeners: list[Callable[[Flask], None]] = field(default_factory=list)


DETAILS: AppPart[_DetailsWatch] = AppPart("service_details")


def settings_of_start(app: Flask) -> Settings:
    """The settings as the environment gave them, without the administrator's changes."""
    return DETAILS.get(app).started_with


def when_details_change(app: Flask, listener: Callable[[Flask], None]) -> None:
    """Have `listener` called after each change, when the new settings are in use: to forget pages already drawn."""
    DETAILS.get(app).listeners.append(listener)


def refresh_details(app: Flask, *, at_once: bool = False) -> Instance:
    """Return this application's parts, with the administrator's values at most 15 seconds old.

    Pages that were drawn with the old values are forgotten. Where the database does not answer, or holds a value that
    cannot be worked with, the settings in use stay: a child's page never waits for this.
    """
    watch = DETAILS.get(app)
    now = monotonic()
    parts = instance(app)
    if now < watch.look_at and not at_once:
        return parts
    watch.look_at = now + EVERY_SECONDS
    try:
        with parts.database.new_session(reading=True) as session:
            settings = merge_details(
                watch.started_with, values_in_force(session, watch.started_with)
            )
    except SQLAlchemyError:
        app.logger.warning("the administrator's settings could not be read")
        return parts
    except InvalidDetails as problem:
        app.logger.error(
            "the administrator's settings cannot be worked with", exc_info=problem
        )
        return parts
    if settings != parts.settings:
        # The new settings are in use before drawn pages go: a page drawn meanwhile is drawn with the new ones.
        parts = context.replace_parts(app, settings=settings)
        for listener in watch.listeners:
            listener(app)
    return parts


def init_app(app: Flask) -> None:
    """Look for changes before a request, where it is time to."""
    DETAILS.set(app, _DetailsWatch(instance(app).settings))
    app.before_request(_before_request)


def _before_request() -> None:
    if request.endpoint not in ENDPOINTS_WITHOUT_DETAILS:
        refresh_details(current_app._get_current_object())  # type: ignore[attr-defined]
