"""Pages drawn once and sent many times: the survey's page is the same for all children of one kind (rule L2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from flask import Flask, Response, render_template

from feedback_app.child.look_and_language import languages_of, looks_of
from feedback_app.child.packed import Pieces
from feedback_app.responses.read import Visit
from feedback_app.survey.model import Facts, Problem
from feedback_app.survey_page.build_page import build_notice, build_page, build_privacy
from feedback_app.web.app_part import AppPart
from feedback_app.web.child_languages import (
    ENGLISH,
    child_languages,
    numbers_in,
    preferred_language,
)
from feedback_app.web.context import settings
from feedback_app.web.headers import Ready, takes_gzip

STATEMENT_PREPARED_ON = date(2026, 11, 25)
"""The accessibility statement says this day: change it together with the statement's words."""
TOKEN, STAMP = "token-goes-here", "stamp-goes-here"
SURVEY_PAGES: AppPart[dict[object, Pieces]] = AppPart("survey_pages")
FIXED_PAGES: AppPart[dict[object, Ready]] = AppPart("fixed_pages")


def forget_pages(app: Flask) -> None:
    """Forget every page drawn so far: they are drawn again with the settings now in use."""
    SURVEY_PAGES.set(app, {})
    FIXED_PAGES.set(app, {})


def draw_survey(
    visit: Visit, facts: Facts, has_iro: bool, token: str, stamp: str
) -> Response:
    """The child's page with their token and stamp in it, compressed where the browser takes that."""
    drawn = SURVEY_PAGES.get()
    key = (visit, facts, has_iro)
    pieces = drawn.get(key)
    if pieces is None:
        page = render_filled(visit, facts, has_iro, TOKEN, STAMP, {}, {})
        pieces = drawn[key] = Pieces.split_page(page, TOKEN, STAMP)
    if not takes_gzip():
        return Response(pieces.as_plain(token, stamp))
    answer = Response(pieces.as_gzip(token, stamp))
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
    return render_template(
        "child/survey.html",
        page=page,
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
    found = child_languages().catalogue_in(
        preferred_language() if language is None else language
    )
    page = build_notice(found, text_id, numbers_in(found), band=band, look=look)
    return render_template(f"child/{template}.html", page=page, **more)


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


def draw_privacy() -> str:
    """What is kept, for every age on one page."""
    found = child_languages().catalogue_in(preferred_language())
    ages = build_privacy(found, numbers_in(found))
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
