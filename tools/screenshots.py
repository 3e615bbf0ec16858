"""Pictures of every page at 360x740 and 1280x900, of a demo that is running: `make run`, then `make screenshots`.

Reads the demo's passwords from beside its database and writes to var/screenshots.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.support.browser import WALKS

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "var" / "screenshots"
SIZES = {"phone": (360, 740), "desk": (1280, 900)}
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ),
]
EMAILS = {
    "iro": "officer.amber@demo.invalid",
    "manager": "manager.moss@demo.invalid",
    "lead": "lead.linden@demo.invalid",
}
PAGES = {
    "": [
        "/",
        "/help",
        "/privacy",
        "/said-and-done",
        "/r/unknown",
        "/nothing-here",
        "/sign-in",
    ],
    "iro": [
        "/iro/month",
        "/iro/ask?part=took-part",
        "/iro/ask",
        "/iro/no-answer",
        "/iro/pick",
        "/iro/tell-the-lead",
        "/iro/shared",
        "/me/calendar",
    ],
    "lead": ["/safeguarding/", "/safeguarding/links/", "/safeguarding/retention"],
    "manager": [
        "/manager/",
        "/manager/answers?survey=u-matter&beside=band",
        "/manager/measures",
        "/manager/cohorts",
        "/manager/said-and-done/",
        "/manager/spotlight/",
    ],
}
FOLLOW = {
    "iro": ["Show", "Print a card", "Write down what the child says"],
    "lead": ["Open and read"],
    "manager": ["Answers", "Comments", "Read the first one"],
}


def main() -> int:
    """Walk and picture."""
    base = f"http://127.0.0.1:{os.environ.get('PORT') or '5000'}"
    passwords = json.loads((ROOT / "var" / "demo.json").read_text())["passwords"]
    link = sys.argv[1] if len(sys.argv) > 1 else ""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS
        )
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                for role, paths in PAGES.items():
                    page = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                        is_mobile=size == "phone",
                    ).new_page()
                    page.add_init_script(WALKS)
                    name = f"{size}-{scheme}"
                    if role:
                        page.goto(f"{base}/sign-in")
                        page.get_by_label("E-mail").fill(EMAILS[role])
                        page.get_by_label("Password").fill(passwords[role])
                        page.get_by_role("button", name="Sign in").click()
                    for path in paths:
                        page.goto(base + path)
                        shoot(page, f"{name}-{role or 'open'}{path.replace('/', '-')}")
                    for label in FOLLOW.get(role, []):
                        target = page.get_by_role("link", name=label).first
                        if target.count():
                            target.click()
                            shoot(
                                page, f"{name}-{role}-{label.replace(' ', '-').lower()}"
                            )
                    if not role and link:
                        visit(page, link, f"{name}-child")
                    page.context.close()
        browser.close()
    print(f"{len(list(OUT.iterdir()))} pictures in {OUT}")
    return 0


def shoot(page: Page, name: str) -> None:
    """One picture of the whole page."""
    page.screenshot(path=OUT / f"{name}.png", full_page=True)


def visit(page: Page, link: str, name: str) -> None:
    """Each screen of a child's visit, up to the check; nothing is sent."""
    page.goto(link)
    for number in range(40):
        shoot(page, f"{name}-{number:02d}")
        screen = page.locator("form#visit > .screen.now").first
        if page.get_by_role("button", name="Send").is_visible():
            return
        if screen.locator(".options").count():
            screen.locator(".option").first.click()
        screen.locator("a.next").click()


if __name__ == "__main__":
    sys.exit(main())
