"""Nothing that a child wrote is lost to an error, and "I am not safe" is heard first (promises 26, 51)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bench.support.world import World
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import SetAside
from feedback_app.survey.types import TALK_LIMIT
from tests.support.failing import functions_passed, while_it_raises

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


LAST_RESORT = (
    "_page_of_failure",
    "bare_page",
    "server_error",
    "_WriterQueue.end_write",
)
"""What makes the page when all else failed, and what lets the next writer in: a lock that is never let go is another
fault than an error (SQLite; bench/faults/f1.py kills the process that holds it)."""
STORING = ("responses/store.py", "responses/read.py", "survey/", "child/stamp.py")
"""What a stored answer needs: where it fails, the send is set aside and its concern raised."""
SETTING_ASIDE = ("responses/store.py queue_row", "responses/read.py first_value")
"""Of these, what setting aside needs as well."""


@pytest.mark.parametrize("plain", [False, True])
def test_whatever_function_raises_the_words_are_on_the_page_or_stored(
    world: World, plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.app.config, "TESTING", False)
    http = world.app.test_client()

    def send() -> dict[str, list[str]]:
        form = world.form(world.invitation(), {}, {"better": WORDS})
        form |= {"talk_to": ["not_safe"], "talk_how_text": [HOW]}
        return form | ({"plain": ["1"]} if plain else {})

    http.post("/r", data=send())
    first = send()
    passed = functions_passed(lambda: http.post("/r", data=first))
    assert len(passed) > 60
    lost, heard_by_nobody = [], []
    for name, function in passed.items():
        if name.partition(" ")[2] in LAST_RESORT:
            continue
        form, before = send(), stored(world)
        page = while_it_raises(function, http.post, "/r", data=form)
        kept = [now - was for now, was in zip(stored(world), before, strict=True)]
        words = WORDS in page.text and HOW.strip() in page.text
        if not words and not kept[0]:
            lost.append(name)
        apart = name.startswith(STORING) and name not in SETTING_ASIDE
        if words and apart and kept[1:] != [1, 1]:
            heard_by_nobody.append(name)
        assert http.post("/r", data=form).status_code in (200, 303), name
    assert lost == []
    assert heard_by_nobody == []


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
    place = "/iro/verbal/" if by == "verbal" else "/paper/"
    refused = page.submit(f"{place}{invitation.id}", form, expect=400)
    assert WORDS in refused.text
    assert (HOW * 30).strip() in refused.text


@pytest.mark.parametrize("by", ["verbal", "paper"])
def test_whatever_function_raises_while_answers_are_keyed_in_the_words_stay(
    lite: World, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = lite.iro() if by == "verbal" else lite.person("Manager Maple", "manager")
    monkeypatch.setitem(lite.app.config, "TESTING", False)
    client = lite.sign_in(who)
    guard = client.guard("/me")

    def send() -> tuple[str, dict[str, list[str]]]:
        invitation = lite.invitation()
        form = lite.form(invitation, {}, {"better": WORDS})
        form |= {"talk_to": ["other"], "talk_how_text": [HOW], "day": ["2026-10-14"]}
        place = "/iro/verbal/" if by == "verbal" else "/paper/"
        return f"{place}{invitation.id}", form | {"csrf_token": [guard]}

    def post(place: str, form: dict[str, list[str]]) -> str:
        return client.http.post(place, data=form).text

    post(*send())
    first = send()
    lost = []
    for name, function in functions_passed(lambda: post(*first)).items():
        if name.partition(" ")[2] in LAST_RESORT:
            continue
        place, form = send()
        before = stored(lite)[0]
        page = while_it_raises(function, post, place, form)
        words = WORDS in page and HOW.strip() in page
        if not words and stored(lite)[0] == before:
            lost.append(name)
    assert lost == []
