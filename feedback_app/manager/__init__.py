"""SEEING. The manager's board of a month, its answers and comments, the summary that is handed over, and what children
are told was done."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.manager.asking_routes import room as asking_room
from feedback_app.manager.paper_routes import room as paper_room
from feedback_app.manager.routes import room
from feedback_app.manager.said_routes import room as said_room
from feedback_app.manager.spotlight_routes import room as spotlight_room
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry("manager.latest_month", _l("Board"), frozenset(("manager",)), landing_rank=1),
    MenuEntry("asking.invite_group", _l("Invite a group"), frozenset(("manager",))),
    MenuEntry("paper.find_paper_form", _l("Paper forms"), frozenset(("manager",))),
    MenuEntry("said.list_actions", _l("You said, we did"), frozenset(("manager",))),
    MenuEntry("spotlight.list_months", _l("Spotlight"), frozenset(("manager",))),
)


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(paper_room)
    app.register_blueprint(asking_room)
    app.register_blueprint(said_room)
    app.register_blueprint(spotlight_room)
    app.register_blueprint(room)
    add_to_menu(app, MENU)
