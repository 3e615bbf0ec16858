"""Pages of one text: a notice, the thank-you, and what is kept. Pure: nothing of the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date

from babel.dates import format_date

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.checks.words import WHOLE_BANDS
from feedback_app.survey.model import EASY
from feedback_app.survey_page.speaker import Speaker, is_plain
from feedback_app.survey_page.views import Notice, Passage, Thanks

PICTURES_OF_THANKS = {"young": "star", EASY: "star"}
"""Look -> the drawing on its thank-you; the others have a tick."""


def build_notice(
    catalogue: Catalogue,
    text_id: str,
    numbers: Mapping[str, str],
    *,
    band: str = "8-11",
    look: str = "middle",
    survey_key: str = "all",
) -> Notice:
    """A page with one text on it. Where nobody is known (a dead link), the words are those for 8-11."""
    easy = look == EASY
    words = Speaker(
        catalogue, survey_key, band, numbers, plain=is_plain(catalogue, look), easy=easy
    )
    ui = words.short_words()
    return Notice(
        language=catalogue.language,
        direction=catalogue.direction,
        draft=catalogue.draft,
        look=look,
        title=ui["site"],
        ui=ui,
        **words.frame_words(),
        text=words.build_passage(text_id),
        picture=words.picture_of(text_id),
        band=band,
    )


def build_thanks(
    catalogue: Catalogue,
    numbers: Mapping[str, str],
    *,
    band: str,
    look: str,
    read_by: date,
    talk: bool,
    leads_on: bool,
    done: str = "",
    again: bool = False,
) -> Thanks:
    """The thank-you for what was sent. `read_by`: the day by which somebody has read it.

    `talk`: a talk was asked for. `leads_on` is false where nothing may say which service this is; `done` is what was
    done because of children; `again`: the link was opened once more. All for whom these are the same see the same page,
    safe or not (decision 0019).
    """
    notice = build_notice(
        catalogue,
        "thanks",
        {
            **numbers,
            "read_by": format_date(read_by, "EEEE d MMMM", locale=catalogue.language),
        },
        band=band,
        look=look,
    )
    words = notice.text.extra
    if again:
        notice = replace(notice, text=replace(notice.text, title=str(words["again"])))
    return Thanks(
        **{one.name: getattr(notice, one.name) for one in fields(Notice)}
        | {"picture": PICTURES_OF_THANKS.get(look, "yes")},
        after=words["talk" if talk else "no_talk"],
        changed=words["changed"],
        done=done,
        leads_on=leads_on,
    )


def build_privacy(
    catalogue: Catalogue, numbers: Mapping[str, str]
) -> tuple[Passage, ...]:
    """What is kept, as each age reads it, the youngest first: whoever comes without a link finds their own."""
    plain = is_plain(catalogue, look="")
    return tuple(
        Speaker(catalogue, "all", band, numbers, plain=plain).build_passage("privacy")
        for band in WHOLE_BANDS
    )
