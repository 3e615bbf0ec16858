"""ANSWERING. A child's visit is one load and one send (design.md)."""

from __future__ import annotations

from flask import Flask

from feedback_app.child import drawn
from feedback_app.child.routes import room
from feedback_app.extensions import csrf


def init_app(app: Flask) -> None:
    """Open the room. A send is guarded by its link's token (promise 32); error pages borrow the room's notice."""
    app.register_blueprint(room)
    csrf.exempt(room)
    app.extensions["drawn"] = {}
    app.extensions["ready"] = {}
    app.extensions["notice"] = drawn.draw_notice
