"""Which languages a child is offered, and what staff and translators see of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bench.support import quick
from bench.support.world import World
from feedback_app import clock
from feedback_app.config import UnsafeSettings, read_settings
from feedback_app.models.invitation import Invitation
from feedback_app.month import Month
from feedback_app.responses.read import visit_of
from tests.conftest import NOON
from tests.support.dead_links import dead_links, whole


@pytest.fixture
def approved_only(tmp_path: Path, still_clock: None) -> World:
    """An application that offers no drafts, as in production."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    return World.make(url, tmp_path, draft_languages=False)


def test_outside_the_demo_no_draft_is_offered_whatever_is_asked_for(
    approved_only: World,
) -> None:
    invitation = approved_only.invitation(language="ar")
    client = approved_only.client()
    page = client.get(
        f"/r/{approved_only.token(invitation)}?language=pl",
        headers={"Accept-Language": "ar"},
    )
    assert '<html lang="en" dir="ltr">' in page.text
    assert "language=pl" not in page.text
    assert (
        '<html lang="en"' in client.get("/help", headers={"Accept-Language": "ar"}).text
    )


def test_production_refuses_to_ask_children_in_drafts() -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_DRAFT_LANGUAGES"):
        read_settings({}, mode="production", draft_languages=True)


def test_the_page_that_opens_is_in_the_language_of_the_invitation(lite: World) -> None:
    page = lite.client().get(f"/r/{lite.token(lite.invitation(language='fa'))}")
    assert '<html lang="fa" dir="rtl">' in page.text


def test_a_language_that_the_survey_is_not_offered_in_is_left_in_english(
    lite: World,
) -> None:
    invitation = lite.invitation(survey="u-matter", language="ar")
    page = lite.client().get(f"/r/{lite.token(invitation)}")
    assert '<html lang="en" dir="ltr">' in page.text


def test_an_officer_chooses_language_and_easy_read_when_asking(lite: World) -> None:
    officer = lite.sign_in(lite.iro())
    form = {
        "pn_code": "PN1",
        "mode": "remote",
        "band": "8-11",
        "how_chosen": "random",
        "reference": "CASE-7",
    }
    officer.submit(
        "/iro/ask", form | {"language": "sq", "easy": "y", "way": "link"}, expect=303
    )
    with lite.session() as session:
        made = session.query(Invitation).one()
        visit = visit_of(session, lite.parts.catalogue, made, Month(2026, 5))
    assert (made.language, made.look) == (visit.language, visit.look) == ("sq", "easy")


def test_an_officer_cannot_ask_in_a_language_that_there_is_not(lite: World) -> None:
    officer = lite.sign_in(lite.iro())
    form = {
        "pn_code": "PN1",
        "mode": "remote",
        "band": "8-11",
        "how_chosen": "random",
        "reference": "CASE-7",
    }
    page = officer.submit(
        "/iro/ask", form | {"language": "xx", "way": "link"}, expect=400
    )
    assert "CASE-7" in page.text


def test_p06_dead_links_follow_the_browsers_language_and_are_alike_in_it(
    lite: World,
) -> None:
    tokens = dead_links(lite)
    tokens["of another language"] = lite.token(lite.invitation(language="pl"))
    with clock.set_clock(NOON + timedelta(days=20), everywhere=True):
        asked = {"Accept-Language": "ar-SY,ar;q=0.9,en;q=0.5"}
        answers = {
            kind: whole(lite.client().get(f"/r/{token}", expect=404, headers=asked))
            for kind, token in tokens.items()
        }
    first = answers["unknown"]
    assert b'<html lang="ar" dir="rtl">' in first[2]
    assert [kind for kind, answer in answers.items() if answer != first] == []


def test_the_table_says_of_every_survey_and_language_how_far_it_is(lite: World) -> None:
    said = lite.app.test_cli_runner().invoke(args=["translations", "status"])
    assert said.exit_code == 0
    rows = {tuple(line.split()[:2]): line for line in said.output.splitlines()[1:]}
    assert rows["rate-my-review", "ar"].endswith("yes, as a draft")
    assert rows["u-matter", "ar"].endswith("no")


def test_every_language_is_in_step_with_the_words(lite: World) -> None:
    said = lite.app.test_cli_runner().invoke(args=["translations", "update", "--check"])
    assert said.exit_code == 0, said.output
