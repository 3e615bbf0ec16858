"""Nobody sends through somebody else: a form counts only from a page of this site, and what waits is shown first."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.labels import LABELS
from feedback_app.models.person import ROLES, Person
from feedback_app.web.access import find_policy
from feedback_app.web.own_pages import CHILD
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each
from tests.support.tables import SURVEY_DATA, contents

EVIL = "attacker@evil.example"
FROM_ELSEWHERE: Mapping[str, dict[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "another host of the council": {"Sec-Fetch-Site": "same-site"},
    "no page at all": {"Sec-Fetch-Site": "none"},
    "an older browser, another origin": {"Origin": "https://evil.example"},
    "a hidden origin": {"Origin": "null"},
    "an older browser, another page": {"Referer": "https://evil.example/localhost/"},
    "an origin that only begins alike": {"Origin": "http://localhost.evil.example"},
    "another port": {"Origin": "http://localhost:5198"},
    "no word of where": {},
    "a lie beside the truth": {
        "Sec-Fetch-Site": "cross-site",
        "Origin": "http://localhost",
        "Referer": "http://localhost/admin/invite",
    },
}
IN_EVERY_RUN = ("another site", "an older browser, another origin", "no word of where")
EVERY_MANNER = [
    pytest.param(
        headers, id=name, marks=() if name in IN_EVERY_RUN else pytest.mark.full
    )
    for name, headers in FROM_ELSEWHERE.items()
]
FROM_HERE: Mapping[str, dict[str, str]] = {
    "a page of ours": {"Sec-Fetch-Site": "same-origin"},
    "an older browser": {"Origin": "http://localhost"},
    "an older browser, its page": {"Referer": "http://localhost/admin/invite"},
}


def staff_posts(world: World) -> list[Rule]:
    """Every address that takes a form of staff, signed in or not."""
    return [
        rule
        for rule in world.app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and not rule.endpoint.startswith(f"{CHILD}.")
        and find_policy(world.app, rule.endpoint)
    ]


def says(client: CheckedClient, headers: dict[str, str]) -> None:
    """From now on this browser says that of where its forms come from."""
    environ = client.http.environ_base
    environ.pop("HTTP_SEC_FETCH_SITE", None)
    environ.update(
        {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in headers.items()}
    )


def everybody(world: World) -> Person:
    """Somebody with every role, so that nothing but the sender is in the way."""
    return world.person("Everybody Elm", *ROLES)


@pytest.fixture
def addresses(lite: World) -> list[tuple[Rule, str]]:
    """Every staff POST with something behind it."""
    ids = one_of_each(lite)
    return [(rule, address(rule.rule, ids)) for rule in staff_posts(lite)]


@pytest.mark.parametrize("headers", EVERY_MANNER)
def test_a_foreign_page_can_send_no_form_to_any_staff_address(
    lite: World, addresses: list[tuple[Rule, str]], headers: dict[str, str]
) -> None:
    client = lite.sign_in(everybody(lite))
    guard = client.guard("/admin/invite")
    before = contents(lite.parts.database.engine, SURVEY_DATA)
    says(client, headers)
    for _rule, path in addresses:
        form = {"csrf_token": guard, "email": EVIL, "roles": "lead", "note": EVIL}
        refused = client.post(path, form, expect=400)
        assert EVIL not in refused.text, path
        assert "Send it" not in refused.text, path
    assert contents(lite.parts.database.engine, SURVEY_DATA) == before
    with lite.session() as session:
        assert session.scalar(select(Person.id).where(Person.email == EVIL)) is None


@pytest.mark.parametrize("headers", EVERY_MANNER)
def test_nor_where_nobody_is_signed_in_and_it_would_have_been_kept(
    lite: World, addresses: list[tuple[Rule, str]], headers: dict[str, str]
) -> None:
    client = lite.client()
    says(client, headers)
    for _rule, path in addresses:
        refused = client.post(path, {"email": EVIL, "note": EVIL}, expect=400)
        assert EVIL not in refused.text, path


@pytest.mark.parametrize(
    "guard",
    [
        "of another browser",
        pytest.param("none", marks=pytest.mark.full),
        pytest.param("made up", marks=pytest.mark.full),
    ],
)
def test_p32_no_staff_form_is_taken_without_the_guard_of_its_own_browser(
    lite: World, addresses: list[tuple[Rule, str]], guard: str
) -> None:
    client = lite.sign_in(everybody(lite))
    other = lite.sign_in(lite.administrator()).guard("/admin/invite")
    sent = {"none": {}, "made up": {"csrf_token": "x" * 91}}.get(
        guard, {"csrf_token": other}
    )
    before = contents(lite.parts.database.engine, SURVEY_DATA)
    for _rule, path in addresses:
        form = {"email": EVIL, "roles": "lead", "note": "my words"} | sent
        # A staff link that is over says so first.
        over = path.startswith(("/sign-in/invited/", "/sign-in/reset/"))
        client.post(path, form, expect=404 if over else 400)
    assert contents(lite.parts.database.engine, SURVEY_DATA) == before
    with lite.session() as session:
        assert session.scalar(select(Person.id).where(Person.email == EVIL)) is None


@pytest.mark.parametrize("headers", FROM_HERE.values(), ids=FROM_HERE)
def test_a_page_of_ours_is_known_by_every_browser(
    lite: World, headers: dict[str, str]
) -> None:
    client = lite.sign_in(lite.administrator())
    says(client, headers)
    client.submit(
        "/admin/invite",
        {"name": "New Nettle", "email": "new@staff.example", "roles": "iro"},
    )


def test_a_childs_forms_need_no_word_of_where_they_come_from(lite: World) -> None:
    client = lite.client()
    says(client, {"Sec-Fetch-Site": "cross-site"})
    client.post("/r", lite.form(lite.invitation()))
    client.post("/", {"words": lite.words(lite.invitation())}, expect=303)


def test_what_waits_for_a_sign_in_is_named_and_shown_field_by_field(
    lite: World,
) -> None:
    client = lite.client()
    form = {
        "name": "New <Nettle>",
        "email": "new@staff.example",
        "roles": ["lead", "administrator"],
        "note": "one\ntwo",
        "password": "never shown back",
    }
    page = client.post("/admin/invite", form, expect=401)
    assert "Invite somebody to work here" in page.text
    for label, value in (
        ("Name", "New &lt;Nettle&gt;"),
        ("E-mail", "new@staff.example"),
        ("Roles", "Safeguarding lead"),
        ("Roles", "Administrator"),
    ):
        assert f'<b>{label}</b> <span dir="auto">{value}</span>' in page.text
    assert ">\none\ntwo</textarea>" in page.text
    assert "never shown back" not in page.text


def test_what_waits_for_a_second_factor_is_shown_before_it_is_sent(
    lite: World,
) -> None:
    administrator = lite.person("Administrator Acacia", "administrator", dear=True)
    client = lite.sign_in_with_password(administrator)
    with clock.set_clock(NOON.replace(minute=10), everywhere=True):
        form = {"name": "New Nettle", "email": "new@staff.example", "roles": "lead"}
        asked = client.submit("/admin/invite", form, expect=403)
        assert "Confirm that it is you" in asked.text
        kept = {f"kept-{name}": value for name, value in form.items()}
        shown = client.submit(
            "/me/confirm",
            kept | {"to": "/admin/invite", "password": "a long and quiet password"},
            expect=200,
        )
    assert "Invite somebody to work here" in shown.text
    for value in ("New Nettle", "new@staff.example", "Safeguarding lead"):
        assert f'<span dir="auto">{value}</span>' in shown.text


def test_every_form_that_can_wait_says_what_it_does(lite: World) -> None:
    endpoints = {rule.endpoint for rule in staff_posts(lite)}
    assert set(LABELS["form"]) == endpoints


def test_whatever_a_staff_form_meets_its_words_come_back(
    lite: World,
    addresses: list[tuple[Rule, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(lite.app.config, "TESTING", False)
    client = lite.sign_in(everybody(lite))
    guard = client.guard("/admin/invite")
    for rule, path in addresses:
        view = lite.app.view_functions[rule.endpoint]

        def fails(*_given: object, **_named: object) -> str:
            raise LookupError("nobody thought of this")

        fails.access_policy = find_policy(lite.app, rule.endpoint)  # type: ignore[attr-defined]
        lite.app.view_functions[rule.endpoint] = fails
        form = {"csrf_token": guard, "note": "my words", "reason": "long " * 30}
        page = client.post(path, form, expect=500)
        lite.app.view_functions[rule.endpoint] = view
        assert "my words" in page.text, path
        assert "long " * 30 in page.text, path


def test_a_staff_form_that_is_too_big_is_shown_back_to_be_shortened(
    lite: World,
) -> None:
    client = lite.sign_in(lite.lead())
    guard = client.guard("/safeguarding/")
    words = "one word more " * 20_000
    ids = one_of_each(lite)
    page = client.post(
        f"/safeguarding/concerns/{ids['concern_id']}/note",
        {"csrf_token": guard, "note": words},
        expect=413,
    )
    assert words.strip() in page.text
