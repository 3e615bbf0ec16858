"""Nothing that a child wrote is lost to an error, and "I am not safe" is heard first (promises 26, 51)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bench.support.world import World
from feedback_app.child import receive
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import SetAside
from feedback_app.survey.types import TALK_LIMIT

WORDS = "They never ask what I want."
HOW = "Ring my aunt, she knows. "


def stored(world: World) -> tuple[int, int, int]:
    """Responses, sends that were set aside, concerns."""
    with world.session() as session:
        counts = [
            session.scalar(select(func.count()).select_from(one)) or 0
            for one in (Response, SetAside, Concern)
        ]
    return counts[0], counts[1], counts[2]


def send_of(world: World, talk_to: str, how: str) -> dict[str, list[str]]:
    form = world.form(world.invitation(), {}, {"better": WORDS})
    return form | {"talk_to": [talk_to], "talk_how_text": [how]}


@pytest.mark.parametrize("plain", [False, True])
def test_more_than_500_characters_about_how_to_be_reached_come_back_whole(
    world: World, plain: bool
) -> None:
    form = send_of(world, "other", (HOW * 30)[: TALK_LIMIT + 1])
    if plain:
        form |= {"plain": ["1"]}
    http = world.app.test_client()
    refused = http.post("/r", data=form)
    assert refused.status_code == 400
    assert WORDS in refused.text
    assert form["talk_how_text"][0].strip() in refused.text
    assert "501" in refused.text
    assert stored(world) == (0, 0, 0)
    taken = http.post("/r", data=form | {"talk_how_text": [(HOW * 30)[:TALK_LIMIT]]})
    assert taken.status_code in (200, 303)
    assert stored(world) == (1, 0, 0)


def test_i_am_not_safe_is_kept_and_raised_although_a_text_is_too_long(
    world: World,
) -> None:
    form = send_of(world, "not_safe", HOW * 30)
    http = world.app.test_client()
    for _time in range(2):
        refused = http.post("/r", data=form)
        assert refused.status_code == 400
        assert WORDS in refused.text
        assert stored(world) == (0, 1, 1)
    taken = http.post("/r", data=form | {"talk_how_text": [HOW]})
    assert taken.status_code == 200
    assert stored(world)[0] == 1


@pytest.mark.parametrize(
    "function",
    ["find_link", "read_stamp", "read_sent", "claim_answer", "store_response"],
)
def test_whatever_raises_on_the_way_the_words_are_on_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    form = send_of(world, "not_safe", HOW)

    def fail(*_given: object, **_named: object) -> None:
        raise LookupError("nobody thought of this")

    with monkeypatch.context() as broken:
        broken.setattr(receive, function, fail)
        refused = world.app.test_client().post("/r", data=form)
    assert refused.status_code == 500
    assert WORDS in refused.text
    assert HOW.strip() in refused.text
    assert stored(world) == (0, 0, 0)
    assert world.app.test_client().post("/r", data=form).status_code == 200
    assert stored(world) == (1, 0, 1)


@pytest.mark.parametrize("by", ["verbal", "paper"])
def test_keyed_in_the_same_text_comes_back_too(world: World, by: str) -> None:
    invitation = world.invitation()
    form = world.form(invitation, {}, {"better": WORDS})
    form |= {"talk_to": ["other"], "talk_how_text": [HOW * 30], "day": ["2026-10-14"]}
    who = (
        world.people["Officer Oak"]
        if by == "verbal"
        else world.person("Manager Maple", "manager")
    )
    page = world.sign_in(who)
    place = "/iro/verbal/" if by == "verbal" else "/manager/paper/"
    refused = page.submit(f"{place}{invitation.id}", form, expect=400)
    assert WORDS in refused.text
    assert (HOW * 30).strip() in refused.text
