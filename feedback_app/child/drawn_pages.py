"""Pages drawn once and sent many times: the survey's page is the same for all children of one kind (rule L2)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

from flask import Flask, Response, render_template
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.child.look_and_language import languages_of, looks_of
from feedback_app.child.packed import Pieces
from feedback_app.invitations.tokens import mark_of
from feedback_app.responses.read import Visit
from feedback_app.said_and_done import shown_actions
from feedback_app.survey.checks.words import WHOLE_BANDS
from feedback_app.survey.model import LOOK_OF_BAND, Facts, Problem
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.notices import build_notice, build_privacy, build_thanks
from feedback_app.survey_page.views import Notice
from feedback_app.web.app_part import AppPart
from feedback_app.web.child_languages import (
    ENGLISH,
    child_languages,
    numbers_in,
    preferred_language,
)
from feedback_app.web.context import instance, log_error, settings
from feedback_app.web.headers import Ready, takes_encoding
from feedback_app.web.service_details import EVERY_SECONDS
from feedback_app.working_hours import working_day_after

STATEMENT_PREPARED_ON = date(2026, 11, 25)
"""The accessibility statement says this day: change it together with the statement's words."""
MARK, TOKEN, STAMP = (secrets.token_urlsafe(size) for size in (6, 32, 32))
"""Stand-ins for a link's mark, its token and the stamp, the first two as long as those; no text of a survey or setting
can happen to hold them."""
SURVEY_PAGES: AppPart[dict[object, Pieces]] = AppPart("survey_pages")
FIXED_PAGES: AppPart[dict[object, Ready]] = AppPart("fixed_pages")
LATEST_DONE: AppPart[dict[str, tuple[float, str]]] = AppPart("latest_done")
"""Band -> until when it is good (monotonic seconds), and what was done."""
LONGEST_DONE = 200
MOST_FIXED_PAGES = 500
"""Of fixed pages so many are kept: a thank-you differs from day to day."""


def forget_pages(app: Flask) -> None:
    """Forget every page drawn so far: they are drawn again with the settings now in use."""
    SURVEY_PAGES.set(app, {})
    LATEST_DONE.set(app, {})
    FIXED_PAGES.set(app, {})


def draw_survey(
    visit: Visit, facts: Facts, has_iro: bool, token: str, stamp: str
) -> Response:
    """The child's page with the mark of their link, their token and stamp in it; compressed where the browser can."""
    drawn = SURVEY_PAGES.get()
    key = (visit, facts, has_iro)
    pieces = drawn.get(key)
    if pieces is None:
        page = _render(visit, facts, has_iro, (MARK, TOKEN, STAMP), {}, {})
        pieces = drawn[key] = Pieces.split_page(page, MARK, TOKEN, STAMP)
    values = mark_of(token), token, stamp
    if not takes_encoding("gzip"):
        return Response(pieces.as_plain(*values))
    answer = Response(pieces.as_gzip(*values))
    answer.headers["Content-Encoding"] = "gzip"
    return answer


def render_filled(
    visit: Visit,
    facts: Facts,
    has_iro: bool,
    token: str,
    stamp: str,
    filled: Mapping[str, Sequence[str]],
    problems: Mapping[str, Problem],
) -> str:
    """The page with what was typed still in it, and what is to be mended said at the top."""
    values = mark_of(token), token, stamp
    return _render(visit, facts, has_iro, values, filled, problems)


def _render(
    visit: Visit,
    facts: Facts,
    has_iro: bool,
    values: tuple[str, str, str],
    filled: Mapping[str, Sequence[str]],
    problems: Mapping[str, Problem],
) -> str:
    found = child_languages().catalogue_in(visit.language)
    page = build_page(
        found,
        found.find_survey(visit.survey, visit.version),
        visit.band,
        visit.look,
        visit.spotlight,
        facts,
        numbers_in(found),
        has_iro=has_iro,
        looks=looks_of(visit, found.words.short_words(visit.band)),
        languages=languages_of(visit),
    )
    mark, token, stamp = values
    return render_template(
        "child/survey.html",
        page=page,
        mark=mark,
        token=token,
        stamp=stamp,
        filled=filled,
        problems=problems,
    )


def draw_notice(
    text_id: str,
    *,
    band: str = "8-11",
    look: str = "middle",
    language: str | None = None,
    template: str = "notice",
    **more: object,
) -> str:
    """A page with one fixed text on it: a dead link, a thank-you, help, an error. In the browser's language if none."""
    page = words_of_notice(text_id, band=band, look=look, language=language)
    return render_template(f"child/{template}.html", page=page, **more)


def words_of_notice(
    text_id: str,
    *,
    band: str = "8-11",
    look: str = "middle",
    language: str | None = None,
) -> Notice:
    """The words of such a page, before it is drawn."""
    found = child_languages().catalogue_in(
        preferred_language() if language is None else language
    )
    return build_notice(found, text_id, numbers_in(found), band=band, look=look)


def draw_fixed_page(
    text_id: str,
    *,
    band: str = "8-11",
    look: str = "middle",
    language: str | None = None,
    template: str = "notice",
    status: int = 200,
) -> Response:
    """The same where nothing on the page is anybody's own: drawn and compressed once."""
    ready = FIXED_PAGES.get()
    language = preferred_language() if language is None else language
    key = (text_id, band, look, language, template)
    page = ready.get(key)
    if page is None:
        page = ready[key] = Ready.make_ready(
            draw_notice(
                text_id, band=band, look=look, language=language, template=template
            )
        )
    return page.make_response(status)


@dataclass(frozen=True, slots=True)
class ForThanks:
    """What a thank-you rests on: whose words and look, the day of the send, whether a talk was asked for, and whether
    the page may say which service it is (not after a survey of which the phone keeps no draft).

    `again`: the link was opened once more after its send. Nothing here says whether a child is safe (decision 0019).
    """

    band: str
    look: str
    language: str
    day: date
    talk: bool
    leads_on: bool
    again: bool = False


def latest_done(band: str) -> str:
    """The newest short thing that was done because of children, in that band's words, at most 15 seconds old; else "".

    Where the database does not answer there is none: what was sent is kept, and the child is thanked for it.
    """
    known, now = LATEST_DONE.get(), monotonic()
    if band not in known or known[band][0] < now:
        known[band] = (now + EVERY_SECONDS, _read_latest(band))
    return known[band][1]


def _read_latest(band: str) -> str:
    try:
        with instance().database.new_session(reading=True) as db:
            shown = shown_actions(db, band)
    except (SQLAlchemyError, TimeoutError) as error:
        log_error("what was done could not be read for a thank-you", error)
        return ""
    short = (one.done for one in shown if one.state == "done")
    return next((done for done in short if len(done) <= LONGEST_DONE), "")


def draw_thanks(told: ForThanks) -> Response:
    """The thank-you: drawn once for all who are told the same."""
    english = told.language == ENGLISH  # what was done is typed in English
    done = latest_done(told.band) if told.leads_on and english else ""
    pages = FIXED_PAGES.get()
    page = pages.get((told, done))
    if page is None:
        if len(pages) > MOST_FIXED_PAGES:
            pages.clear()
        page = pages[told, done] = Ready.make_ready(_render_thanks(told, done))
    return page.make_response()


def _render_thanks(told: ForThanks, done: str) -> str:
    found = child_languages().catalogue_in(told.language)
    page = build_thanks(
        found,
        numbers_in(found),
        band=told.band,
        look=told.look,
        read_by=working_day_after(told.day, settings().ordinary_working_days),
        talk=told.talk,
        leads_on=told.leads_on,
        done=done,
        again=told.again,
    )
    return render_template("child/thanks.html", page=page)


def draw_privacy() -> str:
    """What is kept, for every age on one page."""
    found = child_languages().catalogue_in(preferred_language())
    looks = (LOOK_OF_BAND[band] for band in WHOLE_BANDS)
    ages = list(zip(looks, build_privacy(found, numbers_in(found)), strict=True))
    return draw_notice(
        "privacy", language=found.language, template="privacy", ages=ages
    )


def draw_accessibility() -> str:
    """Who can use these pages, in a child's words, and the statement that the law asks for."""
    phone = settings().service_phone
    return draw_notice(
        "accessibility",
        template="accessibility",
        phone=phone,
        prepared_on=STATEMENT_PREPARED_ON,
    )


def write_proxy_page(file: Path) -> None:
    """Write the page that the proxy shows while the service is away (promise 60), whole or not at all."""
    page = draw_notice(
        "down", language=ENGLISH, template="proxy", leave_url=settings().leave_url
    )
    new = file.with_name(f"{file.name}.new")
    new.write_text(page, "utf-8")
    new.chmod(0o644)
    new.replace(file)
