"""Five minutes after sign-in a download asks who it is, and the file comes, with a way back (promise 19)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bench.support.browser import Site
from bench.support.world import NOON, PASSWORD
from feedback_app import clock

pytestmark = pytest.mark.browser

LATER = NOON + timedelta(minutes=5, seconds=1)
DOWNLOADS = (
    ("/manager/2026-10", "Workbook (XLSX)", ".xlsx"),
    pytest.param(
        *("/manager/2026-10", "One sheet (CSV)", ".csv"),
        marks=pytest.mark.full,
    ),
    pytest.param(
        *("/safeguarding/openings", "Download as CSV", ".csv"), marks=pytest.mark.full
    ),
)


def signed_in(site: Site, desk: Page, *roles: str) -> None:
    """Somebody with these roles has signed in with a password, at NOON."""
    person = site.world.person("Somebody Sorrel", *roles, dear=True)
    desk.goto(f"{site.url}/sign-in")
    desk.fill("#email", person.email)
    desk.fill("#password", PASSWORD)
    desk.click("main .button.main")


@pytest.mark.parametrize(("place", "link", "ending"), DOWNLOADS)
def test_p19_a_download_asks_again_comes_and_leads_back(
    site: Site, desk: Page, place: str, link: str, ending: str
) -> None:
    site.world.response()
    signed_in(site, desk, "manager")
    desk.goto(f"{site.url}{place}")
    with clock.set_clock(LATER, everywhere=True):
        desk.get_by_role("link", name=link).click()
        desk.wait_for_selector("text=Confirm that it is you")
        desk.fill("#code", PASSWORD)
        with desk.expect_download() as file:
            desk.click("main .button.main")
        assert file.value.suggested_filename.endswith(ending)
        assert Path(file.value.path()).stat().st_size > 50
        assert "Your file is coming" in desk.content()
        desk.get_by_role("link", name="Back to where you were").click()
        desk.wait_for_url(f"**{place}")
        with desk.expect_download() as again:
            desk.get_by_role("link", name=link).click()
        assert again.value.suggested_filename.endswith(ending)


def test_p19_what_is_held_for_a_child_comes_after_it_was_looked_at(
    site: Site, desk: Page
) -> None:
    invitation = site.world.invitation()
    signed_in(site, desk, "lead")
    desk.goto(f"{site.url}/safeguarding/links/{invitation.id}")
    with clock.set_clock(LATER, everywhere=True):
        desk.fill("#access-reason", "the child asked")
        desk.get_by_role("button", name="Download what we hold").click()
        desk.fill("#code", PASSWORD)
        desk.click("main .button.main")
        assert "the child asked" in desk.content()
        with desk.expect_download() as file:
            desk.get_by_role("button", name="Send it").click()
        assert file.value.suggested_filename == "what-we-hold.html"


def test_a_page_that_asks_again_and_is_no_file_is_simply_shown(
    site: Site, desk: Page
) -> None:
    signed_in(site, desk, "manager")
    desk.goto(f"{site.url}/me")
    with clock.set_clock(LATER, everywhere=True):
        desk.evaluate("location.href = '/me/second-factor'")
        desk.wait_for_url("**/me/second-factor")
        assert "Your file is coming" not in desk.content()
