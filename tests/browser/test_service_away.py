"""The service is away while a child without script presses Send: nginx's page says how to send it, and that works."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from bench.support import live, quick
from bench.support.browser import PHONE
from bench.support.world import World
from feedback_app.child.drawn_pages import write_proxy_page
from feedback_app.models.response import Response
from tests.support.proxy import nginx

pytestmark = pytest.mark.browser


@contextlib.contextmanager
def serving(world: World, port: int) -> Iterator[None]:
    """The service stands at that port; before and after, nobody listens there."""
    with (
        socket.create_server(("127.0.0.1", port)) as listener,
        live.served(world.app, listener),
    ):
        yield


def test_p51_p60_what_a_child_sent_while_the_service_was_away_goes_when_the_page_is_loaded_again(
    browser: Browser, tmp_path: Path, still_clock: None
) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = World.make(
        url, tmp_path, public_url="https://review.council.invalid", proxy_hops=1
    )
    with live.listening() as free:
        port = free.getsockname()[1]
    with nginx(port, tmp_path / "nginx") as proxy:
        with world.app.app_context():
            write_proxy_page(proxy.folder / "down.html")
        phone = browser.new_context(
            java_script_enabled=False, ignore_https_errors=True, **PHONE
        ).new_page()
        with serving(world, port):
            phone.goto(f"{proxy.url}/r/{world.token(world.invitation())}")
        phone.locator("#s-q-better textarea").fill("My own words")
        phone.get_by_role("button", name="Send").click()
        away = phone.get_by_role("heading", name="We will be back soon")
        expect(away).to_be_visible()
        expect(phone.get_by_text("Your answers are kept")).to_be_visible()
        phone.reload()
        expect(away).to_be_visible()
        with serving(world, port):
            phone.reload()
            expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
        phone.context.close()
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 1
    world.close()
