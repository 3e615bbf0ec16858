"""Looking at a survey as a child gets it: no link is made, nothing is kept, nothing counts."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.previews import routes
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (MenuEntry("previews.choose_preview", _l("Preview")),)


def init_app(app: Flask) -> None:
    """Register the pages, which are for everybody who works here."""
    app.register_blueprint(routes.room)
    add_to_menu(app, MENU)
