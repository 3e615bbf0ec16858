"""The manager asks many children at once: a pasted list becomes links and a sheet of cards, all or none."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from bench.support.world import World
from feedback_app.invitations.links import age_marks_of
from feedback_app.invitations.references import open_reference
from feedback_app.models.invitation import Envelope, Invitation
from tests.support.asking import confirmed, invite_group, look_at
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
    invite_group(manager, ASKED | {"references": pasted})
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
    assert re.findall(r"CASE[- ]1\d", cards) == ["CASE-12", "CASE-11", "CASE 13"]
    for one in made:
        assert world.words(one) in cards
        assert "Have your say" in world.client().get(f"/r/{world.token(one)}").text
    assert "safeguarding" not in cards.partition('class="sheet"')[2].lower()


def test_the_references_are_sealed_and_gone_from_the_page_once_a_child_has_answered(
    world: World,
) -> None:
    manager = world.sign_in(world.manager())
    invite_group(manager, ASKED | {"references": "CASE-SENTINEL"})
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
        ("A-1\n" + "x" * 61, "The reference on line 2 has more than 60 characters"),
        ("\n".join(f"A-{n}" for n in range(202)), "That is 202 references"),
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


def test_a_line_of_too_many_cells_is_refused_in_words(lite: World) -> None:
    manager = lite.sign_in(lite.manager())
    fields = ASKED | {"references": ",".join(str(n) for n in range(300))}
    chosen = confirmed(look_at(manager, fields), fields) | {"column": "cells"}
    page = manager.submit("/manager/ask", chosen, expect=400).text
    assert "That is 300 references. Make at most 200 links at once" in page
    assert invited(lite) == []


def test_age_marks_follow_the_age_group(world: World) -> None:
    manager = world.sign_in(world.manager())
    every = {"survey": "u-matter", "how_chosen": "every_child"}
    for band, ticked in (
        ("4-7", ("over5",)),
        ("8-11", ()),
        ("12-17", ("over16",)),
        ("16-25", ("over16", "over18")),
    ):
        boxes = dict.fromkeys(ticked, "y")
        invite_group(manager, every | boxes | {"band": band, "references": band})
    marks = {one.band: age_marks_of(one) for one in invited(world)}
    assert marks == {
        "4-7": {"over5"},
        "8-11": {"over5"},
        "12-17": {"over5", "16+", "16-17"},
        "16-25": {"over5", "16+", "18+"},
    }


@pytest.mark.parametrize(
    ("band", "box"), [("8-11", "over5"), ("4-7", "over16"), ("12-17", "over18")]
)
def test_a_box_that_contradicts_the_age_is_refused_in_words(
    lite: World, band: str, box: str
) -> None:
    manager = lite.sign_in(lite.manager())
    page = manager.submit(
        "/manager/ask",
        ASKED | {"band": band, box: "y", "references": "A"},
        expect=400,
    ).text
    assert "Change the age, or untick it." in page
    assert invited(lite) == []


def test_p21_another_managers_links_are_not_there(world: World) -> None:
    mine = world.sign_in(world.manager())
    invite_group(mine, ASKED | {"references": "CASE-1"})
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


LISTS = {
    "a heading and names": (
        "Case number\tChild\nPA-1\tAlex Invented\nPA-2\tSam Invented",
        {"column": "0", "heading": "y"},
        ["PA-1", "PA-2"],
    ),
    "names first, no heading": (
        "Alex Invented;PA-1\nSam Invented;PA-2",
        {"column": "1"},
        ["PA-1", "PA-2"],
    ),
    "a heading alone above": ("Reference\nPB-1", {}, ["PB-1"]),
    "several on one line": (
        "PC-1, PC-2, PC-3",
        {"column": "cells"},
        ["PC-1", "PC-2", "PC-3"],
    ),
    "a line with nothing to see": ("PL-1\n\u200b\nPL-2", {}, ["PL-1", "PL-2"]),
    "the same in other letters": ("A-1\nB-2\na\u20111", {}, ["A-1", "B-2"]),
    "line ends that no keyboard makes": (
        "X-1\u2028Y\nX-2\u0085Y",
        {},
        ["X-1 Y", "X-2 Y"],
    ),
}


@pytest.mark.parametrize(("pasted", "chosen", "wanted"), LISTS.values(), ids=LISTS)
def test_a_list_is_shown_as_understood_before_any_link_is_made(
    lite: World, pasted: str, chosen: dict[str, str], wanted: list[str]
) -> None:
    manager = lite.sign_in(lite.manager())
    fields = ASKED | {"references": pasted}
    page = look_at(manager, fields)
    assert "No link is made yet" in page.text
    assert invited(lite) == []
    if chosen:
        fields = confirmed(page, fields) | chosen
        page = look_at(manager, fields)
        assert invited(lite) == []
    for reference in wanted:
        assert f"<li><bdi>{reference}</bdi></li>" in page.text
    manager.submit("/manager/ask", confirmed(page, fields) | chosen)
    with lite.session() as session:
        made = session.scalars(select(Envelope)).all()
        kept = sorted(open_reference(lite.parts.keys, one) for one in made)
    assert kept == wanted


def test_a_list_of_two_columns_makes_nothing_until_one_is_chosen(lite: World) -> None:
    manager = lite.sign_in(lite.manager())
    fields = ASKED | {"references": "PA-1\tAlex\nPA-2\tSam"}
    page = look_at(manager, fields)
    assert "PA-1, PA-2" in page.text
    assert "Alex, Sam" in page.text
    page = manager.submit("/manager/ask", confirmed(page, fields), expect=400)
    assert "Choose where the references are" in page.text
    assert invited(lite) == []


def test_who_is_asked_or_has_answered_already_is_named_and_left_out(
    lite: World,
) -> None:
    manager = lite.sign_in(lite.manager())
    invite_group(manager, ASKED | {"references": "CP-1\nCP-2"})
    answered = next(iter(invited(lite)))
    lite.receive(lite.form(answered))
    fields = ASKED | {"references": "cp 1\nCP\u20131\nCP-2\nCP-3"}
    page = look_at(manager, fields).text
    assert "has answered this survey" in page
    assert "a link of this survey waits" in page
    assert "<li><bdi>CP-3</bdi></li>" in page
    manager.submit("/manager/ask", confirmed(look_at(manager, fields), fields))
    assert len(invited(lite)) == 4


def test_what_stands_twice_is_named_with_its_lines_and_made_once(lite: World) -> None:
    manager = lite.sign_in(lite.manager())
    fields = ASKED | {"references": "CP-1\nCP-2\nCP-3\ncp-2"}
    page = look_at(manager, fields).text
    assert "<bdi>CP-2</bdi>: lines 2, 4, one link" in page
    invite_group(manager, fields)
    assert len(invited(lite)) == 3


def test_cards_come_in_the_order_of_the_pasted_list(lite: World) -> None:
    manager = lite.sign_in(lite.manager())
    invite_group(manager, ASKED | {"references": "CP-10\nCP-1\nCP-2\nCP-11"})
    page = manager.get("/manager/asked").text
    sheet = re.search(r'href="(/manager/asked/cards\?[^"]+)"', page)
    assert sheet
    cards = manager.get(sheet[1].replace("&amp;", "&")).text
    assert re.findall(r"CP-\d+", cards) == ["CP-10", "CP-1", "CP-2", "CP-11"]
