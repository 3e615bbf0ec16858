"""A child who says that no grown-up is there for them sees at once who can help, with script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.support.browser import Site
from feedback_app.models.safeguarding import Concern
from tests.support.screens import choose, go_on, now

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "band", ["8-11", pytest.param("12-17", marks=pytest.mark.full)]
)
def test_no_safe_adult_shows_who_can_help_at_once_and_is_told_to_the_lead(
    site: Site, phone: Page, band: str
) -> None:
    phone.goto(site.invite(band, survey="safeguarding"))
    go_on(phone, until="s-q-safe_adult")
    choose(phone, "q-safe_adult", "no")
    phone.click(".screen.now .next")
    assert now(phone) == "s-safe_help"
    shown = phone.locator(".screen.now")
    for number in ("tel:999", "tel:08001111"):
        expect(shown.locator(f'.call[href="{number}"]')).to_be_in_viewport()
    expect(shown).to_contain_text("It may not be today")
    phone.click(".screen.now .back")
    choose(phone, "q-safe_adult", "yes")
    phone.click(".screen.now .next")
    assert now(phone) != "s-safe_help"
    phone.click(".screen.now .back")
    choose(phone, "q-safe_adult", "no")
    go_on(phone, until="s-check")
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator("h1")).to_contain_text("Thank you")
    with site.world.session() as session:
        assert session.scalars(select(Concern.source)).all() == ["answer"]


def test_without_script_the_help_stands_after_the_question_under_its_condition(
    site: Site, phone_without_script: Page
) -> None:
    phone_without_script.goto(site.invite(survey="safeguarding"))
    after = phone_without_script.locator("#s-q-safe_adult + #s-safe_help")
    expect(after.locator(".when")).to_have_text("If you said no")
    expect(after).to_contain_text("0800 1111")
