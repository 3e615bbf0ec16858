"""The script's own path is the server's: each way through each survey, walked by `findPath` in one browser page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from bench.support.browser import Site
from feedback_app.config import ROOT
from feedback_app.survey.answers import read_answers
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import LOOK_OF_BAND
from feedback_app.survey.path import questions_for
from feedback_app.survey_page.build_page import build_page
from tests.support.every_path import every_case, forms
from tests.support.surveys import NUMBERS

pytestmark = pytest.mark.browser

PUT_SCREENS = "html => document.querySelector('#visit').innerHTML = html"
WALK = """forms => forms.map((answers) => {
  for (const input of document.querySelectorAll("#visit input")) {
    input.checked = (answers[input.name] || []).includes(input.value);
  }
  const screens = findPath(all(".screen", document.querySelector("#visit")));
  return screens.filter((screen) => "question" in screen.dataset).map((screen) => screen.dataset.name);
})"""


@pytest.mark.full
def test_the_script_asks_what_the_server_asks_whatever_a_child_answers(
    site: Site, phone: Page
) -> None:
    catalogue = load_catalogue(ROOT / "surveys")
    screens = site.world.app.jinja_env.from_string(
        "{% from 'child/screens.html' import screen with context %}"
        "{% for s in page.screens %}{{ screen(s, page, {}, {}) }}{% endfor %}"
    )
    phone.goto(site.invite())
    walked, known = 0, set()
    for survey, band, facts in every_case(catalogue):
        questions = questions_for(survey, band, facts)
        page = build_page(
            catalogue, survey, band, LOOK_OF_BAND[band], None, facts, NUMBERS
        )
        html, ways = screens.render(page=page), list(forms(questions))
        walked += len(ways)
        if html in known:  # the same screens, so the same ways
            continue
        known.add(html)
        phone.evaluate(PUT_SCREENS, html)
        asked = [
            [f"q-{a.question}" for a in read_answers(form, questions, facts)[0]]
            for form in ways
        ]
        assert phone.evaluate(WALK, ways) == asked, (survey.key, band, facts)
    assert walked > 10_000
