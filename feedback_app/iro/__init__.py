"""ASKING CHILDREN. Invitations, what a child says aloud, my month, what children chose to show their IRO."""

from __future__ import annotations

from flask import Flask

from feedback_app.iro.routes import room
from feedback_app.iro.verbal_routes import room as verbal_room


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
    app.register_blueprint(verbal_room)
