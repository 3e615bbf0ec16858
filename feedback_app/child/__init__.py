"""A child's visit is one load and one send (docs/architecture.md)."""

from __future__ import annotations

from flask import Flask

from feedback_app.child import drawn_pages as drawn
from feedback_app.child import pages_with_actions as told
from feedback_app.child.complaint.routes import room
from feedback_app.extensions import csrf
from feedback_app.web.errors import DRAW_NOTICE
from feedback_app.web.service_details import when_details_change


def init_app(app: Flask) -> None:
    """Open the room. A send is guarded by its link's token (promise 32); error pages borrow the room's notice."""
    app.register_blueprint(room)
    csrf.exempt(room)
    DRAW_NOTICE.set(app, drawn.draw_notice)
    for forget_pages in (drawn.forget_pages, told.forget_pages):
        forget_pages(app)
        when_details_change(app, forget_pages)
