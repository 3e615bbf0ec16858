"""Whoever read a text can take that back, keep a theme, or raise a concern on second thought: lead, deputy, manager."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.response import Response
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry, ReadMark

READERS = ("lead", "deputy", "manager")
TWICE = "That was sent twice"


def reader_of(world: World, role: str, name: str = "Reader Rowan") -> CheckedClient:
    return world.sign_in(world.person(f"{name}, {role}", role))


def page_of(world: World, role: str, month: str = "2026-10") -> str:
    """Where that reader reads the first text."""
    with world.session() as session:
        entry = session.scalars(select(QueueEntry.id)).first()
    if role == "manager":
        return f"/manager/{month}/comments/{entry}"
    return f"/safeguarding/texts/{entry}"


def marks(world: World) -> dict[str, tuple[str, str]]:
    """Reader -> what they found, and the theme."""
    with world.session() as session:
        found = session.scalars(select(ReadMark)).all()
    return {one.reader: (one.outcome, one.theme) for one in found}


def side(role: str) -> str:
    return "manager" if role == "manager" else "lead"


def concerns(world: World) -> list[Concern]:
    with world.session() as session:
        return list(session.scalars(select(Concern)))


@pytest.mark.parametrize("role", READERS)
def test_a_text_is_read_in_one_press_and_the_mark_is_taken_back_in_one(
    lite: World, role: str
) -> None:
    lite.response(month="2026-10", texts={"better": "More breaks"})
    client, path = reader_of(lite, role), page_of(lite, role)
    before = client.get(path).text
    assert 'type="radio"' not in before
    assert "I have not read it after all" not in before
    client.submit(path, {"outcome": "nothing_to_do"}, to=f"{path}/read")
    assert marks(lite) == {side(role): ("nothing_to_do", "")}
    assert "I have not read it after all" in client.get(path).text
    client.submit(path, to=f"{path}/unread")
    assert marks(lite) == {}
    with lite.session() as session:
        assert session.scalars(select(QueueEntry)).one().read_at is None
        undone = select(AuditEntry.about).where(AuditEntry.what == "text_unread")
        assert session.scalars(undone).all() == [path.rpartition("/")[2]]
    assert "I have read it" in client.get(path).text
    client.submit(path, to=f"{path}/unread")
    assert "There is no mark of yours" in client.get(path).text


@pytest.mark.parametrize("role", ["lead", "manager"])
def test_nobody_takes_back_what_somebody_else_has_read(lite: World, role: str) -> None:
    lite.response(month="2026-10", texts={"better": "More breaks"})
    path = page_of(lite, role)
    reader_of(lite, role).submit(path, {"outcome": "nothing_to_do"}, to=f"{path}/read")
    other = reader_of(lite, role, "Other Oleander")
    assert "I have not read it after all" not in other.get(path).text
    other.submit(path, to=f"{path}/unread")
    assert marks(lite) == {side(role): ("nothing_to_do", "")}


@pytest.mark.parametrize("role", READERS)
def test_a_concern_is_raised_from_a_text_already_read_once_however_often_pressed(
    lite: World, role: str
) -> None:
    lite.response(month="2026-10", texts={"better": "it is cold at night"})
    client, path = reader_of(lite, role), page_of(lite, role)
    client.submit(path, {"outcome": "nothing_to_do"}, to=f"{path}/read")
    page = client.get(path).text
    assert "On second thought" in page
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key
    fields = {
        "csrf_token": client.guard(path),
        "form_key": key[1],
        "outcome": "concern",
    }
    first = client.post(f"{path}/read", fields, expect=303)
    again = client.post(f"{path}/read", fields, expect=303)
    assert first.location == again.location
    client.submit(path, {"outcome": "concern"}, to=f"{path}/read")  # another press
    assert [one.source for one in concerns(lite)] == ["reader"]
    if role != "manager":
        assert first.location == f"/safeguarding/concerns/{concerns(lite)[0].id}"
    assert marks(lite)[side(role)][0] == "concern"
    page = client.get(path).text
    assert "raise a concern</button>" not in page
    assert "I have not read it after all" not in page
    client.submit(path, to=f"{path}/unread")
    assert "so the mark stays" in client.get(path).text
    assert marks(lite)[side(role)][0] == "concern"


@pytest.mark.parametrize("role", READERS)
def test_a_text_is_kept_under_a_theme_that_is_named_or_chosen_from_those_in_use(
    lite: World, role: str
) -> None:
    for words in ("More breaks", "A longer break"):
        lite.response(month="2026-10", texts={"better": words})
    client, path = reader_of(lite, role), page_of(lite, role)
    refused = client.submit(
        path, {"outcome": "theme", "theme": " "}, to=f"{path}/read", expect=400
    ).text
    assert '<a href="#theme">Name the theme' in refused
    long = "b" * 81
    refused = client.submit(
        path, {"outcome": "theme", "theme": long}, to=f"{path}/read", expect=400
    ).text
    assert long in refused
    assert marks(lite) == {}
    fields = {"outcome": "theme", "theme": "Breaks  in\nmeetings"}
    client.submit(path, fields, to=f"{path}/read")
    assert marks(lite) == {side(role): ("theme", "Breaks in meetings")}
    page = client.get(path).text
    assert '<option value="Breaks in meetings"></option>' in page
    client.submit(path, {"outcome": "theme", "theme": "Food"}, to=f"{path}/read")
    assert marks(lite) == {side(role): ("theme", "Food")}
    assert "Food" in client.get(path).text


def test_p59_no_theme_in_use_tells_of_a_text_about_the_reader(lite: World) -> None:
    """Two worlds that differ in a text, about the deputy, that the lead kept under a theme."""
    lite.response(month="2026-10", texts={"better": "More breaks"})
    deputy = lite.person("Deputy Dogwood", "deputy")
    client, path = lite.sign_in(deputy), page_of(lite, "deputy")

    def without_guards() -> str:
        main = client.get(path).text.partition("<main")[2]
        return re.sub(r'name="(csrf_token|form_key)"[^>]*>', "", main)

    before = without_guards()
    other = lite.response(month="2026-10", texts={"best": "the deputy shouts"})
    with lite.session() as session:
        entry = session.scalars(
            select(QueueEntry.id).where(QueueEntry.id != path.rpartition("/")[2])
        ).one()
    lead, place = lite.sign_in(lite.lead()), f"/safeguarding/texts/{entry}"
    fields = {"outcome": "theme", "theme": "Somebody shouts"}
    lead.submit(place, fields, to=f"{place}/read")
    assert "Somebody shouts" in without_guards()
    with lite.session(reading=False) as session:
        session.add(
            Concern(
                source="reader",
                raised_at=session.get_one(QueueEntry, entry).queued_at,
                about_id=deputy.id,
                invitation_id=session.get_one(Response, other).invitation_id,
            )
        )
        session.commit()
    assert without_guards() == before
