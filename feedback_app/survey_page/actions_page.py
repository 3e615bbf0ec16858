"""A page with what children said and what was done on it: for a child, and for the manager's look beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from feedback_app.said_and_done import MOST_TOLD, ShownAction
from feedback_app.survey.model import LOOK_OF_BAND
from feedback_app.survey_page.notices import build_notice
from feedback_app.survey_page.speaker import Speaker
from feedback_app.web.child_languages import ENGLISH, child_languages, numbers_in


def draw_actions(
    text_id: str,
    actions: Sequence[ShownAction],
    *,
    band: str,
    template: str,
    language: str = ENGLISH,
    most: int = MOST_TOLD,
    **more: object,
) -> str:
    """The page of that text with these actions; `said_and_done` is the text of a page that has none to show.

    The page is in that language; what the manager typed stays as it was typed. Of the actions it has the first `most`,
    and knows whether there are `others`; the template takes `more` besides.
    """
    catalogue = child_languages().catalogue_in(language)
    numbers = numbers_in(catalogue)
    if actions and text_id == "said_and_done":
        text_id = "told"
    page = build_notice(catalogue, text_id, numbers, band=band, look=LOOK_OF_BAND[band])
    told = Speaker(catalogue, "all", band, numbers).build_passage("told")
    return render_template(
        f"child/{template}.html",
        page=page,
        told=told,
        actions=actions[:most],
        others=len(actions) > most,
        **more,
    )
