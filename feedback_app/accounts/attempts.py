"""Limits on trying codes, passkeys and passwords of somebody who is signed in, or is signing in."""

from __future__ import annotations

from flask_babel import gettext as _

from feedback_app.web import context, limits
from feedback_app.web.access import current_viewer


def count_code_attempt() -> limits.Attempt:
    """Count an attempt at showing a second factor, before it is checked; closes the request's database session."""
    most = context.settings().second_factor_misses
    return limits.count_attempt(
        "second", most, limits.account_digest(current_viewer().person_id)
    )


def too_many_tries_message() -> str:
    """What to do after too many misses; the wait is the setting `miss_minutes` as it ships."""
    return str(_("Too many tries. Wait ten minutes, then try again."))
