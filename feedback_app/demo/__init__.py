"""An invented service and a year of invented responses, made through the same verbs as real use.

Never in production mode (promise 40). Everything in it is invented, and plainly so.
"""

from __future__ import annotations

from flask import Flask

from feedback_app.demo.invented_reports import hand_over_reports
from feedback_app.demo.state import DemoState
from feedback_app.demo.year import fill_year, fresh_link
from feedback_app.web.context import Instance, instance


class NotADemo(RuntimeError):
    """The settings are those of production."""


def fill_demo(app: Flask) -> list[str]:
    """Fill the database once, and say in five lines how to get in; a second call says the same.

    The link is a fresh one if the last was used or has ended. Raises NotADemo.
    """
    _refuse_production(app)
    parts = instance(app)
    with app.app_context():
        state = DemoState.read_or_make()
        if not state.is_filled(parts):
            fill_year(parts, state)
        return announcement_lines(parts, state)


def add_reports(app: Flask) -> list[str]:
    """Hand over the reports of earlier months, where it was not done; a line for each. Raises NotADemo."""
    _refuse_production(app)
    return [f"{month.name} handed over" for month in hand_over_reports(app)]


def _refuse_production(app: Flask) -> None:
    if instance(app).settings.mode == "production":
        raise NotADemo(
            "The demo does not start in production mode. Unset FEEDBACK_MODE, or use another machine."
        )


def announcement_lines(parts: Instance, state: DemoState) -> list[str]:
    """The five lines: each a name and its value."""
    link = fresh_link(parts, state)
    return [
        f"open {parts.settings.public_url}",
        *(
            f"{role} {state.email_of(role)} {state.passwords[role]}"
            for role in ("iro", "manager", "lead")
        ),
        f"child {link}",
    ]
