"""From a review in My month to a QR code in three interactions on a phone, at most."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.support.browser import Site
from feedback_app.models.invitation import Invitation
from tests.support import axe
from tests.support.reviews import import_review
from tests.support.thumb import Hand, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.full]

MOST_INTERACTIONS = 3


def faults(page: Page) -> list[str]:
    """What axe finds, but for the bar of the demo."""
    return [one for one in axe.faults(page) if "at .demo" not in one]


def asked(site: Site) -> Invitation:
    """The one invitation that was made."""
    with site.world.session() as session:
        return session.scalars(select(Invitation)).one()


@pytest.mark.parametrize(("band", "taps"), [("8-11", 2), ("12-17", 3)])
def test_at_most_three_interactions_lead_from_a_review_to_a_code(
    site: Site, phone: Page, band: str, taps: int
) -> None:
    import_review(site.world, band=band, pn_code="PN2", reference="LC-2077")
    sign_in(phone, site)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    # The list stands below the two halves: it may have to be scrolled to. The form may not.
    phone.get_by_role("link", name="Ask LC-2077", exact=True).tap()
    hand = Hand(phone)
    expect(phone.get_by_label("Reference")).to_have_value("LC-2077")
    assert faults(phone) == []
    if band == "12-17":
        hand.tap("radio", "16–17")
    hand.tap("button", "Show the QR code")
    expect(phone.locator(".qr")).to_be_visible()
    assert 1 + hand.interactions == taps <= MOST_INTERACTIONS
    made = asked(site)
    assert (made.pn_code, made.mode, made.over16) == ("PN2", "remote", taps == 3)


def test_the_list_folds_after_eight_rows_and_opens_with_a_tap(
    site: Site, phone: Page
) -> None:
    for number in range(9):
        import_review(site.world, reference=f"LC-{number}")
    sign_in(phone, site)
    links = phone.get_by_role("link", name="Ask LC-")
    expect(links).to_have_count(8)
    phone.get_by_text("Show all 9").tap()
    expect(links).to_have_count(9)
    assert faults(phone) == []
