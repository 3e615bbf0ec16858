"""Every page as the application answers it: what a child can meet beside and behind the survey, and what staff see.

Each is asked for by a real request and must have the status that is expected of it: a page that failed has no faults
either. Whoever adds a page without places in its address to the url map adds it here too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from bench.support.client import CheckedClient
from bench.support.kinds import Kind
from bench.support.world import World
from feedback_app.child import drawn_pages as drawn
from feedback_app.models.person import ROLES
from feedback_app.responses.set_aside import MOST_A_LINK
from feedback_app.typed_text import TEXT_LIMIT
from feedback_app.web.access import policy, policy_of
from tests.support.addresses import address, one_of_each

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
BOX = re.compile(r'<textarea id="(q-\w+)"')
WORDS = (
    "I liked it when you asked me. “Quotes” & <tags>, and a second line:\nmy cat, 🐈."
)
UNTIL_BUSY = 30


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page: what it is, where it stands, and what was answered."""

    name: str
    path: str
    status: int
    text: str

    def __str__(self) -> str:
        return self.name


def _page(name: str, status: int, answer: TestResponse) -> Drawn:
    assert answer.status_code == status, f"{name}: {answer.status_code}, not {status}"
    assert answer.mimetype == "text/html", name
    return Drawn(name, answer.request.path, status, answer.text)


def of_kind(world: World, kind: Kind) -> Iterator[Drawn]:
    """What a child of that kind can meet: the survey, a text that is too long, the thank-you, what is set aside."""
    http = world.client().http
    survey = _page(f"{kind}: survey", 200, http.get(kind.address(world)))
    yield survey
    hidden = hidden_of(survey.text)
    boxes = BOX.findall(survey.text)
    long = {
        **hidden,
        boxes[0]: "x" * (TEXT_LIMIT + 1),
        "declined": boxes[0].removeprefix("q-"),
    }
    yield _page(f"{kind}: a text is too long", 400, http.post("/r", data=long))
    yield from _sent(world, kind, hidden, "thanks", {boxes[0]: WORDS})
    yield from _sent(world, kind, hidden, "set_aside", {boxes[0]: "Something else"})


def hidden_of(text: str) -> dict[str, str]:
    """The hidden fields of a survey's page."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(text)}


def _sent(
    world: World,
    kind: Kind,
    hidden: dict[str, str],
    verdict: str,
    fields: dict[str, str],
) -> Iterator[Drawn]:
    """The same send without script, which is led on to a page of its own, and by it."""
    http = world.client().http
    led = http.post("/r", data={**hidden, **fields})
    assert led.status_code == 303, f"{kind}: {led.status_code}"
    plain = http.get(led.location)
    assert f'data-page="{verdict}"' in plain.text
    yield _page(f"{kind}: {verdict}, without script", 200, plain)
    scripted = {name: value for name, value in hidden.items() if name != "plain"}
    yield _page(f"{kind}: {verdict}", 200, http.post("/r", data={**scripted, **fields}))


def open_to_all(world: World, language: str, folder: Path) -> Iterator[Drawn]:
    """What anybody can meet who speaks that language: the pages of the url map, dead links, every refusal and failure.

    The world is of no use afterwards.
    """
    world.app.testing = False  # a fault is answered as in production
    http = world.client().http
    http.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        public = "public" in (policy_of(world.app, rule.endpoint) or ())
        if public and "GET" in (rule.methods or ()) and not rule.arguments:
            answer = http.get(rule.rule)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                yield _page(f"{rule.rule} {language}", 200, answer)
    kept = {"link": "A" * 43, "q-better": WORDS}
    yield _page(f"a dead link {language}", 404, http.get("/r/unknown"))
    yield _page(f"no such page {language}", 404, http.get("/nothing-here"))
    yield _page(f"a dead send {language}", 404, http.post("/r", data=kept))
    yield _page(
        f"a host that is not ours {language}",
        400,
        http.get("/", headers={"Host": "evil..invalid"}),
    )
    yield _page(
        f"too few words {language}", 400, http.post("/", data={"words": "moss <b>"})
    )
    yield _page(
        f"a strange word {language}",
        400,
        http.post("/", data={"words": "moss brid <i> oak"}),
    )
    yield _page(
        f"too much {language}",
        413,
        http.post("/r", data={**kept, "q-better": WORDS + "x" * 270_000}),
    )
    yield _page(f"too many sends {language}", 429, _too_many_sends(world, http))
    yield from _busy(http, language, kept)
    yield from _failing(world, http, language, kept)
    with world.app.test_request_context(headers={"Accept-Language": language}):
        drawn.write_proxy_page(folder / "down.html")
    yield Drawn(
        f"the proxy's page {language}",
        "/down.html",
        502,
        (folder / "down.html").read_text(),
    )


def _too_many_sends(world: World, http: Any) -> TestResponse:
    """One link, and more different sends of it than are kept."""
    survey = http.get(f"/r/{world.token(world.invitation())}").text
    for number in range(MOST_A_LINK + 2):
        answer: TestResponse = http.post(
            "/r", data={**hidden_of(survey), "q-better": f"{WORDS} {number}"}
        )
    return answer


def _busy(http: Any, language: str, kept: dict[str, str]) -> Iterator[Drawn]:
    strange = {"words": "apple river stone cloud"}
    for _ in range(UNTIL_BUSY):
        words, link = http.post("/", data=strange), http.get("/r/unknown")
    yield _page(f"too many words {language}", 429, words)
    yield _page(f"too many links {language}", 429, link)
    yield _page(f"too many dead sends {language}", 429, http.post("/r", data=kept))


def _failing(
    world: World, http: Any, language: str, kept: dict[str, str]
) -> Iterator[Drawn]:
    token = world.token(world.invitation())

    def fault() -> str:
        raise RuntimeError("a fault of ours")

    policy("public")(fault)
    usual = world.app.view_functions["child.help_page"]
    world.app.view_functions["child.help_page"] = fault
    yield _page(f"a fault {language}", 500, http.get("/help"))
    world.app.view_functions["child.help_page"] = usual
    with world.parts.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE link RENAME TO lost")
    yield _page(f"the database is away {language}", 503, http.get(f"/r/{token}"))
    yield _page(
        f"a send, and the database is away {language}",
        503,
        http.post("/r", data={**kept, "link": token}),
    )


def of_staff(world: World) -> Iterator[Drawn]:
    """Every page of the url map as each role that may see it, and staff's own refusals."""
    ids = one_of_each(world)
    people = {
        role: world.iro() if role == "iro" else world.person(f"Person of {role}", role)
        for role in ROLES
    }
    for role, person in people.items():
        client: CheckedClient = world.sign_in(person)
        for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.rule):
            allowed = policy_of(world.app, rule.endpoint) or ()
            if role in allowed and "GET" in (rule.methods or ()):
                answer = client.http.get(address(rule.rule, ids))
                if answer.mimetype == "text/html" and answer.status_code == 200:
                    yield _page(f"{rule.rule} as {role}", 200, answer)
        yield _page(
            f"nothing here, as {role}", 404, client.http.get("/manager/nothing/here")
        )
        yield _page(
            f"a form that is too old, as {role}",
            400,
            client.http.post("/me/confirm", data={"code": WORDS}),
        )
    nobody = world.client().http
    yield _page("/sign-in", 200, nobody.get("/sign-in"))
    yield _page(
        "signed out meanwhile", 401, nobody.post("/iro/ask", data={"note": WORDS})
    )
    wrong = {"email": "nobody@staff.invalid", "password": "not this one"}
    yield _page("a wrong password", 400, _guarded(nobody, "/sign-in", wrong))


def _guarded(http: Any, path: str, fields: dict[str, str]) -> TestResponse:
    guard = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', http.get(path).text)
    assert guard
    answer: TestResponse = http.post(path, data={"csrf_token": guard[1], **fields})
    return answer
