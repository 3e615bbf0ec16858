"""What a manager does with comments on one page: search, themes, covered words, quotes, undo."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.kept_comment import Quote, Redaction, ThemeText
from feedback_app.models.running import AuditEntry
from feedback_app.models.text import QueueEntry
from tests.support.tables import contents

LISTED = "/manager/comments/"
MONTH = f"{LISTED}?period=2026-10"


def begun(
    world: World, words: str = "Kai shouts", **more: str
) -> tuple[CheckedClient, str]:
    """A manager, and the address of the one comment there is."""
    world.response(month="2026-10", texts={"better": words}, **more)  # type: ignore[arg-type]
    with world.session() as session:
        entry = session.scalars(select(QueueEntry.id)).one()
    return world.sign_in(world.manager()), f"/manager/2026-10/comments/{entry}"


def test_a_search_finds_and_leaves_nothing_behind(
    lite: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, _path = begun(lite, "Longer breaks")
    answer = client.submit(
        MONTH,
        {"period": "2026-10", "find": "BREAKS"},
        to=f"{LISTED}search",
        expect=200,
    ).text
    assert "1 comment has these words" in answer
    assert "Longer breaks" in answer
    fields = {"period": "2026-10", "find": "zebrasentinel"}
    answer = client.submit(MONTH, fields, to=f"{LISTED}search", expect=200).text
    assert "0 comments have these words" in answer
    lite.parts.database.engine.dispose()
    assert "zebrasentinel" not in caplog.text
    assert "zebrasentinel" not in str(contents(lite.parts.database.engine))


def test_read_theme_and_quote_are_each_undone(world: World) -> None:
    client, path = begun(world, iro_sees="yes")
    back = {"back": MONTH}
    read = client.submit(MONTH, {**back, "outcome": "nothing_to_do"}, to=f"{path}/read")
    assert read.location.startswith(f"{MONTH}#c-")
    for name in ("Shouting", "Home"):
        client.submit(MONTH, {**back, "theme": name}, to=f"{path}/theme")
    client.submit(MONTH, back, to=f"{path}/quote")
    page = client.get(f"{MONTH}&theme=Home").text
    for words in ("Shouting", "Home", "Kai shouts", "Take the quote back"):
        assert words in page
    client.submit(MONTH, {**back, "remove": "Home"}, to=f"{path}/theme")
    client.submit(MONTH, back, to=f"{path}/no-quote")
    assert "No comment is like this" in client.get(f"{MONTH}&theme=Home").text
    client.submit(MONTH, {**back, "part": "yes"}, to=f"{path}/quote")
    client.submit(MONTH, back, to=f"{path}/unread")
    with world.session() as session:
        assert session.scalars(select(Quote)).all() == []
        assert len(session.scalars(select(ThemeText)).all()) == 1


def test_a_quote_of_a_child_who_said_no_asks_for_a_tick(world: World) -> None:
    client, path = begun(world, iro_sees="no")
    client.submit(path, {"back": MONTH}, to=f"{path}/quote", expect=400)
    client.submit(path, to=f"{path}/read")
    page = client.get(MONTH).text
    assert "Fewer than five children of this IRO" in page
    refused = client.submit(path, {"back": MONTH}, to=f"{path}/quote", expect=400).text
    assert "Tick that the IRO could not know" in refused
    client.submit(path, {"back": MONTH, "ticked": "yes"}, to=f"{path}/quote")
    with world.session() as session:
        assert session.scalars(select(Quote)).one().warned


def test_covered_words_stay_sealed_as_they_are(world: World) -> None:
    client, path = begun(world)
    page = client.get(f"{path}/cover").text
    assert "0-3:" in page
    client.submit(path, {"place": "0-3:name"}, to=f"{path}/cover")
    assert '<s class="covered">Kai</s> shouts' in client.get(MONTH).text
    client.submit(path, {"place": "0-99:name"}, to=f"{path}/cover", expect=400)
    with world.session() as session:
        assert session.scalars(select(Redaction)).one().spans == "0-3:name"


def test_each_unread_text_shown_is_noted_once_a_day(lite: World) -> None:
    client, path = begun(lite)
    for _time in range(3):
        client.get(MONTH)
    with lite.session() as session:
        noted = session.scalars(
            select(AuditEntry.what).where(AuditEntry.about == path[-32:])
        ).all()
    assert noted == ["text_opened"]
