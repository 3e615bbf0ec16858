"""/livez touches nothing; /readyz checks what the service cannot do without (promise 45)."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, jsonify
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import ROOT, UnsafeSettings
from feedback_app.models.running import Heartbeat, OutboxMessage
from feedback_app.operations.migrations import database_revision, newest_revision
from feedback_app.operations.readiness.running_rows import BEAT_AGE
from feedback_app.web.access import policy
from feedback_app.web.context import instance

OUTBOX_AGE = timedelta(minutes=15)
"""How long a message may wait to be sent."""
LEAST_FREE = 50 * 1024 * 1024
"""Bytes that must be free on each disk."""


@policy("public")
def livez() -> Response:
    """Answer "alive" while the process does; asks neither the database nor the disk."""
    return Response("alive\n", mimetype="text/plain")


@policy("public")
def readyz() -> tuple[Response, int]:
    """Return each part with "ok" or what is wrong; 503 when a child's send could not be kept. No counts, no names."""
    parts = {
        "database": "ok",
        "schema": "ok",
        "disk": "ok",
        "worker": "ok",
        "outbox": "ok",
    }
    folders = written_folders(instance().settings.database_url)
    if any(shutil.disk_usage(folder).free < LEAST_FREE for folder in folders):
        parts["disk"] = "nearly full"
    try:
        with instance().database.new_session(reading=True) as session:
            parts |= _check_database(session)
    except SQLAlchemyError:
        parts["database"] = "does not answer"
    able = parts["database"] == parts["schema"] == parts["disk"] == "ok"
    return jsonify(parts), 200 if able else 503


def _check_database(session: Session) -> dict[str, str]:
    """Return what is wrong with the schema, the worker and the outbox, by part."""
    problems = {}
    if (
        session.scalar(text("SELECT version_num FROM alembic_version"))
        != newest_revision()
    ):
        problems["schema"] = "migrations are pending"
    now = clock.now()
    heartbeat = session.get(Heartbeat, "worker")
    if heartbeat is None or now - heartbeat.at > BEAT_AGE:
        problems["worker"] = "no beat for 5 minutes"
    unsent = select(OutboxMessage.due_at).where(OutboxMessage.sent_at.is_(None))
    oldest = session.scalar(unsent.order_by(OutboxMessage.due_at).limit(1))
    if oldest is not None and now - oldest > OUTBOX_AGE:
        problems["outbox"] = "messages wait for more than 15 minutes"
    return problems


def written_folders(database_url: str) -> set[Path]:
    """Return the folders that the service writes in, each maybe a disk of its own: var, and the database's."""
    file = (
        make_url(database_url).database if database_url.startswith("sqlite") else None
    )
    folders = {ROOT, ROOT / "var"}
    if file:
        folders.add((ROOT / file).parent)
    return {folder for folder in folders if folder.exists()}


def refuse_pending(app: Flask) -> None:
    """Keep a production server from starting on a database that is not up to date (promise 40).

    No connection stays open: gunicorn forks after this. Raises UnsafeSettings, which says what to do.
    """
    parts = instance(app)
    if parts.settings.mode != "production":
        return
    try:
        found = database_revision(parts.database.engine)
    except SQLAlchemyError as error:
        # A database that is away is not an old one: a child then reads our own page with the help numbers.
        app.logger.error("the database does not answer at the start", exc_info=error)
        return
    finally:
        parts.database.engine.dispose()
    if found != newest_revision():
        raise UnsafeSettings(
            "FEEDBACK_DATABASE_URL: migrations are pending. Run: flask --app wsgi migrate"
        )


def init_app(app: Flask) -> None:
    """Add the addresses /livez and /readyz."""
    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)
