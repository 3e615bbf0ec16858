"""A form that is refused opens with the problems at its top, and the focus on them, without a script of ours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from bench.support.browser import Site
from bench.support.world import PASSWORD
from feedback_app.models.safeguarding import Concern

pytestmark = [pytest.mark.browser, pytest.mark.full]


def test_a_concern_that_cannot_be_closed_says_why_where_the_reader_looks(
    site: Site, desk: Page
) -> None:
    site.world.response(texts={"better": "x"}, wishes={"talk_to": "not_safe"})
    lead = site.world.person("Lead Lime", "lead", dear=True)
    with site.world.session() as session:
        concern_id = session.scalars(select(Concern.id)).one()
    desk.goto(f"{site.url}/sign-in")
    desk.fill("#email", lead.email)
    desk.fill("#password", PASSWORD)
    desk.click("main .button.main")
    desk.goto(f"{site.url}/safeguarding/concerns/{concern_id}")
    desk.fill("#note-close", "all is well")
    desk.get_by_role("button", name="Close this concern").click()
    desk.wait_for_selector(".error-summary")
    assert desk.evaluate("document.activeElement.className") == "error-summary"
    assert desk.evaluate("window.scrollY") == 0
    assert desk.input_value("#note-close") == "all is well"
    desk.get_by_role("link", name="Nobody has said yet").click()
    assert desk.evaluate("document.activeElement.id") == "note"
