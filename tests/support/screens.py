"""What a child does on the screens of a survey in a real browser: go on, choose, write, change the language."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route

STORED = "JSON.stringify([sessionStorage, localStorage])"
SECRET = "The biscuits were good and I hid my dog"
VOICE = """
Object.defineProperty(window, 'speechSynthesis', {value: Object.assign(new EventTarget(), {
  said: [], all: [], getVoices: () => (window.voiceOf || 'en-GB').split(' ').map((lang) => ({lang})),
  cancel() { this.said.push('cancel'); },
  speak(words) {
    if (!words.text) return; // said in the press only so that more may be said after it
    this.said.push(words.lang + ': ' + words.text);
    this.all.push(this.last = words);
    words.onstart?.();
  },
})});
"""


def now(page: Page) -> str:
    """The anchor of the screen that is shown."""
    found: str = page.evaluate("document.querySelector('.screen.now').id")
    return found


def wait_for(page: Page, condition: str) -> None:
    """Until that holds on the page, at most five seconds. (Playwright's own way needs `eval`: our CSP forbids it.)"""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it never came to this: {condition}")


def go_on(page: Page, *, until: str) -> None:
    """Press Next until that screen is shown."""
    for _ in range(40):
        if now(page) == until:
            return
        page.click(".screen.now .next")
    raise AssertionError(f"{until} was never shown")


def choose(page: Page, name: str, value: str) -> None:
    """Tap an answer on the screen that is shown, by its field and id."""
    page.check(f'.screen.now [name="{name}"][value="{value}"]')


def say_not_for_me(page: Page) -> None:
    """Open what the first screen has more, say that the link is for somebody else, and say so once more."""
    for words in ("More about this", "Is this not for you?", "This is not for me"):
        page.locator("#s-open summary", has_text=words).click()
    page.get_by_role("button", name="Yes, stop this link").click()


def at_check(page: Page, address: str, *, text: str = SECRET) -> None:
    """Open a link, write one text, and go to the check."""
    page.goto(address)
    go_on(page, until="s-q-better")
    page.fill("#q-better", text)
    go_on(page, until="s-check")


def first_times(page: Page, how: Callable[[Route], None], times: int = 1) -> list[int]:
    """The first sends go wrong; the list grows by one with each send that is tried."""
    tried: list[int] = []

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        tried.append(1)
        if len(tried) <= times:
            how(route)
        else:
            route.continue_()

    page.route("**/r", answer)
    return tried


def beside_aa(page: Page, name: str) -> None:
    """Choose another language or look in the sheet that every screen has."""
    page.locator("summary:has-text('Aa')").click()
    sheet = page.locator(".looks .sheet")
    if sheet.get_by_role("link", name=name).is_hidden():
        sheet.locator("summary").click()
    sheet.get_by_role("link", name=name).click()
