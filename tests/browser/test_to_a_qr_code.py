"""From My month to a QR code in four interactions on a phone, without a scroll; and the phone handed to the child."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bench.support.browser import DESK, Site
from bench.support.world import PASSWORD
from feedback_app.models.invitation import Invitation
from tests.support import axe
from tests.support.thumb import IN_SIGHT, Hand, sign_in

pytestmark = pytest.mark.browser

MOST_INTERACTIONS = 4
WHAT_THE_CODE_PAGE_SHOWS = (
    ".qr",
    ".four",
    ".whose",
    ".hand-over-phone button",
    ".ways",
)
STAFF_PAGES = ("/iro/month", "/iro/ask", "/iro/shared", "/me")
SHARES = "navigator.share = async (what) => { window.shared = what; };"


def to_a_qr_code(page: Page, part: str, age: str, reference: str) -> Hand:
    """The whole way from My month."""
    hand = Hand(page)
    hand.tap("link", f"{part} Not yet")
    hand.tap("radio", age)
    hand.fill("Reference", reference)
    hand.tap("button", "Show the QR code")
    expect(page.locator(".qr")).to_be_visible()
    return hand


def scanned(page: Page) -> str:
    """What another phone's camera reads off this one's screen."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    [found] = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return found.text


def newest(site: Site) -> Invitation:
    """The invitation that was made last."""
    with site.world.session() as session:
        found = select(Invitation).order_by(Invitation.issued_at.desc())
        return session.scalars(found).one()


def test_four_interactions_lead_to_a_code_that_fills_the_screen_and_then_the_phone_is_the_childs(
    site: Site, phone: Page
) -> None:
    sign_in(phone, site)
    hand = to_a_qr_code(phone, "A child who took part", "6–7", "LC-2077")
    assert hand.interactions <= MOST_INTERACTIONS
    for place in WHAT_THE_CODE_PAGE_SHOWS:
        assert phone.locator(place).evaluate(IN_SIGHT), place
    assert phone.evaluate("[scrollY, document.documentElement.scrollWidth]") == [0, 360]
    made = newest(site)
    link = f"{site.url}/r/{site.world.token(made)}"
    assert scanned(phone) == link
    assert (made.band, made.over5, made.pn_code) == ("4-7", True, "PN1")
    expect(phone.locator(".whose")).to_contain_text("PN1: came and spoke")

    other = phone.context.new_page()
    other.goto(f"{site.url}/iro/month")
    expect(other.locator("h3", has_text="LC-2077")).to_be_visible()
    hand.tap("button", "Hand this phone to the child")
    expect(phone.locator("#visit")).to_be_visible()
    expect(other.locator("h3", has_text="LC-2077")).to_be_hidden()
    other.evaluate("dispatchEvent(new Event('focus'))")
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert not [
        one for one in phone.context.cookies() if one.get("name", "") == "staff"
    ]
    for page in (*STAFF_PAGES, f"/iro/links/{made.id}"):
        phone.goto(site.url + page)
        expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(phone.get_by_text("This phone was handed to a child.")).to_be_visible()
    assert site.world.receive(site.world.form(made)).verdict == "thanks"
    phone.get_by_label("E-mail").fill(site.world.iro().email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("status")).to_contain_text("The child has answered.")


@pytest.mark.full
def test_the_other_half_takes_as_few_and_another_code_is_one_tap_more(
    site: Site, phone: Page
) -> None:
    sign_in(phone, site)
    hand = to_a_qr_code(phone, "A child who did not", "16–17", "LC-1")
    assert hand.interactions <= MOST_INTERACTIONS
    assert newest(site).pn_code == "PN6"
    phone.goto(f"{site.url}/iro/ask?part=did-not")
    hand.tap("radio", "Not there, no views")
    assert phone.locator("[name=pn_code]:checked").get_attribute("value") == "PN7"


@pytest.mark.full
def test_what_is_remembered_follows_what_is_chosen_also_when_it_is_folded_away_again(
    site: Site, phone: Page
) -> None:
    sign_in(phone, site)
    phone.goto(f"{site.url}/iro/ask?part=took-part")
    line = phone.locator("summary")
    expect(line).to_have_text("In person · I chose · change")
    line.tap()
    phone.get_by_label("Remote (screen or phone)").check()
    phone.get_by_label("How was this child chosen?").select_option("every_child")
    line.tap()
    expect(line).to_have_text("Remote · I ask every child · change")
    expect(phone.get_by_label("Remote (screen or phone)")).to_be_hidden()


@pytest.mark.full
def test_the_link_is_shared_by_the_phones_own_sheet_copied_and_printed(
    site: Site, open_page: Callable[..., Page]
) -> None:
    desk = open_page(permissions=["clipboard-read", "clipboard-write"], **DESK)
    sign_in(desk, site)
    one = site.world.invitation()
    link = f"{site.url}/r/{site.world.token(one)}"
    desk.goto(f"{site.url}/iro/links/{one.id}")
    expect(desk.get_by_role("button", name="Share")).to_be_hidden()
    desk.get_by_role("button", name="Copy").click()
    expect(desk.locator("#copied")).to_have_text("Copied. It opens the questions once.")
    assert desk.evaluate("navigator.clipboard.readText()") == link
    desk.add_init_script(SHARES + "window.print = () => { window.printed = true; };")
    desk.reload()
    desk.get_by_role("button", name="Share").click()
    shared = desk.evaluate("window.shared")
    assert shared == {
        "text": "Have your say. This link works once, until 28 October.",
        "url": link,
    }
    desk.get_by_role("link", name="Print a card").click()
    expect(desk.locator(".one-card, .card")).to_be_visible()
    desk.wait_for_function("window.printed")


@pytest.mark.full
def test_it_all_works_without_script(site: Site, phone_without_script: Page) -> None:
    phone = phone_without_script
    sign_in(phone, site)
    to_a_qr_code(phone, "A child who took part", "8–11", "LC-2")
    expect(phone.get_by_role("button", name="Share")).to_be_hidden()
    phone.get_by_role("button", name="Letter sent").click()
    pressed = phone.get_by_role("button", name="Letter sent")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="Hand this phone to the child").click()
    expect(phone.locator("#visit")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.full
def test_nothing_that_axe_finds_stands_on_the_two_pages(
    site: Site, phone: Page
) -> None:
    sign_in(phone, site)
    one = site.world.invitation()
    for path in ("/iro/ask?part=did-not", f"/iro/links/{one.id}"):
        phone.goto(site.url + path)
        for scheme in ("light", "dark"):
            phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            faults = [one for one in axe.faults(phone) if "at .demo" not in one]
            assert faults == [], (path, scheme)
