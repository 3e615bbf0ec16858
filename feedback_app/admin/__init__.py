"""RUNNING THE PLACE. The administrator's people and their roles, names and numbers; no feedback (promise 24)."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.admin.people.routes import room
from feedback_app.admin.service_details.routes import pages
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry("admin.list_people", _l("People"), frozenset(("administrator",)), landing_rank=4),
    MenuEntry("numbers.show_details", _l("Service details"), frozenset(("administrator",))),
)


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
    app.register_blueprint(pages)
    add_to_menu(app, MENU)
