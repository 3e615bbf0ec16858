"""SIGNING IN. Passwords and sessions on the server."""

from __future__ import annotations

from flask import Flask

from feedback_app.accounts.routes import room
from feedback_app.accounts.second_routes import room as second
from feedback_app.accounts.token_routes import room as token_room


def init(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
    app.register_blueprint(token_room)
    app.register_blueprint(second)
