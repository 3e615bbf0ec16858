"""How long one request may wait for the database: briefly on a child's page, longer behind a sign-in."""

from __future__ import annotations

from flask import Flask, current_app, request

from feedback_app.database import time_budget
from feedback_app.web.access import find_policy


def init_app(app: Flask) -> None:
    """Begin a time budget before each request and end it after; registered first, so that it covers all others."""
    app.before_request(_begin_budget)
    app.teardown_appcontext(_end_budget)


def _begin_budget() -> None:
    named = find_policy(current_app, request.endpoint)
    # Staff wait longer than children, since their pages add up whole months.
    for_staff = named is not None and not named.is_public
    time_budget.begin_budget(
        time_budget.STAFF_SECONDS if for_staff else time_budget.CHILD_SECONDS
    )


def _end_budget(_error: BaseException | None = None) -> None:
    time_budget.end_budget()
