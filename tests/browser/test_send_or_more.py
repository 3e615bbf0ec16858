"""After the core of the yearly survey a child sends, or answers more: what was not shown is not asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.support.browser import Site
from feedback_app.models.response import AnswerRow
from tests.support.screens import choose, go_on, now

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("said", ["send", "more"])
def test_after_its_core_the_yearly_survey_is_sent_or_goes_on(
    site: Site, phone: Page, said: str
) -> None:
    phone.goto(site.invite("4-7", survey="u-matter"))
    go_on(phone, until="s-more")
    choose(phone, "more", said)
    phone.click(".screen.now .next")
    assert (now(phone) == "s-q-family_time") == (said == "more")
    go_on(phone, until="s-check")
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator("main[data-page=thanks]")).to_be_visible()
    with site.world.session() as session:
        asked = set(session.scalars(select(AnswerRow.question)))
    assert "best" in asked
    assert ("hobbies" in asked) == (said == "more"), "not shown is not asked"


def test_without_script_the_rest_stands_under_its_condition_and_counts_when_answered(
    site: Site, phone_without_script: Page
) -> None:
    page = phone_without_script
    page.goto(site.invite("4-7", survey="u-matter"))
    expect(page.locator("#s-q-hobbies .when")).to_have_text("If you want to say more")
    page.check('[name="q-hobbies"][value="some"]')
    page.locator("#s-send button").click()
    expect(page.locator("main[data-page=thanks]")).to_be_visible()
    with site.world.session() as session:
        states = dict(
            session.execute(select(AnswerRow.question, AnswerRow.state)).all()  # type: ignore[arg-type]
        )
    assert states["hobbies"] == "given", "left empty, the choice takes nothing away"
