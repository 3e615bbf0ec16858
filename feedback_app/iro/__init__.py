"""ASKING CHILDREN. Invitations, what a child says aloud, my month, what children chose to show their IRO."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.iro.routes import room
from feedback_app.iro.verbal_routes import room as verbal_room
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry("iro.my_month", _l("My month"), frozenset(("iro",)), landing_rank=3),
    MenuEntry("iro.ask_child", _l("Ask a child"), frozenset(("iro",))),
    MenuEntry("iro.shared_answers", _l("Shared with me"), frozenset(("iro",))),
)


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
    app.register_blueprint(verbal_room)
    add_to_menu(app, MENU)
