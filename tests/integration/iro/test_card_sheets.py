"""Sheets of ten cards: each code opens its own link, in the order of the list, with the reference outside the cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.support.client import CheckedClient
from bench.support.world import World
from tests.support.asking import invite_group
from tests.support.pdf import pdf_codes, pdf_words

GROUP = {"survey": "u-matter", "band": "8-11", "how_chosen": "every_child"}


def sheets_of(world: World, references: list[str], **changes: str) -> bytes:
    """The sheets of a group that is invited from that list, through the manager's pages."""
    manager = world.sign_in(world.manager())
    invite_group(manager, GROUP | changes | {"references": "\n".join(references)})
    listed = re.search(
        r'href="(/manager/asked/cards\?[^"]+)"', manager.get("/manager/asked").text
    )
    assert listed
    page = manager.get(listed[1].replace("&amp;", "&")).text
    assert re.findall(r"<bdi><b>(.+?)</b>", page) == references
    return pdf_at(manager, page)


def pdf_at(client: CheckedClient, page: str) -> bytes:
    """The PDF that a page leads to."""
    found = re.search(r'href="([^"]+\.pdf[^"]*)"', page)
    assert found
    answer = client.http.get(found[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.data


def check_order(world: World, references: list[str], made: bytes, folder: Path) -> None:
    """That the codes open the links of these references, ten a page, in this order."""
    with world.session() as session:
        from feedback_app.invitations.issue import open_link, read_reference
        from feedback_app.models.invitation import Invitation

        tokens = {
            read_reference(session, world.parts.keys, one): open_link(
                world.parts.keys, one
            ).token
            for one in session.query(Invitation)
        }
    pages = pdf_codes(made, folder)
    assert [len(page) for page in pages] == [
        min(10, len(references) - first) for first in range(0, len(references), 10)
    ]
    links = [f"{world.parts.settings.public_url}/r/{tokens[one]}" for one in references]
    assert [code for page in pages for code in page] == links


def test_each_card_of_a_pasted_list_opens_its_own_link_in_the_lists_order(
    lite: World, tmp_path: Path
) -> None:
    references = [f"CP-{number}" for number in (10, 2, 33, 1, 7, 21, 5, 4, 12, 9, 3)]
    made = sheets_of(lite, references)
    check_order(lite, references, made, tmp_path)
    words = pdf_words(made, tmp_path)
    for reference in references:
        assert len(re.findall(rf"· {reference}\b", words)) == 1
    assert words.count("Works once, until") == 11


@pytest.mark.full
@pytest.mark.parametrize("many", [1, 10, 40])
def test_one_card_ten_and_forty(lite: World, tmp_path: Path, many: int) -> None:
    references = [f"CP-{many - number}" for number in range(many)]
    check_order(lite, references, sheets_of(lite, references), tmp_path)


@pytest.mark.parametrize(
    ("survey", "band"), [("safeguarding", "12-17"), ("u-matter", "4-7")]
)
def test_a_card_for_another_survey_says_nothing_of_a_review(
    lite: World, tmp_path: Path, survey: str, band: str
) -> None:
    made = sheets_of(lite, ["A-1", "A-2"], survey=survey, band=band)
    cards = pdf_words(made, tmp_path).lower()
    assert cards.count("works once, until") == 2
    for word in ("review", "meeting", "iro", "safeguarding", "protection", "matter"):
        assert not re.search(rf"\b{word}\b", cards.replace("review.", "")), word


def test_an_officer_prints_the_links_that_wait_and_no_others(
    lite: World, tmp_path: Path
) -> None:
    officer, other = lite.iro(), lite.person("Officer Birch", "iro")
    for reference in ("CASE-1", "CASE-2"):
        lite.invitation(officer, reference=reference)
    lite.invitation(other, reference="CASE-OTHER")
    client = lite.sign_in(officer)
    made = pdf_at(client, client.get("/iro/month").text)
    words = pdf_words(made, tmp_path)
    assert "CASE-1" in words
    assert "CASE-2" in words
    assert "CASE-OTHER" not in words
    assert "How was your" in words
    assert sum(map(len, pdf_codes(made, tmp_path))) == 2
