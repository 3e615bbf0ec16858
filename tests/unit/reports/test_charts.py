"""A chart stands on a page without inline style, says what it shows, and holds whatever words it is given."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from feedback_app.reports.charts import (
    WIDTH,
    Bar,
    Point,
    bar_chart,
    interval_chart,
    line_chart,
)

STRANGE = 'Mum & <b>"Dad"</b> ' + "a long answer " * 8
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {
    "bars": bar_chart(
        "one",
        STRANGE,
        [Bar(STRANGE, 0.5, "50%, 5 of 10"), Bar("", 1, "100%, 12 of 12", pale=True)],
    ),
    "line": line_chart(
        "two", STRANGE, [Point("Jan", 0.5), Point("", None), Point("Mar", 1)],
        target=0.8, words=STRANGE,
    ),
    "interval": interval_chart(
        "three", STRANGE, 0.5, (0.4, 0.6), target=0.8, words=STRANGE
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", DRAWN)
def test_it_is_whole_and_says_what_it_shows(kind: str) -> None:
    drawn = ET.fromstring(DRAWN[kind])  # noqa: S314 (drawn here)
    names = str(drawn.get("aria-labelledby")).split()
    title, description = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert [title.get("id"), description.get("id")] == names
    assert (title.text or "").startswith('Mum & <b>"Dad"</b>')
    assert description.text
    ids = [one.get("id") for one in drawn.iter() if one.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", DRAWN)
def test_nothing_in_it_needs_an_inline_style_or_script(kind: str) -> None:
    for one in ET.fromstring(DRAWN[kind]).iter():  # noqa: S314 (drawn here)
        assert not {"style", "onload", "href"} & set(one.attrib)
        assert one.tag.removeprefix(SVG) not in ("style", "script", "image")


def test_bars_are_as_long_as_their_shares_and_differ_by_more_than_colour() -> None:
    drawn = ET.fromstring(DRAWN["bars"])  # noqa: S314 (drawn here)
    room = [one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "c-ground"]
    solid = [one for one in drawn.iter(f"{SVG}rect") if one.get("x") and one.get("class") == "c-strong"]  # fmt: skip
    pale = [one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "c-hatched"]
    assert float(solid[0].get("width", 0)) == float(room[0].get("width", 0)) / 2
    assert float(pale[0].get("width", 0)) == float(room[0].get("width", 0))
    assert pale[0].get("fill") == "url(#one-hatch)"
    assert all(float(one.get("x", 0)) + 0 <= WIDTH for one in drawn.iter())


def test_a_month_with_too_few_answers_leaves_a_gap_in_the_line() -> None:
    points = [Point("", 0.5), Point("", 0.6), Point("", None), Point("", 0.7)]
    drawn = ET.fromstring(line_chart("l", "t", points))  # noqa: S314 (drawn here)
    lines = list(drawn.iter(f"{SVG}polyline"))
    assert [len(str(line.get("points")).split()) for line in lines] == [2]
    assert len(list(drawn.iter(f"{SVG}circle"))) == 3
