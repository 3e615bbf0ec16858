"""What people read when a theme, a quote or covered words are refused."""

from __future__ import annotations

from flask_babel import gettext as _

from feedback_app.reading.kept_comments import MOST_QUOTES


def quote_problem(why: str) -> str:
    """Why a comment cannot be a quote, and what to do about it; `why`: as QuoteRefused has it."""
    if why == "unread":
        return str(
            _("Mark it as read first. Only comments you have read can be quoted.")
        )
    if why == "concern":
        return str(_("A concern was found in this, so it cannot be quoted."))
    if why == "enough":
        return str(
            _(
                "This month has %(most)s quotes already. Take one back first.",
                most=MOST_QUOTES,
            )
        )
    return str(_("Tick that the IRO could not know the child by these words."))
