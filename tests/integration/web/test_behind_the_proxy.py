"""nginx as deploy/ has it, before gunicorn as deploy/ has it: slow connections, the proxy's own pages, its logs."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from bench.support import live, quick
from bench.support.client import problems_of
from bench.support.world import World
from feedback_app.child.drawn_pages import write_proxy_page
from feedback_app.config import ROOT
from feedback_app.web.assets import JOINED
from feedback_app.web.headers import HSTS
from tests.support.proxy import Nginx, nginx

SLOW = 100
FIRST = 4
"""Visits that wake the workers: they compile their templates for the first ones, which no other connection can help."""
SOON = 3.0
"""Seconds within which a good child has their page, and is thanked."""
BEGINNINGS = (
    b"",
    b"GET /r/some",
    b"POST /r HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nl",
)

STYLES = JOINED["child.css"]


@pytest.fixture
def true_world(tmp_path: Path) -> Iterator[World]:
    """A World at the true time, which gunicorn's workers share."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    made = World.make(url, tmp_path)
    yield made
    made.close()


@dataclass
class Service:
    """gunicorn, and nginx before it."""

    site: live.Gunicorn
    proxy: Nginx


@contextlib.contextmanager
def proxied(world: World, folder: Path) -> Iterator[Service]:
    """The whole service."""
    settings = {
        "mode": "test",
        "database_url": world.parts.settings.database_url,
        "proxy_hops": 1,
    }
    settings |= {"keys_dir": world.parts.settings.keys_dir, "log_level": "INFO"}
    with (
        live.gunicorn(settings, folder) as site,
        nginx(site.port, folder / "nginx") as proxy,
    ):
        with world.app.app_context():
            write_proxy_page(proxy.folder / "down.html")
        yield Service(site, proxy)


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A World at the true time for the tests that leave the service as it was."""
    folder = tmp_path_factory.mktemp("proxied")
    url = f"sqlite:///{folder / 'test.db'}"
    quick.migrated(url)
    made = World.make(url, folder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_service(shared_world: World) -> Iterator[Service]:
    """One service for those tests: it takes three seconds of processor to start."""
    with proxied(shared_world, shared_world.parts.settings.keys_dir.parent) as service:
        yield service


@contextlib.contextmanager
def slow_connections(proxy: Nginx, number: int) -> Iterator[list[socket.socket]]:
    """So many that say a byte twice a second: nothing yet, half a request line, or a body that does not end."""
    taken: list[socket.socket] = []
    over = threading.Event()
    for place in range(number):
        beginning = BEGINNINGS[place % len(BEGINNINGS)]
        # Who says nothing does not even begin with TLS.
        one = (
            proxy.connect(timeout=5)
            if beginning
            else socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
        )
        one.sendall(beginning)
        taken.append(one)

    def dribble() -> None:
        while not over.wait(0.5):
            for place, one in enumerate(taken):
                if place % len(BEGINNINGS):
                    with contextlib.suppress(OSError):
                        one.sendall(b"x")

    thread = threading.Thread(target=dribble, daemon=True)
    thread.start()
    try:
        yield taken
    finally:
        over.set()
        thread.join(5)
        for one in taken:
            one.close()


class FromHome(HTTPAdapter):
    """Connects from one address of this machine, as the phones of one home do."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        """As requests does, from that address."""
        super().init_poolmanager(*given, source_address=(self.address, 0), **named)


def visit(url: str, token: str, form: dict[str, list[str]], home: str) -> float:
    """One good child: the page, then Send; the longer of the two, in seconds."""
    with requests.Session() as phone:
        phone.mount("https://", FromHome(home))
        began = time.monotonic()
        assert phone.get(f"{url}/r/{token}", timeout=30).status_code == 200
        shown = time.monotonic()
        sent = phone.post(
            f"{url}/r",
            files=[(name, (None, one)) for name in form for one in form[name]],
            timeout=30,
        )
        assert "Thank you" in sent.text
        return max(shown - began, time.monotonic() - shown)


def test_p8_p60_the_services_own_refusals_pass_the_proxy_as_they_are_and_no_log_notes_the_link(
    shared_world: World, shared_service: Service
) -> None:
    form = shared_world.form(
        shared_world.invitation(), {}, {"better": "my own words"}, more=["x" * 270_000]
    )
    url, token = shared_service.proxy.url, form["link"][0]
    assert (
        requests.get(
            f"{url}/r/{token}", headers={"Referer": f"{url}/r/{token}"}, timeout=10
        ).status_code
        == 200
    )
    files = [(name, (None, one)) for name in form for one in form[name]]
    refused = requests.post(f"{url}/r", files=files, timeout=10)
    missing = requests.get(f"{url}/nothing-here", timeout=10)
    assert (
        token not in shared_service.proxy.logs() + shared_service.site.log.read_text()
    )
    assert (refused.status_code, missing.status_code) == (413, 404)
    assert "my own words" in refused.text
    assert "0800 1111" in missing.text
    assert missing.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("children", [12, pytest.param(200, marks=pytest.mark.full)])
def test_p29_a_hundred_slow_connections_keep_no_child_waiting(
    shared_world: World, shared_service: Service, children: int
) -> None:
    invited = [
        shared_world.invitation(reference=f"CASE-{number}")
        for number in range(children + FIRST)
    ]
    tokens = [shared_world.token(one) for one in invited]
    forms = [
        shared_world.form(one, {"know_iro": ["yes"]}, {"better": "x"})
        for one in invited
    ]
    # nginx counts the forms of one address: these are the homes of a whole council.
    homes = [f"127.0.2.{1 + number % 50}" for number in range(children + FIRST)]
    visits = list(
        zip([shared_service.proxy.url] * len(homes), tokens, forms, homes, strict=True)
    )
    with ThreadPoolExecutor(FIRST) as pool:
        list(pool.map(visit, *zip(*visits[:FIRST], strict=True)))
        with slow_connections(shared_service.proxy, SLOW):
            taken = list(pool.map(visit, *zip(*visits[FIRST:], strict=True)))
    assert len(taken) == children
    assert max(taken) < SOON


@pytest.mark.full
def test_p29_a_slow_connection_is_let_go_when_it_falls_silent(
    true_world: World, tmp_path: Path
) -> None:
    with proxied(true_world, tmp_path) as service:
        with service.proxy.connect(timeout=20) as silent:
            silent.sendall(BEGINNINGS[2])
            began = time.monotonic()
            with contextlib.suppress(ConnectionResetError, ssl.SSLError):
                while silent.recv(4096):
                    pass
        assert time.monotonic() - began < 15


def test_p8_p60_with_gunicorn_away_the_proxy_says_whom_to_call_and_notes_no_link(
    true_world: World, tmp_path: Path
) -> None:
    token = true_world.token(true_world.invitation())
    with live.listening() as free:
        nobody = free.getsockname()[1]
    with nginx(nobody, tmp_path / "nginx") as proxy:
        with true_world.app.app_context():
            write_proxy_page(proxy.folder / "down.html")
        referred = {"Referer": f"{proxy.url}/r/{token}"}
        away = requests.get(f"{proxy.url}/r/{token}", headers=referred, timeout=10)
        looks = [
            requests.get(f"{proxy.url}/static/{name}", timeout=10) for name in STYLES
        ]
        lost = requests.post(
            f"{proxy.url}/r", data={"link": token}, headers=referred, timeout=10
        )
        huge = requests.post(f"{proxy.url}/r", data=b"x" * 1_200_000, timeout=10)
        logs = proxy.logs()
    assert (away.status_code, lost.status_code, huge.status_code) == (502, 502, 413)
    for page in (away, lost, huge):
        helps(page)
    assert [style.status_code for style in looks] == [200, 200]
    assert [style.content for style in looks] == [
        (ROOT / "static" / name).read_bytes() for name in STYLES
    ]
    assert all(f"/static/{name}" in away.text for name in STYLES)
    assert " 502 GET " in logs
    assert token not in logs
    assert "127.0.0.1" not in (proxy.folder / "feedback.log").read_text()


def test_p44_who_comes_without_tls_is_led_to_it_and_readiness_is_for_this_machine_alone(
    shared_world: World, shared_service: Service
) -> None:
    proxy = shared_service.proxy
    token = shared_world.token(shared_world.invitation())
    led = requests.get(
        f"http://127.0.0.1:{proxy.plain_port}/r/{token}?x=1",
        allow_redirects=False,
        timeout=10,
    )
    ready = requests.get(f"{proxy.url}/readyz", timeout=10)
    assert (led.status_code, led.headers["Location"]) == (
        301,
        f"{proxy.url}/r/{token}?x=1",
    )
    assert "Strict-Transport-Security" not in led.headers
    assert ready.json()["database"] == "ok"
    for way in ("/readyz", "//readyz", "/%72eadyz", "/static/../readyz", "/./readyz"):
        assert ask_from_elsewhere(proxy, way) == 403, way
    assert ask_from_elsewhere(proxy, "/readyz/") == 404
    assert ask_from_elsewhere(proxy, "/livez") == 200
    assert token not in proxy.logs()


def ask_from_elsewhere(proxy: Nginx, path: str) -> int:
    """The status of a request that does not come from this machine's own address."""
    trusted = ssl.create_default_context(cafile=proxy.folder / "fullchain.pem")
    with (
        socket.create_connection(
            ("127.0.0.1", proxy.port), timeout=10, source_address=("127.0.0.2", 0)
        ) as plain,
        trusted.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return int(line.makefile("rb").readline().split()[1])


def helps(answer: requests.Response) -> None:
    """Whether the proxy's page is whole: numbers to call, valid, without script, and nothing from elsewhere."""
    answer.encoding = "utf-8"
    for number in (
        "999",
        "0800 1111",
        "01632 960 101",
        "01632 960 102",
        "01632 960 103",
    ):
        assert number in answer.text
    assert not list(problems_of(answer.text))
    assert "<script" not in answer.text
    assert 'href="/leave"' not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Strict-Transport-Security"] == HSTS


def test_p60_the_proxys_page_is_written_from_the_settings_by_one_command(
    true_world: World, tmp_path: Path
) -> None:
    page = tmp_path / "down.html"
    page.write_text("an older one")
    done = true_world.app.test_cli_runner().invoke(args=["proxy-page", str(page)])
    assert done.exit_code == 0, done.output
    assert "01632 960 103" in page.read_text()
    assert "We will be back soon" in page.read_text()
    assert true_world.parts.settings.leave_url in page.read_text()
