"""Pages drawn once and sent many times: the survey's page is the same for all children of one kind (settled.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import current_app, render_template

from feedback_app.duties.sends import Visit
from feedback_app.survey.model import Facts, Problem
from feedback_app.visit.page import build_notice, build_page
from feedback_app.web.context import catalogue, settings

TOKEN, STAMP = "token-goes-here", "stamp-goes-here"


def survey(visit: Visit, facts: Facts, has_iro: bool, token: str, stamp: str) -> str:
    """The child's page with their token and stamp in it."""
    drawn: dict[object, tuple[str, str, str]] = current_app.extensions["drawn"]
    key = (visit, facts, has_iro)
    pieces = drawn.get(key)
    if pieces is None:
        page = render_filled(visit, facts, has_iro, TOKEN, STAMP, {}, {})
        before, rest = page.split(TOKEN)
        middle, after = rest.split(STAMP)
        pieces = drawn[key] = (before, middle, after)
    return "".join((pieces[0], token, pieces[1], stamp, pieces[2]))


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
    found = catalogue()
    page = build_page(
        found,
        found.survey(visit.survey, visit.version),
        visit.band,
        visit.look,
        visit.spotlight,
        facts,
        settings().numbers,
        has_iro=has_iro,
    )
    return render_template("child/survey.html", page=page, token=token, stamp=stamp, filled=filled, problems=problems)


def notice(text_id: str, *, band: str = "8-11", look: str = "middle", template: str = "notice", **more: object) -> str:
    """A page with one fixed text on it: a dead link, a thank-you, help, an error."""
    page = build_notice(catalogue(), text_id, settings().numbers, band=band, look=look)
    return render_template(f"child/{template}.html", page=page, **more)
