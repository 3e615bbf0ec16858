"""Keying in paper forms, by business support or the manager: never by the child's own IRO, and nothing else is seen."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.paper.keying import routes
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (MenuEntry("paper.find_paper_form", _l("Paper forms"), landing_rank=5),)


def init_app(app: Flask) -> None:
    """Open the room, and put its page on the menu."""
    app.register_blueprint(routes.room)
    app.register_blueprint(routes.former)
    add_to_menu(app, MENU)
