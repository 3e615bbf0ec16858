"""RESPONDING. What children wrote, waiting to be read; concerns; wishes to talk; requests to see or erase."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.safeguarding.case_routes import cases
from feedback_app.safeguarding.link_routes import links
from feedback_app.safeguarding.routes import room
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry("safeguarding.show_queue", _l("Waiting to be read"), frozenset(("lead", "deputy")), landing_rank=2),
    MenuEntry("safeguarding.list_messages", _l("Messages"), frozenset(("lead", "deputy", "manager"))),
)


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(room)
    app.register_blueprint(cases)
    app.register_blueprint(links)
    add_to_menu(app, MENU)
