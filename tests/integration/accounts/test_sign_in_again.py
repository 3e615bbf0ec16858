"""A form of signing in that was not taken comes back as it is: without cookies, or open since another day."""

from __future__ import annotations

import pytest

from bench.support.world import PASSWORD, World
from tests.support.staff_links import lost

CIRCLE = ("First sign in", "new tab", "Send it")


@pytest.fixture
def guarded(lite: World) -> World:
    lite.app.config["WTF_CSRF_ENABLED"] = True
    return lite


def forms(world: World) -> dict[str, dict[str, str]]:
    email = world.iro().email
    return {
        "/sign-in": {"email": email, "password": PASSWORD, "next": "/iro/ask"},
        "/sign-in/forgot": {"email": email},
        "/sign-in/passkey": {"credential": "{}"},
        lost(world, world.iro()): {"password": PASSWORD, "again": PASSWORD},
    }


def test_without_cookies_every_form_of_signing_in_says_so_and_keeps_the_e_mail(
    guarded: World,
) -> None:
    for path, fields in forms(guarded).items():
        for _again in range(2):
            client = guarded.client()
            guard = {"csrf_token": client.guard("/sign-in")}
            nothing_kept = guarded.app.test_client(use_cookies=False)
            answer = nothing_kept.post(path, data=fields | guard)
            assert answer.status_code == 400, path
            assert "your browser keeps no cookies" in answer.text
            assert not [words for words in CIRCLE if words in answer.text], path
            assert PASSWORD not in answer.text
            if "email" in fields:
                assert f'value="{fields["email"]}"' in answer.text


def test_an_old_guard_on_a_form_of_signing_in_asks_for_no_sign_in_first(
    guarded: World,
) -> None:
    for path, fields in forms(guarded).items():
        client = guarded.client()
        client.guard("/sign-in")
        answer = client.post(path, fields | {"csrf_token": "old"}, expect=400)
        assert "open for a long time" in answer.text
        assert "cookie" not in answer.text
        assert not [words for words in CIRCLE if words in answer.text], path
    # The page that came back works, and still leads where the person was going.
    client = guarded.client()
    client.guard("/sign-in")
    sent = forms(guarded)["/sign-in"]
    client.post("/sign-in", sent | {"csrf_token": ""}, expect=400)
    answer = client.submit("/sign-in", sent)
    assert answer.headers["Location"] == "/iro/ask"
