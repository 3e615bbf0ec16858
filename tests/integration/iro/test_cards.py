"""The card that a child keeps: in the look of their age, neutral where the survey is, naming nobody."""

from __future__ import annotations

import re

import pytest

from bench.support.world import World
from tests.support.asking import confirmed, look_at

LOOKS = {"4-7": "young", "8-11": "middle", "12-17": "older"}


def card_on(page: str) -> str:
    """The card itself, without the page around it."""
    return page[page.index('<div class="card') : page.index("</main>")]


@pytest.mark.parametrize("band", LOOKS)
def test_an_officers_card_has_the_look_of_the_age_and_says_until_when(
    world: World, band: str
) -> None:
    one = world.invitation(band=band, reference="CASE-77")
    page = world.sign_in(world.iro()).get(f"/iro/links/{one.id}/card").text
    card = card_on(page)
    assert f'class="card {LOOKS[band]}"' in card
    assert f"Works once, until {one.last_day:%-d %B}." in card
    assert world.words(one) in card
    assert "CASE-77" not in card
    assert ("#p-phone" in card and "#p-ears" in card) == (band == "4-7")
    for name in re.findall(r'href="#(p-[\w-]+)"', card):
        assert page.count(f'id="{name}"') == 1


@pytest.mark.parametrize(
    ("survey", "band"),
    [("safeguarding", "8-11"), ("safeguarding", "12-17"), ("u-matter", "4-7")],
)
def test_a_card_for_another_survey_says_nothing_of_a_review(
    world: World, survey: str, band: str
) -> None:
    manager = world.sign_in(world.manager())
    typed = {
        "survey": survey,
        "band": band,
        "how_chosen": "every_child",
        "references": "A-1\nA-2",
    }
    manager.submit("/manager/ask", confirmed(look_at(manager, typed), typed))
    asked = manager.get("/manager/asked").text
    sheet = re.search(r'href="(/manager/asked/cards\?[^"]+)"', asked)
    assert sheet
    page = manager.get(sheet[1].replace("&amp;", "&")).text
    cards = card_on(page).lower()
    assert cards.count("works once, until") == 2
    assert LOOKS[band] in cards
    for word in ("review", "meeting", "iro", "safeguarding", "protection", "matter"):
        assert not re.search(rf"\b{word}\b", cards), word
