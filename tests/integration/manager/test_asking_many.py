"""The manager asks many children at once: a pasted list becomes links and a sheet of cards, all or none."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from bench.support.world import World
from feedback_app.invitations.links import age_marks_of
from feedback_app.models.invitation import Envelope, Invitation
from tests.support.tables import every_byte

ASKED = {"survey": "safeguarding", "band": "8-11", "how_chosen": "every_child"}


def invited(world: World) -> list[Invitation]:
    with world.session() as session:
        return list(session.scalars(select(Invitation)))


def test_a_pasted_list_becomes_a_link_for_each_reference_and_a_sheet_of_cards(
    world: World,
) -> None:
    manager = world.sign_in(world.manager())
    pasted = "  CASE-12 \n\nCASE-11\r\nCASE  13\n"
    manager.submit("/manager/ask", ASKED | {"references": pasted})
    made = invited(world)
    assert [
        (one.survey, one.band, one.pn_code, one.mode, one.iro_id, one.outcome)
        for one in made
    ] == [("safeguarding", "8-11", None, None, None, "waiting")] * 3
    page = manager.get("/manager/asked").text
    assert "3 links are made" in page
    sheet = re.search(r'href="(/manager/asked/cards\?[^"]+)"', page)
    assert sheet
    cards = manager.get(sheet[1].replace("&amp;", "&")).text
    assert re.findall(r"CASE[- ]1\d", cards) == ["CASE 13", "CASE-11", "CASE-12"]
    for one in made:
        assert world.words(one) in cards
        assert "Have your say" in world.client().get(f"/r/{world.token(one)}").text
    assert "safeguarding" not in cards.partition('class="sheet"')[2].lower()


def test_the_references_are_sealed_and_gone_from_the_page_once_a_child_has_answered(
    world: World,
) -> None:
    manager = world.sign_in(world.manager())
    manager.submit("/manager/ask", ASKED | {"references": "CASE-SENTINEL"})
    assert b"CASE-SENTINEL" not in every_byte(world.parts.database.engine)
    page = manager.get("/manager/asked").text
    sheet = re.search(r'href="(/manager/asked/cards\?[^"]+)"', page)
    assert sheet
    address = sheet[1].replace("&amp;", "&")
    assert "CASE-SENTINEL" in manager.get(address).text
    assert (
        world.receive(world.form(invited(world)[0], {"safe_adult": ["yes"]})).verdict
        == "thanks"
    )
    manager.get(address, expect=303)
    page = manager.get("/manager/asked").text
    assert "None of those links is without an answer any more" in page
    assert "There are none" in page


def test_a_list_with_a_mistake_makes_no_link_and_stays_in_the_box(world: World) -> None:
    manager = world.sign_in(world.manager())
    for references, problem in (
        ("A-1\nB-2\na-1", "Reference 1 stands in the list more than once"),
        ("A-1\n" + "x" * 61, "Reference 2 has more than 60 characters"),
        ("\n".join(f"A-{n}" for n in range(201)), "That is 201 references"),
        (" \n ", "Paste at least one reference"),
    ):
        page = manager.submit(
            "/manager/ask", ASKED | {"references": references}, expect=400
        ).text
        assert problem in page
        assert references.split("\n")[0].strip() in page
    page = manager.submit(
        "/manager/ask", ASKED | {"band": "4-7", "references": "A-1"}, expect=400
    ).text
    assert "This survey is not written for that age" in page
    assert invited(world) == []


def test_age_marks_follow_the_age_group(world: World) -> None:
    manager = world.sign_in(world.manager())
    every = {
        "over5": "y",
        "over16": "y",
        "over18": "y",
        "survey": "u-matter",
        "how_chosen": "every_child",
    }
    for number, band in enumerate(("4-7", "8-11", "12-17", "16-25")):
        manager.submit(
            "/manager/ask", every | {"band": band, "references": f"CASE-{number}"}
        )
    marks = {one.band: age_marks_of(one) for one in invited(world)}
    assert marks == {
        "4-7": {"over5"},
        "8-11": {"over5"},
        "12-17": {"over5", "16+", "16-17"},
        "16-25": {"over5", "16+", "18+"},
    }


def test_p21_another_managers_links_are_not_there(world: World) -> None:
    mine = world.sign_in(world.manager())
    mine.submit("/manager/ask", ASKED | {"references": "CASE-1"})
    other = world.sign_in(world.manager("Manager Mulberry"))
    assert "There are none" in other.get("/manager/asked").text
    invitation = invited(world)[0]
    other.submit(
        "/manager/ask", {}, to=f"/manager/asked/{invitation.id}/end", expect=404
    )
    mine.submit("/manager/ask", {}, to=f"/manager/asked/{invitation.id}/end")
    assert invited(world)[0].outcome == "ended"
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Envelope)) == 1
