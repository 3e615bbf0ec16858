"""SIGNING IN. Passwords and sessions on the server."""

from __future__ import annotations

from flask import Flask

from feedback_app.accounts.routes import room


def init(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
