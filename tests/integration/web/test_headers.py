"""Whatever is asked, by whomever, and however it ends: the headers are there, and right (promises 43, 44)."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from bench.support import quick
from bench.support.client import CheckedClient, check
from bench.support.world import PASSWORD, World
from feedback_app import clock
from feedback_app.models.person import ROLES, Person
from feedback_app.web.access import policy
from feedback_app.web.assets import A_YEAR
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT")
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
ALWAYS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex",
}


@pytest.fixture
def https(tmp_path: Path, still_clock: None) -> Iterator[World]:
    """A world behind https, as in production; nobody must wait for having asked too often."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = World.make(url, tmp_path, public_url="https://localhost", link_misses=10_000)
    yield world
    world.close()


def browser_of(world: World, person: Person | None = None) -> CheckedClient:
    """A browser on https, signed in where a person is named."""
    client = world.client()
    client.http.environ_base |= {"wsgi.url_scheme": "https", "HTTP_REFERER": "https://localhost/"}
    if person is not None:
        client.submit("/sign-in", {"email": person.email, "password": PASSWORD})
    return client


def problems_of(answer: TestResponse) -> list[str]:
    """What the headers of an answer lack, or have too much of."""
    found = [
        f"{name}: {answer.headers.getlist(name)}" for name in ALWAYS if answer.headers.getlist(name) != [ALWAYS[name]]
    ]
    policies = answer.headers.getlist("Content-Security-Policy")
    if len(policies) != 1 or set(policies[0].split("; ")) != POLICY:
        found.append(f"Content-Security-Policy: {policies}")
    away = answer.request.path == "/leave" and answer.status_code == 303
    if answer.headers.getlist("Referrer-Policy") != ["no-referrer" if away else "same-origin"]:
        found.append(f"Referrer-Policy: {answer.headers.getlist('Referrer-Policy')}")
    kept = (
        answer.request.path.startswith("/static/") and answer.status_code == 200 and answer.request.method != "OPTIONS"
    )
    if answer.headers.getlist("Cache-Control") != [A_YEAR if kept else "no-store"]:
        found.append(f"Cache-Control: {answer.headers.getlist('Cache-Control')}")
    if not kept and "Cookie" not in answer.headers.get("Vary", ""):
        found.append(f"Vary: {answer.headers.get('Vary')}")
    if kept and "Set-Cookie" in answer.headers:
        found.append("a file sets a cookie")
    return found + [f"Set-Cookie: {one}" for one in answer.headers.getlist("Set-Cookie") if not locked(one)]


def locked(cookie: str) -> bool:
    """Whether a cookie is of this host alone, over https alone, and not for scripts."""
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    wanted = {"secure", "httponly", "path=/", "samesite=lax"}
    return cookie.startswith("__Host-") and wanted <= flags and not any(flag.startswith("domain") for flag in flags)


@pytest.mark.parametrize("turns", [True, pytest.param(False, marks=pytest.mark.full)], ids=["in turn", "each"])
def test_p43_p44_every_route_as_everybody_by_every_method_has_all_headers(https: World, turns: bool) -> None:
    """Everybody GETs every address; the other methods are everybody's in turn, in the full matrix everybody's each."""
    ids = one_of_each(https)
    people = {role: https.iro() if role == "iro" else https.person(f"Person of {role}", role) for role in ROLES}
    everybody = {"nobody": browser_of(https)} | {role: browser_of(https, person) for role, person in people.items()}
    turn = itertools.cycle(everybody)
    seen: dict[int, set[str]] = defaultdict(set)
    for method in METHODS:  # first what changes nothing
        for rule in https.app.url_map.iter_rules():
            if rule.endpoint == "accounts.sign_out" and method == "POST":
                continue
            for who in [next(turn)] if turns and method != "GET" else everybody:
                client = everybody[who]
                data = {"csrf_token": client.guard()} if method == "POST" and who != "nobody" else None
                answer = client.http.open(address(rule.rule, ids), method=method, data=data)
                found = problems_of(answer)
                assert not found, f"{method} {rule.rule} as {who}, {answer.status_code}: {found}"
                if method in ("GET", "POST") and f"{method} {rule.rule}" not in seen[answer.status_code]:
                    check(answer)
                seen[answer.status_code].add(f"{method} {rule.rule}")
    assert {200, 303, 400, 401, 404, 405} <= set(seen), {code: len(rules) for code, rules in seen.items()}


def down(_token: str = "") -> str:
    raise OperationalError("SELECT", None, Exception("away"))


def fault(_token: str = "") -> str:
    raise RuntimeError("a fault of ours")


def test_p43_p44_refusals_and_failures_have_all_headers_and_nothing_inline(https: World) -> None:
    https.app.testing = False  # a fault is answered as in production
    lead, nobody = browser_of(https, https.lead()), browser_of(https)
    token, guard = https.token(https.invitation()), lead.guard()
    strange = {"words": "apple river stone cloud"}

    def asked_again() -> TestResponse:
        with clock.set_clock(NOON + timedelta(minutes=6), everywhere=True):
            return lead.http.post(f"/safeguarding/concerns/{'0' * 32}/envelope", data={"csrf_token": guard})

    answers: dict[str, tuple[int, Callable[[], TestResponse]]] = {
        "a survey": (200, lambda: nobody.http.get(f"/r/{token}")),
        "a compressed survey": (200, lambda: nobody.http.get(f"/r/{token}", headers={"Accept-Encoding": "gzip"})),
        "a compressed file": (200, lambda: nobody.http.get("/static/child.css", headers={"Accept-Encoding": "gzip"})),
        "a dead link": (404, lambda: nobody.http.get("/r/unknown")),
        "no such file": (404, lambda: nobody.http.get("/static/none.css")),
        "no such page": (404, lambda: nobody.http.get("/nothing-here")),
        "asked again": (403, asked_again),
        "a host that is not ours": (400, lambda: nobody.http.get("/", headers={"Host": "evil..invalid"})),
        "too many words": (429, lambda: [nobody.http.post("/", data=strange) for _ in range(11)][-1]),
        "too much from staff": (413, lambda: lead.http.post("/sign-in", data={"email": "x" * 70_000})),
        "too much from a child": (413, lambda: nobody.http.post("/r", data={"link": token, "q-better": "x" * 70_000})),
        "ready": (503, lambda: _readyz(https, nobody)),
    }
    for name, (status, ask) in answers.items():
        _in_order(name, status, ask())
    for name, status, view in (("the database is away", 503, down), ("a fault of ours", 500, fault)):
        policy("public")(view)
        https.app.view_functions["child.help_page"] = view
        _in_order(name, status, nobody.http.get("/help"))


def _readyz(world: World, client: CheckedClient) -> TestResponse:
    with world.parts.database.short_write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    return client.http.get("/readyz")


def _in_order(name: str, status: int, answer: TestResponse) -> None:
    assert answer.status_code == status, name
    assert not problems_of(answer), name
    if answer.headers.get("Content-Encoding") != "gzip":
        check(answer)


def test_p44_the_walk_itself_finds_a_cookie_that_is_not_locked() -> None:
    good = "__Host-x=1; Secure; HttpOnly; Path=/; SameSite=Lax"
    assert locked(good)
    assert not any(map(locked, (good.replace(part, "") for part in ("__Host-", "Secure", "HttpOnly", "SameSite=Lax"))))
    assert not locked(f"{good}; Domain=council.invalid")
