"""Passkeys in a real browser, with the browser's own stand-in for a phone's key: made, shown, copied, replayed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy import select, update

from bench.support import live, quick
from bench.support.browser import DESK, PHONE, Site
from bench.support.world import PASSWORD, World
from feedback_app import clock
from feedback_app.models.person import Passkey
from feedback_app.models.running import AuditEntry
from tests.conftest import NOON
from tests.support.browser import opened

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(tmp_path: Path, still_clock: None) -> Iterator[Site]:
    """A live site under a host name, in which a second factor is compulsory."""

    database = f"sqlite:///{tmp_path / 'site.db'}"
    quick.migrated(database)
    with live.listening() as listener:
        url = f"http://localhost:{listener.getsockname()[1]}"
        world = World.make(database, tmp_path, public_url=url, second_factor="required")
        with live.served(world.app, listener):
            yield Site(url, world)
        world.close()


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Page]:
    with opened(browser, site, **DESK) as page:
        yield page


def plugged_in(page: Page) -> tuple[CDPSession, str]:
    """A key in this browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    return devtools, devtools.send(
        "WebAuthn.addVirtualAuthenticator", {"options": KEY}
    )["authenticatorId"]


def by_password(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def register(page: Page, site: Site, email: str, name: str = "work laptop") -> None:
    by_password(page, site, email)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("Name of this device").fill(name)
    page.get_by_role("button", name="Create the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()


def alone(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_p13_a_passkey_is_made_then_signs_in_by_itself_and_as_a_second_step(
    desk: Page, site: Site
) -> None:
    officer = site.world.iro()
    plugged_in(desk)
    register(desk, site, officer.email)
    desk.get_by_role("link", name="I have stored them").click()
    desk.wait_for_url("**/iro/month")
    sign_out(desk)
    alone(desk, site)
    desk.wait_for_url("**/iro/month")
    sign_out(desk)
    by_password(desk, site, officer.email)
    desk.get_by_role("button", name="Use a passkey").click()
    desk.wait_for_url("**/iro/month")


def test_p19_a_passkey_answers_when_asked_again_and_what_was_typed_is_sent(
    desk: Page, site: Site
) -> None:
    officer, administrator = site.world.iro(), site.world.administrator()
    plugged_in(desk)
    register(desk, site, administrator.email)
    with clock.set_clock(NOON + timedelta(minutes=6), everywhere=True):
        desk.goto(f"{site.url}/admin/people/{officer.id}")
        desk.get_by_label("Safeguarding lead", exact=True).check()
        desk.get_by_role("button", name="Save roles").click()
        desk.get_by_role("button", name="Use a passkey").click()
        desk.get_by_role("button", name="Send it").click()
        expect(desk.get_by_text("Saved.")).to_be_visible()


@pytest.mark.full
def test_p13_a_copy_of_a_passkey_is_refused(desk: Page, site: Site) -> None:
    plugged_in(desk)
    register(desk, site, site.world.iro().email)
    with (
        site.world.parts.database.short_write() as session
    ):  # the other copy was used a hundred times meanwhile
        session.execute(update(Passkey).values(sign_count=100))
    desk.get_by_role("link", name="I have stored them").click()
    sign_out(desk)
    alone(desk, site)
    expect(desk.get_by_text("That passkey does not open this service")).to_be_visible()
    with site.world.session() as session:
        assert session.scalars(
            select(AuditEntry.reason).where(AuditEntry.what == "refused")
        ).all() == ["a copy of a passkey"]


def test_p14_an_answer_that_was_sent_once_is_refused_when_sent_again(
    desk: Page, site: Site
) -> None:
    plugged_in(desk)
    register(desk, site, site.world.iro().email)
    desk.get_by_role("link", name="I have stored them").click()
    sign_out(desk)
    with desk.expect_request(
        lambda request: request.url.endswith("/sign-in/passkey")
    ) as sent:
        alone(desk, site)
    body = str(sent.value.post_data)
    desk.wait_for_url("**/iro/month")
    again = desk.context.request.post(
        f"{site.url}/sign-in/passkey",
        data=body,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": site.url,
        },
        max_redirects=0,
    )
    assert again.status == 400


@pytest.mark.full
def test_p13_a_passkey_shown_on_another_site_opens_nothing_here(
    browser: Browser, site: Site
) -> None:
    """The browser says where it was: the same pages on another port are another site, and their passkey is refused."""
    context = browser.new_context(**DESK)
    page = context.new_page()
    plugged_in(page)
    register(page, site, site.world.iro().email)
    page.get_by_role("link", name="I have stored them").click()
    sign_out(page)
    with live.listening() as listener, live.served(site.world.app, listener):
        page.goto(f"http://localhost:{listener.getsockname()[1]}/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(
            page.get_by_text("That passkey does not open this service")
        ).to_be_visible()
        context.close()


def test_a_person_who_says_no_is_told_and_may_try_again(desk: Page, site: Site) -> None:
    devtools, key = plugged_in(desk)
    register(desk, site, site.world.iro().email)
    desk.get_by_role("link", name="I have stored them").click()
    sign_out(desk)
    devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False}
    )
    alone(desk, site)
    expect(desk.get_by_text("That did not work. Try it once more")).to_be_visible()
    devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True}
    )
    desk.get_by_role("button", name="Sign in with a passkey").click()
    desk.wait_for_url("**/iro/month")


def test_a_device_that_has_one_already_says_so(desk: Page, site: Site) -> None:
    plugged_in(desk)
    register(desk, site, site.world.iro().email)
    desk.goto(f"{site.url}/me/second-factor")
    desk.get_by_role("button", name="Add another passkey").click()
    desk.get_by_role("button", name="Create the passkey").click()
    expect(
        desk.get_by_text("This device has a passkey for this service already.")
    ).to_be_visible()


def test_without_script_codes_still_work_and_the_page_says_what_to_do(
    browser: Browser, site: Site
) -> None:
    with opened(browser, site, java_script_enabled=False, **PHONE) as phone:
        by_password(phone, site, site.world.iro().email)
        phone.get_by_role("button", name="Add a passkey").click()
        expect(
            phone.get_by_text("This browser cannot create passkeys here.")
        ).to_be_visible()
        expect(phone.get_by_role("button", name="Create the passkey")).to_be_hidden()
        phone.goto(f"{site.url}/sign-in")
        expect(
            phone.get_by_role("button", name="Sign in with a passkey")
        ).to_be_hidden()
