"""/livez touches nothing; /readyz checks what the service cannot do without (promise 45)."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, jsonify
from sqlalchemy import inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from feedback_app import clock
from feedback_app.config import ROOT, UnsafeSettings
from feedback_app.models.running import Heartbeat, OutboxMessage
from feedback_app.operations.migrations import newest_revision
from feedback_app.web.access import policy
from feedback_app.web.context import instance

BEAT_AGE = timedelta(minutes=5)
LEAST_FREE = 50 * 1024 * 1024


@policy("public")
def livez() -> Response:
    """The process answers."""
    return Response("alive\n", mimetype="text/plain")


@policy("public")
def readyz() -> tuple[Response, int]:
    """Each part with "ok" or what is wrong; 503 when a child's send could not be kept. No counts, no names."""
    parts = {"database": "ok", "schema": "ok", "disk": "ok", "worker": "ok", "outbox": "ok"}
    if any(shutil.disk_usage(place).free < LEAST_FREE for place in written_to(instance().settings.database_url)):
        parts["disk"] = "nearly full"
    try:
        with instance().database.new_session(reading=True) as session:
            if session.scalar(text("SELECT version_num FROM alembic_version")) != newest_revision():
                parts["schema"] = "migrations are pending"
            beat = session.get(Heartbeat, "worker")
            now = clock.now()
            if beat is None or now - beat.at > BEAT_AGE:
                parts["worker"] = "no beat for 5 minutes"
            oldest = session.scalar(
                select(OutboxMessage.due_at).where(OutboxMessage.sent_at.is_(None)).order_by(OutboxMessage.due_at)
            )
            if oldest is not None and now - oldest > timedelta(minutes=15):
                parts["outbox"] = "messages wait for more than 15 minutes"
    except SQLAlchemyError:
        parts["database"] = "does not answer"
    able = parts["database"] == parts["schema"] == parts["disk"] == "ok"
    return jsonify(parts), 200 if able else 503


def written_to(database_url: str) -> set[Path]:
    """The folders that the service writes in, each of which may be a disk of its own: the database file's, and var."""
    file = make_url(database_url).database if database_url.startswith("sqlite") else None
    places = {ROOT, ROOT / "var"} | ({(ROOT / file).parent} if file else set())
    return {place for place in places if place.exists()}


def refuse_pending(app: Flask) -> None:
    """Keep a production server from starting on a database that is not up to date (promise 40).

    No connection stays open: gunicorn forks after this. Raises UnsafeSettings, which says what to do.
    """
    parts = instance(app)
    if parts.settings.mode != "production":
        return
    try:
        with parts.database.engine.connect() as connection:
            there = inspect(connection).has_table("alembic_version")
            found = connection.scalar(text("SELECT version_num FROM alembic_version")) if there else None
    except SQLAlchemyError as error:
        # A database that is away is not an old one: a child then reads our own page with the help numbers.
        app.logger.error("the database does not answer at the start", exc_info=error)
        return
    finally:
        parts.database.engine.dispose()
    if found != newest_revision():
        raise UnsafeSettings("FEEDBACK_DATABASE_URL: migrations are pending. Run: flask --app wsgi migrate")


def init_app(app: Flask) -> None:
    """Add both addresses."""
    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)
