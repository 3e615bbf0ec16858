"""A child's answers are never another's: one cookie a link, found by the mark in the address (settled: a link)."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from bench.support.world import World
from feedback_app.invitations.tokens import mark_of


def two_links(world: World) -> tuple[str, str]:
    first, second = (world.invitation(reference=f"CASE-{n}") for n in (1, 2))
    return world.token(first), world.token(second)


def link_on(page: TestResponse) -> str | None:
    found = re.search(r'name="link" value="([^"]+)"', page.text)
    return found[1] if found else None


def test_each_mark_draws_its_own_link_with_three_links_in_one_browser(
    world: World,
) -> None:
    tokens = [*two_links(world), world.token(world.invitation(reference="CASE-3"))]
    phone = world.client()
    for token in tokens:
        assert link_on(phone.get(f"/r/{token}")) == token
    for token in tokens:
        assert link_on(phone.get(f"/r?k={mark_of(token)}")) == token
        assert (
            link_on(phone.get(f"/r?k={mark_of(token)}&language=pl&look=easy")) == token
        )


@pytest.mark.parametrize("by", ["send", "leave"])
def test_a_send_or_leave_of_one_link_ends_nothing_of_another(
    world: World, by: str
) -> None:
    first, second = (world.invitation(reference=f"CASE-{n}") for n in (1, 2))
    phone = world.client()
    for invitation in (first, second):
        phone.get(f"/r/{world.token(invitation)}")
    if by == "send":
        phone.post("/r", world.form(first))
    else:
        phone.get(f"/leave?k={mark_of(world.token(first))}", expect=303)
    gone = phone.get(f"/r?k={mark_of(world.token(first))}")
    assert link_on(gone) is None
    kept = phone.get(f"/r?k={mark_of(world.token(second))}")
    assert link_on(kept) == world.token(second)


@pytest.mark.parametrize("address", ["/r", "/r?k=", "/r?k=AAAAAAAA", "/r?k=%00;x=1"])
def test_where_nobody_can_tell_whose_it_was_nobodys_questions_are_drawn(
    world: World, address: str
) -> None:
    phone = world.client()
    for token in two_links(world):
        phone.get(f"/r/{token}")
    page = phone.get(address, expect=400 if "%00" in address else 200)
    assert link_on(page) is None
    if "%00" not in address:
        assert "Scan your card again" in page.text
        assert 'name="words"' in page.text


def test_a_missing_cookie_is_no_miss(world: World) -> None:
    token, _other = two_links(world)
    for _time in range(40):
        world.client().get(f"/r?k={mark_of(token)}")
    assert link_on(world.client().get(f"/r/{token}")) == token
    world.client().get("/r/" + "A" * 43, expect=404)


def test_a_cookie_that_holds_another_links_token_draws_nobodys_questions(
    world: World,
) -> None:
    token, other = two_links(world)
    phone = world.client()
    phone.http.set_cookie(f"link-{mark_of(token)}", other)
    assert link_on(phone.get(f"/r?k={mark_of(token)}")) is None


def test_the_four_words_need_no_cookie(world: World) -> None:
    invitation = world.invitation()
    led_on = world.client().post("/", {"words": world.words(invitation)}, expect=303)
    page = world.client().get(led_on.location)
    assert link_on(page) == world.token(invitation)


@pytest.mark.parametrize("behind", [".", ",", '"', "%3E", "%20", "%E2%80%8B", "/"])
def test_what_stands_behind_a_good_link_is_left_away(world: World, behind: str) -> None:
    token, _other = two_links(world)
    assert link_on(world.client().get(f"/r/{token}{behind}")) == token


def test_a_page_without_script_leaves_its_own_link_alone(world: World) -> None:
    token, other = two_links(world)
    phone = world.client()
    pages = {one: phone.get(f"/r/{one}").text for one in (token, other)}
    for one, page in pages.items():
        assert f'href="/leave?k={mark_of(one)}"' in page
    long = world.form(world.invitation(reference="CASE-9")) | {
        "q-better": ["x" * 4001],
        "plain": ["1"],
    }
    refused = world.client().post("/r", long, expect=400)
    assert f'href="/leave?k={mark_of(long["link"][0])}"' in refused.text
