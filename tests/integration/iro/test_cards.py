"""The card that a child keeps: in the look of their age, neutral where the survey is, naming nobody."""

from __future__ import annotations

import re

import pytest

from bench.support.world import World

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
