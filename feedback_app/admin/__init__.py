"""RUNNING THE PLACE. The administrator's people and their roles, names and numbers; no feedback (promise 24)."""

from __future__ import annotations

from flask import Flask

from feedback_app.admin.numbers_routes import pages
from feedback_app.admin.routes import room


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
    app.register_blueprint(pages)
