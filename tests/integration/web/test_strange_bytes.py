"""What no keyboard types never reaches the database: PostgreSQL refuses NUL, and a refusal is no fault of ours (27)."""

from __future__ import annotations

import re

import pytest

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.person import ROLES
from feedback_app.web.access import policy_of
from tests.support.addresses import address, one_of_each

FIELDS = (
    "about", "again", "code", "confirm", "day", "email", "link", "month", "name", "next", "note", "outcome", "page",
    "password", "q-better", "reason", "reference", "role", "setup", "to", "words",
)  # fmt: skip


def guard_of(client: CheckedClient) -> str:
    return re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', client.http.get("/sign-in").text
    )[1]  # type: ignore[index]


@pytest.mark.full
def test_p27_nul_in_a_path_a_query_or_a_field_is_never_a_failure(world: World) -> None:
    ids = one_of_each(world)
    nul = dict.fromkeys(ids, "a%00b")
    everyone = world.sign_in(world.person("Every Elm", *ROLES))
    data = dict.fromkeys(FIELDS, "a\0b") | {"csrf_token": guard_of(everyone)}
    world.app.testing = False
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint == "accounts.sign_out":
            continue
        assert policy_of(world.app, rule.endpoint)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            for path in (address(rule.rule, ids), address(rule.rule, nul)):
                answer = everyone.http.open(
                    f"{path}?month=%00&next=%00",
                    method=method,
                    data=data if method == "POST" else None,
                )
                assert answer.status_code < 500 or rule.rule == "/readyz", (
                    f"{method} {path}: {answer.status_code}"
                )


def test_p27_a_childs_words_are_kept_without_it(world: World) -> None:
    invitation = world.invitation()
    form = world.form(invitation, {}, {"better": "be\0fore"})
    page = world.client().post("/r", form).text
    assert "Thank you" in page
    lead = world.sign_in(world.lead())
    entry = re.search(r"/safeguarding/texts/\w+", lead.get("/safeguarding/").text)
    assert entry
    assert "before" in lead.get(entry[0]).text
