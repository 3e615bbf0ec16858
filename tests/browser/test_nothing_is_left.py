"""A shared phone after Send: eight ways back, in a browser whose back/forward cache is on (promise 10).

Playwright turns that cache off and would pass falsely; chromedriver leaves it on, which the first test proves.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from bench.support.browser import QUIET, Site
from bench.support.world import PASSWORD

pytestmark = pytest.mark.browser

SECRET = "Zanzibar biscuits and nobody listening"
PATIENCE = 20
STORED = "return JSON.stringify([{...localStorage}, {...sessionStorage}])"
SEEN = "return document.documentElement.outerHTML + [...document.querySelectorAll('input,textarea')].map(e => e.value)"


@contextmanager
def phone(folder: Path, *more: str) -> Iterator[Chrome]:
    """A phone's browser whose profile lives in that folder."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.fail("no Chromium or chromedriver: run 'make system'")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for one in (
        *QUIET,
        "--headless=new",
        f"--user-data-dir={folder}",
        "--window-size=400,800",
        *more,
    ):
        options.add_argument(one)
    chrome = Chrome(options=options, service=Service(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


def scripts(chrome: Chrome, *, on: bool) -> None:
    """Whether pages of this tab run their scripts from now on."""
    chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})


def answer(chrome: Chrome, link: str, *, script: bool) -> None:
    """Go through the visit, write the secret into every box, and send."""
    chrome.get(link)
    if not script:
        for box in chrome.find_elements(By.CSS_SELECTOR, "#visit textarea"):
            if box.is_displayed():
                box.send_keys(SECRET)
        press(chrome, "#visit .send button")
    while script and not chrome.find_elements(By.CSS_SELECTOR, ".send.now"):
        for box in chrome.find_elements(By.CSS_SELECTOR, ".screen.now textarea"):
            if box.is_displayed():
                box.send_keys(SECRET)
        press(chrome, ".screen.now .next")
    if script:
        press(chrome, ".send.now .next")
    WebDriverWait(chrome, PATIENCE).until(
        lambda c: c.find_elements(By.CSS_SELECTOR, "main[data-page=thanks]")
    )


def press(chrome: Chrome, selector: str) -> None:
    chrome.find_element(By.CSS_SELECTOR, selector).send_keys(Keys.ENTER)


def clean(chrome: Chrome, way: str) -> None:
    """Neither the page nor anything that the browser stores for the site holds a word or a draft."""
    WebDriverWait(chrome, PATIENCE).until(
        lambda c: c.execute_script("return document.readyState") == "complete"
    )
    assert SECRET not in chrome.execute_script(SEEN), way
    if chrome.execute_script("return document.URL").startswith(
        "http"
    ):  # else a page of the browser's own
        assert chrome.execute_script(STORED) == "[{},{}]", way
        assert not [one for one in chrome.get_cookies() if "link" in one["name"]], way


def keeps_pages_for_back(chrome: Chrome, site: Site) -> bool:
    """Whether this browser's back-forward cache is on: else a way back would show less than on a phone."""
    chrome.get(f"{site.url}/help")
    chrome.execute_script("window.mark = 1")
    chrome.get(f"{site.url}/privacy")
    chrome.back()
    return bool(chrome.execute_script("return window.mark") == 1)


@pytest.mark.parametrize(
    ("survey", "script"),
    [
        pytest.param("safeguarding", True, marks=pytest.mark.full),
        pytest.param("rate-my-review", True, marks=pytest.mark.full),
        pytest.param("rate-my-review", False, marks=pytest.mark.full),
        pytest.param("safeguarding", False, marks=pytest.mark.full),
        pytest.param("u-matter", True, marks=pytest.mark.full),
        pytest.param("u-matter", False, marks=pytest.mark.full),
    ],
)
def test_p10_no_way_back_shows_a_word_after_send(
    site: Site, tmp_path: Path, survey: str, script: bool
) -> None:
    link, other = site.invite(survey=survey), site.invite(survey=survey)
    profile = tmp_path / "profile"
    with phone(profile) as chrome:
        assert keeps_pages_for_back(chrome, site)
        scripts(chrome, on=script)
        chrome.get(f"{site.url}/help")
        answer(chrome, link, script=script)
        clean(chrome, "the thank-you")
        in_new_tabs(chrome, site.url, link)
        back_and_forth(chrome)
        every_entry(chrome)
    with phone(profile, "--restore-last-session") as chrome:
        for tab in chrome.window_handles:
            chrome.switch_to.window(tab)
            clean(chrome, "a reopened tab")
    assert not [path for path in stored_files(profile) if holds(path)]
    with phone(profile) as chrome:
        autofill(chrome, other)


@pytest.mark.full
def test_p11_after_leave_the_tab_has_no_entry_of_the_survey(
    site: Site, tmp_path: Path
) -> None:
    with phone(
        tmp_path / "profile", "--host-resolver-rules=MAP www.* 127.0.0.1:1"
    ) as chrome:
        assert keeps_pages_for_back(chrome, site)
        chrome.get(site.invite())
        for _ in range(4):
            press(chrome, ".screen.now .next")
        press(chrome, ".leave")
        WebDriverWait(chrome, PATIENCE).until(
            lambda c: not c.execute_script("return location.href").startswith(site.url)
        )
        entries = chrome.execute_cdp_cmd("Page.getNavigationHistory", {})["entries"]
        addresses = [one["url"] for one in entries if "/r" in one["url"]]
        assert addresses == []
        for _ in range(2):
            chrome.back()
            WebDriverWait(chrome, PATIENCE).until(
                lambda c: (
                    not c.execute_script("return location.href").startswith(site.url)
                )
            )


STAFF = ("CASE-OTHER", "CASE-HANDED", "Officer Oak", "Sign out")
"""What only pages of staff say: two references, the officer's name, the way out."""


@pytest.mark.full
@pytest.mark.parametrize("script", [True, False])
def test_p17_a_phone_that_was_handed_over_shows_no_staff_page_on_any_way_back(
    site: Site, tmp_path: Path, script: bool
) -> None:
    officer = site.world.iro()
    site.world.invitation(officer, reference="CASE-OTHER")
    handed = site.world.invitation(officer, reference="CASE-HANDED").id
    pages = [
        f"{site.url}{path}"
        for path in ("/iro/month", "/iro/ask?part=did-not", f"/iro/links/{handed}")
    ]
    with phone(tmp_path / "profile") as chrome:
        assert keeps_pages_for_back(chrome, site)
        chrome.get(f"{site.url}/sign-in")
        chrome.find_element(By.ID, "email").send_keys(officer.email)
        chrome.find_element(By.ID, "password").send_keys(PASSWORD, Keys.ENTER)
        scripts(chrome, on=script)
        for page in pages:
            chrome.get(page)
        chrome.execute_script("window.mark = 1")
        chrome.back()
        chrome.forward()
        # With its script the page is loaded anew; without it the browser did keep it, whatever "no-store" says.
        assert chrome.execute_script("return window.mark") == (None if script else 1)
        assert all(word in chrome.execute_script(SEEN) for word in STAFF[1:])
        press(chrome, ".hand-over-phone button")
        WebDriverWait(chrome, PATIENCE).until(
            lambda c: c.find_elements(By.CSS_SELECTOR, "#visit")
        )
        assert not [one for one in chrome.get_cookies() if "staff" in one["name"]]
        entries = chrome.execute_cdp_cmd("Page.getNavigationHistory", {})["entries"]
        assert {one["url"] for one in entries} >= set(pages)
        for _ in range(6):
            chrome.back()
            no_staff_page(chrome, "Back")
        for entry in entries:
            if entry["url"].startswith("http"):
                chrome.execute_cdp_cmd(
                    "Page.navigateToHistoryEntry", {"entryId": entry["id"]}
                )
                no_staff_page(chrome, f"the history's entry {entry['url']}")
        for page in (*pages, f"{site.url}/me", f"{pages[2]}/card"):
            chrome.get(page)
            no_staff_page(chrome, f"typed: {page}")
            assert "/sign-in" in chrome.current_url


def no_staff_page(chrome: Chrome, way: str) -> None:
    """Nothing that stands there is of staff, beside the form to sign in."""
    WebDriverWait(chrome, PATIENCE).until(
        lambda c: c.execute_script("return document.readyState") == "complete"
    )
    seen = chrome.execute_script(SEEN)
    assert not [word for word in STAFF if word in seen], way


def back_and_forth(chrome: Chrome) -> None:
    """Back as far as it goes, Forward again, and Reload at each end."""
    for way in ("Reload", "Back", "Back", "Forward", "Forward", "Reload"):
        {"Reload": chrome.refresh, "Back": chrome.back, "Forward": chrome.forward}[
            way
        ]()
        clean(chrome, way)


def every_entry(chrome: Chrome) -> None:
    """Each entry of the tab's history, as one picks it from the list."""
    entries = chrome.execute_cdp_cmd("Page.getNavigationHistory", {})["entries"]
    assert len(entries) >= 2
    for entry in entries:
        if entry["url"].startswith("http"):
            chrome.execute_cdp_cmd(
                "Page.navigateToHistoryEntry", {"entryId": entry["id"]}
            )
            clean(chrome, f"the history's entry {entry['url']}")


def in_new_tabs(chrome: Chrome, url: str, link: str) -> None:
    """The same tab once more, with its storage; and another tab, with the link and with what is left of it."""
    [first] = chrome.window_handles
    scripts(chrome, on=True)
    chrome.execute_script("window.open(location.href)")
    WebDriverWait(chrome, PATIENCE).until(lambda c: len(c.window_handles) > 1)
    chrome.switch_to.window(chrome.window_handles[-1])
    clean(chrome, "a duplicated tab")
    chrome.switch_to.new_window("tab")
    for address, page in ((f"{url}/r", "notice"), (link, "thanks")):
        chrome.get(address)
        clean(chrome, "another tab")
        assert chrome.find_elements(By.CSS_SELECTOR, f"main[data-page={page}]")
    chrome.switch_to.window(first)


def autofill(chrome: Chrome, link: str) -> None:
    """The next child's page proposes nothing of what was typed before."""
    chrome.get(link)
    box = chrome.find_element(By.CSS_SELECTOR, "#visit .screen.text textarea")
    chrome.execute_script("arguments[0].closest('.screen').classList.add('now')", box)
    box.send_keys(SECRET[:4])
    box.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert SECRET not in chrome.execute_script(SEEN)


def stored_files(profile: Path) -> list[Path]:
    """The files of a profile, without the log of `sessionStorage`.

    That the storage is empty was asked of the browser. A slow one writes a draft to its log before it is sent, and the
    deleted bytes stay there until it tidies up: no page can read them (docs/promises.md, 10).
    """
    return [
        path
        for path in profile.rglob("*")
        if path.is_file() and "Session Storage" not in path.parts
    ]


def holds(path: Path) -> bool:
    """Whether a file of the profile holds the secret, in either of the browser's two ways to write text."""
    kept = path.read_bytes()
    return SECRET.encode() in kept or SECRET.encode("utf-16-le") in kept
