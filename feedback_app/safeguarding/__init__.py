"""RESPONDING. What children wrote, waiting to be read; concerns; wishes to talk; requests to see or erase."""

from __future__ import annotations

from flask import Flask

from feedback_app.safeguarding.case_routes import cases
from feedback_app.safeguarding.link_routes import links
from feedback_app.safeguarding.routes import room


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
    app.register_blueprint(cases)
    app.register_blueprint(links)
