"""Asking children: my month, invitations, draws, what a child says aloud, what children chose to show their IRO."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.iro.asking import routes as asking
from feedback_app.iro.letters import routes as letters
from feedback_app.iro.month import routes as month
from feedback_app.iro.no_answer import routes as no_answer
from feedback_app.iro.picking import routes as picking
from feedback_app.iro.shared import routes as shared
from feedback_app.iro.verbal import routes as verbal
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry("iro.my_month", _l("My month"), landing_rank=3),
    MenuEntry("iro_asking.ask_child", _l("Ask a child")),
    MenuEntry("iro_letters.choose_letter", _l("Letters")),
    MenuEntry("iro_shared.shared_answers", _l("Shared with me")),
)


def init_app(app: Flask) -> None:
    """Register the IRO's pages."""
    for family in (month, asking, no_answer, picking, verbal, letters, shared):
        app.register_blueprint(family.room)
    add_to_menu(app, MENU)
