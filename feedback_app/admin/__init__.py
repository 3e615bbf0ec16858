"""The administrator's pages: people and roles, and the details of the service; no feedback (promise 24)."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.admin.people.routes import room as people_room
from feedback_app.admin.people_file.routes import room as people_file_room
from feedback_app.admin.ready.routes import room as ready_room
from feedback_app.admin.service_details.routes import room as service_details_room
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry("admin.list_people", _l("People"), landing_rank=4),
    MenuEntry(
        "service_details.show_details",
        _l("Service details"),
    ),
    MenuEntry("ready.show_checks", _l("Ready to start?")),
)


def init_app(app: Flask) -> None:
    """Open the room, and put its pages on the menu."""
    app.register_blueprint(people_room)
    app.register_blueprint(people_file_room)
    app.register_blueprint(service_details_room)
    app.register_blueprint(ready_room)
    add_to_menu(app, MENU)
