"""The safeguarding lead's pages: texts to read, concerns, contact requests, requests to see or erase, messages."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.safeguarding.access_requests import routes as access_requests
from feedback_app.safeguarding.cases import routes as cases
from feedback_app.safeguarding.closed import routes as closed
from feedback_app.safeguarding.complaints import routes as complaints
from feedback_app.safeguarding.complaints.views import count_unacknowledged
from feedback_app.safeguarding.messages import routes as messages
from feedback_app.safeguarding.openings import routes as openings
from feedback_app.safeguarding.queue import routes as queue
from feedback_app.safeguarding.queue.views import count_waiting
from feedback_app.safeguarding.retention import routes as retention
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry(
        "safeguarding.show_queue",
        _l("Waiting to be read"),
        landing_rank=2,
        count=count_waiting,
    ),
    MenuEntry(
        "complaints.list_complaints",
        _l("Complaints"),
        count=count_unacknowledged,
    ),
    MenuEntry(
        "messages.list_messages",
        _l("Messages"),
    ),
)


def init_app(app: Flask) -> None:
    """Register the safeguarding pages."""
    for family in (
        queue,
        cases,
        closed,
        complaints,
        access_requests,
        messages,
        openings,
        retention,
    ):
        app.register_blueprint(family.room)
    add_to_menu(app, MENU)
