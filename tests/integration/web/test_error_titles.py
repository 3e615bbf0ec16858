"""A page that tells of an error says so first: its title begins with "Error:", in the page's language."""

from __future__ import annotations

import re

import pytest

from bench.support.client import CheckedClient
from bench.support.world import World


def title_of(page: str) -> str:
    found = re.search("<title>(.*?)</title>", page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/iro/ask", {"reference": ""}),
        ("/paper/", {"words": "no such words here"}),
        ("/safeguarding/links/", {"by": "reference", "what": "", "reason": ""}),
    ],
)
def test_a_staff_page_with_errors_says_so_in_its_title(
    world: World, address: str, typed: dict[str, str]
) -> None:
    people = {"iro": world.iro, "paper": world.manager, "safeguarding": world.lead}
    client = world.sign_in(people[address.split("/")[1]]())
    assert not title_of(client.http.get(address).text).startswith("Error:")
    refused = client.http.post(address, data={"csrf_token": client.guard(), **typed})
    assert refused.status_code == 400
    assert title_of(refused.text).startswith("Error: ")


def test_signing_in_says_so_too(world: World) -> None:
    client = world.client()
    assert title_of(client.http.get("/sign-in").text).startswith("Sign in")
    typed = {"csrf_token": client.guard(), "email": "nobody@example.org"}
    refused = client.http.post("/sign-in", data={**typed, "password": "wrong"})
    assert title_of(refused.text).startswith("Error: Sign in")


WORD = {
    "en": "Error:",
    "pl": "Błąd:",
    "uk": "Помилка:",
    "vi": "Lỗi:",
    "sq": "Gabim:",
    "ar": "خطأ:",
    "fa": "خطا:",
}


@pytest.mark.parametrize("language", WORD)
def test_a_childs_page_says_so_in_its_language_and_takes_the_focus_there(
    world: World, language: str
) -> None:
    client = world.client()
    asked = {"Accept-Language": language}
    assert WORD[language] not in title_of(client.http.get("/", headers=asked).text)
    refused = client.http.post("/", data={"words": "zz zz zz zz"}, headers=asked)
    assert title_of(refused.text).startswith(WORD[language] + " ")
    assert re.search(r'<input[^>]* id="words"[^>]* autofocus', refused.text)


def test_a_send_with_a_text_that_is_too_long_says_so(world: World) -> None:
    client: CheckedClient = world.client()
    invitation = world.invitation()
    form = world.form(invitation, {}, {"better": "x" * 4001})
    refused = client.http.post("/r", data=form)
    assert refused.status_code == 400
    assert title_of(refused.text).startswith("Error: ")
    assert 'role="alert" tabindex="-1" autofocus' in refused.text


def test_what_a_person_typed_cannot_look_like_an_error(world: World) -> None:
    client = world.sign_in(world.iro())
    world.invitation(world.iro(), reference='aria-invalid="true" class="error">')
    assert title_of(client.http.get("/iro/", follow_redirects=True).text).startswith(
        "My month"
    )
