"""A manager imports a month of reviews, on a phone and at a desk: faults first, then the file put right and stored."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from bench.support.world import PASSWORD
from feedback_app.models.review import ImportedReview
from tests.support.sheets import as_csv, as_xlsx, review_rows

pytestmark = [pytest.mark.browser, pytest.mark.full]
WIDER = (
    "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
)


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_file_is_put_right_and_stored(
    site: Site, request: pytest.FixtureRequest, screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    rows = review_rows(30, site.world.iro("Officer Oak").email)
    wrong = [list(row) for row in rows]
    wrong[0][0], wrong[4][7] = "Nr", "Amber Ash"

    page.goto(site.url + "/sign-in")
    page.get_by_label("E-mail").fill(site.world.manager().email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Reviews of the month").check()
    page.get_by_label("File").set_input_files(
        {"name": "reviews.csv", "mimeType": "text/csv", "buffer": as_csv(wrong)}
    )
    page.get_by_role("button", name="Check the file").click()

    expect(page.locator(".error-summary")).to_be_focused()
    assert not page.evaluate(WIDER)
    page.get_by_label("Number of the review").select_option("Nr")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("This looks like a name. Use the case number.")).to_be_visible()  # fmt: skip
    expect(page.get_by_role("rowheader", name="Row 5")).to_be_visible()
    assert not page.evaluate(WIDER)

    page.get_by_role("link", name="Choose the file again").click()
    expect(page.get_by_label("Reviews of the month")).to_be_checked()
    rows[0][0] = "Nr"
    page.get_by_label("File").set_input_files(
        {"name": "reviews.xlsx", "mimeType": "application/x", "buffer": as_xlsx(rows)}
    )
    page.get_by_role("button", name="Check the file").click()
    page.get_by_label("Number of the review").select_option("Nr")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("How the first rows are understood")).to_be_visible()
    assert not page.evaluate(WIDER)
    page.get_by_role("button", name="Store all of it").click()
    expect(page.get_by_text("Stored. 30 reviews: 30 new.")).to_be_visible()
    with site.world.session() as session:
        assert session.query(ImportedReview).count() == 30
