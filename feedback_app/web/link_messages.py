"""What is said of a change to a child's link, whoever made it."""

from __future__ import annotations

from flask_babel import gettext as _


def link_is_over() -> str:
    """A change came too late for a link."""
    return str(_("This link is over already: it was answered or ended."))


def taken_back_message(done_words: str, *, done: bool, waits: bool) -> str:
    """What a taking-back led to: `done` now, or the link waits already, or it is too late for it."""
    if done:
        return done_words
    if waits:
        return str(_("Nothing was taken back: it waits already."))
    return str(
        _(
            "This cannot be taken back any more: the child has answered meanwhile, or the last day has passed."
        )
    )
