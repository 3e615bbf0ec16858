"""Pages with what children said and what was done: drawn once for each edition of it, and sent many times.

A dead link's page is one of them. It asks the database one small question, the same whatever the link was, so that
neither its bytes nor its time tell which it was (promise 6).
"""

from __future__ import annotations

from collections.abc import Hashable

from flask import Flask, Response

from feedback_app.said_and_done import (
    MOST_TOLD,
    USUAL_BAND,
    Edition,
    actions_edition,
    shown_actions,
)
from feedback_app.survey_page.actions_page import draw_actions
from feedback_app.web import context
from feedback_app.web.app_part import AppPart
from feedback_app.web.child_languages import preferred_language
from feedback_app.web.headers import Ready

Kept = tuple[Edition, dict[Hashable, Ready]]
PAGES_OF_EDITION: AppPart[dict[str, Kept]] = AppPart("pages_of_edition")


def forget_pages(app: Flask) -> None:
    """Forget every page drawn so far: they are drawn again with the settings now in use."""
    PAGES_OF_EDITION.set(app, {})


def draw_with_actions(
    text_id: str,
    *,
    band: str = USUAL_BAND,
    template: str,
    status: int = 200,
    most: int = MOST_TOLD,
    **more: object,
) -> Response:
    """The page of that text in that band's words and the browser's language, with what is shown now under it.

    Of that the first `most`; `more` is what the template takes besides, the same whoever asks.

    It reads in a short session of its own, as it does from every door to a dead link, by GET and by POST.
    """
    language = preferred_language()
    with context.instance().database.new_session(reading=True) as db:
        edition = actions_edition(db)
        pages = _pages_of(edition)
        key = (text_id, band, template, language)
        page = pages.get(key)
        if page is None:
            shown = shown_actions(db, band)
            page = pages[key] = Ready.make_ready(
                draw_actions(
                    text_id,
                    shown,
                    band=band,
                    template=template,
                    language=language,
                    most=most,
                    **more,
                )
            )
    return page.make_response(status)


def _pages_of(edition: Edition) -> dict[Hashable, Ready]:
    """The pages drawn for this edition; those of an older one are let go. All go when a number changes."""
    editions = PAGES_OF_EDITION.get()
    kept = editions.get("told")
    if kept is None or kept[0] != edition:
        kept = editions["told"] = (edition, {})
    return kept[1]
