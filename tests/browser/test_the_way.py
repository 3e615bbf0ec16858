"""The measure of a child's way (`bench/the_way.py`) walks a page as a child does, and says what is over its budget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from bench import the_way
from bench.support.browser import Site
from bench.support.kinds import Kind
from feedback_app.models.response import Response

USUAL = Kind("rate-my-review", "8-11", "middle", "en")


def test_what_is_over_its_budget_is_said_and_what_is_not_is_in_order() -> None:
    good = the_way.Way(
        USUAL,
        screens=18,
        screens_before=1,
        words_before=110,
        words=480,
        taps=23,
        questions=13,
        promised="5 minutes",
    )
    assert good.find_misses() == []
    bad = the_way.Way(
        USUAL,
        texts_after_start=2,
        words_before=111,
        words=840,
        taps=24,
        promised="3 minutes",
        out_of_sight=("s-check at 320x568",),
    )
    assert len(bad.find_misses()) == 5
    asked = the_way.Way(USUAL, questions=9, promised="8 questions")
    assert "8 questions are promised" in asked.find_misses()[0]
    assert the_way.Way(USUAL).find_misses() == ["no length is promised"]
    table = the_way.make_table([good, bad])
    assert table.count("\n") == 3
    assert table.splitlines()[2].endswith("| nothing |")


def test_the_table_goes_between_its_marks_and_stays_there(tmp_path: Path) -> None:
    out = tmp_path / "figures.md"
    out.write_text("# Figures\n\nBefore.\n")
    the_way.write_table("| one |", out)
    first = out.read_text() + "\nAfter.\n"
    out.write_text(first)
    the_way.write_table("| two |", out)
    text = out.read_text()
    assert text == first.replace("| one |", "| two |")
    assert text.startswith("# Figures\n\nBefore.")


def own_kinds() -> list[Any]:
    """Every survey, age and look in English for `parametrize`."""
    return [pytest.param(kind, id=str(kind)) for kind in the_way.english_kinds()]


@pytest.mark.browser
@pytest.mark.full
@pytest.mark.parametrize("kind", own_kinds())
def test_a_child_comes_to_the_thank_you_within_the_budget_of_words_and_taps(
    browser: Browser, site: Site, kind: Kind
) -> None:
    way = the_way.walk_way(browser, site, kind)
    assert way.find_misses() == []
    with site.world.session() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 1
    assert way.promised.endswith("minutes")
    assert 0 < way.words_before < way.words
    assert way.screens_before < way.screens <= way.taps + 1
    assert 5 < way.questions < way.screens
