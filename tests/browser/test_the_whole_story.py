"""The main job in one go, as its three users do it: an IRO asks, a child answers on a phone, the manager reads and
downloads. Then the same for what a child says aloud, and the same with script off."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from bench.support.browser import WALKS, Site
from bench.support.world import PASSWORD

pytestmark = pytest.mark.browser
MONTH = "2026-10"


def sign_in(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def ask(page: Page, site: Site, way: str, reference: str) -> None:
    page.goto(f"{site.url}/iro/ask")
    page.get_by_label("8–11").check()
    page.get_by_label("How did the child take part in the review?").select_option("PN1")
    page.get_by_label("In person").check()
    page.get_by_label("How was this child chosen?").select_option("next_due")
    page.get_by_label("Reference").fill(reference)
    page.get_by_role("button", name=way).click()


def scanned(page: Page) -> str:
    """What a phone's camera reads off the QR code on the officer's screen."""
    picture = page.locator("svg.qr").screenshot()
    found = zxingcpp.read_barcodes(
        Image.open(io.BytesIO(picture)).convert("L"),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
    )
    assert len(found) == 1
    return found[0].text


def answer(phone: Page, words: str) -> None:
    """Go through a whole visit as a child would: the first answer of each question, and words at the end."""
    for _ in range(60):
        if phone.get_by_role("button", name="Send").is_visible():
            break
        screen = phone.locator("form#visit > .screen.now").first
        box = screen.locator("textarea")
        if screen.get_attribute("id") == "s-q-better":
            box.fill(words)
        elif screen.locator(".options").count():
            screen.locator(".option").first.click()
        screen.locator("a.next").click()
    phone.get_by_role("button", name="Send").click()


def heard(page: Page, site: Site) -> int:
    """How many children the manager's board counts for the month."""
    page.goto(f"{site.url}/manager/{MONTH}")
    text = (
        page.locator(".facts div", has_text="Children heard").locator("dd").inner_text()
    )
    return int(text.split()[0])


def read_comment(page: Page, site: Site, words: str) -> None:
    """Mark the newest comment read: unread ones stand first."""
    page.goto(f"{site.url}/manager/{MONTH}/comments")
    expect(page.get_by_text(words)).to_be_visible()
    comment = page.get_by_role("article").filter(has_text=words).first
    comment.get_by_role("button", name="I have read it").click()
    expect(comment.get_by_role("button", name="Not read after all")).to_be_visible()


def comment_file(page: Page, site: Site) -> openpyxl.Workbook:
    """The month's comments that have been read, downloaded from the board and opened by another program."""
    page.goto(f"{site.url}/manager/{MONTH}")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").first.click()
    return openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))


def cells(book: openpyxl.Workbook, sheet: str) -> list[object]:
    return [
        cell
        for row in book[sheet].iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]


@pytest.mark.parametrize(
    "script",
    [True, pytest.param(False, marks=pytest.mark.full)],
    ids=["with script", "without script"],
)
def test_from_the_officers_question_to_the_managers_file(
    browser: Browser, site: Site, script: bool
) -> None:
    iro, manager = site.world.iro(), site.world.manager()
    desk = browser.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=script
    ).new_page()
    office = browser.new_context(
        viewport={"width": 1280, "height": 900},
        java_script_enabled=script,
        accept_downloads=True,
    ).new_page()
    phone = browser.new_context(
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
        java_script_enabled=script,
    ).new_page()
    for page in (desk, phone):
        page.add_init_script(WALKS)
    sign_in(desk, site, iro.email)
    sign_in(office, site, manager.email)
    before = heard(office, site)

    ask(desk, site, "Make a link", "CASE-1")
    link = scanned(desk)
    assert link.startswith(f"{site.url}/r/")
    phone.goto(link)
    if script:
        answer(phone, "Ask me what time is good")
    else:
        phone.locator("#s-q-better textarea").fill("Ask me what time is good")
        phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_role("heading", name="Already sent. Thank you")).to_be_visible()

    assert heard(office, site) == before + 1
    read_comment(office, site, "Ask me what time is good")
    book = comment_file(office, site)
    assert "Ask me what time is good" in cells(book, "Comments")

    ask(desk, site, "Write down what the child says", "CASE-2")
    desk.locator("#day").fill("2026-10-14")
    desk.get_by_label("A carer").check()
    if script:
        desk.locator("#s-day a.next").click()
        answer(desk, "Not at school please")
    else:
        desk.locator("#s-q-better textarea").fill("Not at school please")
        desk.get_by_role("button", name="Send").click()
    expect(desk.get_by_role("heading", name="Written down")).to_be_visible()
    assert heard(office, site) == before + 2
    read_comment(office, site, "Not at school please")
    book = comment_file(office, site)
    assert {"Ask me what time is good", "Not at school please"} <= set(
        cells(book, "Comments")
    )
    for page in (desk, office, phone):
        page.context.close()
